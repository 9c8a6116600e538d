"""The API: the routers of the rooms under one address, one token, one way to refuse."""

from __future__ import annotations

from functools import cache
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from cartera.agenda.api import policies as agenda_policies
from cartera.agenda.api import router as agenda
from cartera.api import problems
from cartera.api.docs import Docs
from cartera.api.door import bearer, noun_of_path, through_the_door
from cartera.api.schema import Schema, with_the_door
from cartera.api.tokens import router as tokens
from cartera.clients.api import merges
from cartera.clients.api import router as clients
from cartera.clock.api import router as institution
from cartera.desk.api import access, audit, jobs
from cartera.desk.api import views as saved_views
from cartera.documents import api as documents
from cartera.events.api import router as events
from cartera.intake.api import router as imports
from cartera.interactions.api import router as interactions
from cartera.products.api import currencies
from cartera.products.api import router as products
from cartera.promises.api import router as promises
from cartera.rulebook.api import router as settings
from cartera.service.api import router as service_models
from cartera.team import api as team
from cartera.value.api import overrides, tier_policies
from cartera.value.api import router as portfolio

DESCRIPTION = """\
The same nouns, the same visibility and the same rules as the screens. Send `Authorization: Bearer TOKEN`, with a token
from `cartera token USER`; it sees and may do what that member of staff does. What the token may not see is 404.

Amounts are integers in minor units with their currency; instants carry their zone. Lists come in pages: `next` of one page
is the `cursor` of the one after it, as is the `Link` header. Whatever goes wrong is answered as `application/problem+json`
(RFC 9457), whose `instance` names the request in the logs and in the audit trail.

Whatever changes something takes an `Idempotency-Key`: sent again within 24 hours, it is answered as before and done once.
One thing has an `ETag`; sent back as `If-Match`, a change is refused with 412 when somebody else was faster, and as
`If-None-Match`, a read is answered with 304 when nothing changed. `RateLimit` says how many requests are left.
"""
ROUTERS = {
    "/clients": clients,
    "/merges": merges,
    "/clients/{int:client_id}/documents": documents.of_client,
    "/documents": documents.router,
    "/interactions": interactions,
    "/promises": promises,
    "/agenda": agenda,
    "/agenda-policies": agenda_policies,
    "/events": events,
    "/service-models": service_models,
    "/staff": team.staff_router,
    "/branches": team.branches_router,
    "/absences": team.absences_router,
    "/appointments": team.appointments_router,
    "/products": products,
    "/currencies": currencies,
    "/imports": imports,
    "/portfolio": portfolio,
    "/overrides": overrides,
    "/tier-policies": tier_policies,
    "/institution": institution,
    "/settings": settings,
    "/saved-views": saved_views,
    "/access-grants": access,
    "/audit": audit,
    "/jobs": jobs,
    "/tokens": tokens,
}


class CarteraAPI(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Named after its function, so that generated clients have short names."""
        return operation.view_func.__name__

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """As Ninja tells it, with what the door adds to every operation, and problems under their own media type."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        return with_the_door(Schema(api=self, path_prefix=prefix))


api = CarteraAPI(
    title="Cartera",
    version="1.0",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=bearer,
    docs=Docs(),
)
problems.install(api)
api.add_decorator(through_the_door, mode="view")
for prefix, router in ROUTERS.items():
    api.add_router(prefix, router)


@cache
def nouns() -> frozenset[str]:
    """What addresses begin with, and scopes may name."""
    return frozenset(noun_of_path(path) for path in api.get_openapi_schema()["paths"])
