"""Help inside the product: the pages of docs/guia and docs/admin, and which of them each screen is about."""
