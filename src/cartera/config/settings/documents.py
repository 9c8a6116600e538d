"""Papers: how large one may be, and how much all of a client's may take together, in megabytes."""

import os

CARTERA_DOCUMENT_MEGABYTES = int(os.environ.get("CARTERA_DOCUMENT_MEGABYTES", "20"))
CARTERA_DOCUMENTS_MEGABYTES_A_CLIENT = int(os.environ.get("CARTERA_DOCUMENTS_MEGABYTES_A_CLIENT", "500"))

__all__ = ["CARTERA_DOCUMENTS_MEGABYTES_A_CLIENT", "CARTERA_DOCUMENT_MEGABYTES"]
