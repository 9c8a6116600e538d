"""The API: the routers of the rooms under one address, one token, one way to refuse."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from cartera.agenda.api import router as agenda
from cartera.api import problems
from cartera.api.auth import BearerToken
from cartera.api.docs import Docs
from cartera.clients.api import router as clients
from cartera.interactions.api import router as interactions
from cartera.promises.api import router as promises

DESCRIPTION = """\
The same nouns, the same visibility and the same rules as the screens. Send `Authorization: Bearer TOKEN`, with a token
from `cartera token USER`; it sees and may do what that member of staff does. What the token may not see is 404.

Amounts are integers in minor units with their currency; instants carry their zone. Lists come in pages: `next` of one page
is the `cursor` of the one after it, as is the `Link` header. Whatever goes wrong is answered as `application/problem+json`
(RFC 9457), whose `instance` names the request in the logs and in the audit trail.
"""
ROUTERS = {"/clients": clients, "/interactions": interactions, "/promises": promises, "/agenda": agenda}


class CarteraAPI(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Named after its function, so that generated clients have short names."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """As Ninja tells it, with problems under their own media type."""
        schema = super().get_openapi_schema(**options)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["content"] = {problems.MEDIA_TYPE: response["content"]["application/json"]}
        return schema


api = CarteraAPI(
    title="Cartera",
    version="1.0",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=BearerToken(),
    docs=Docs(),
)
problems.install(api)
for prefix, router in ROUTERS.items():
    api.add_router(prefix, router)
