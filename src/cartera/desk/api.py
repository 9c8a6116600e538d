"""Door: saved lists, accesses to clients of other books, the audit and the jobs of the workers, in the API.

What is a client's own stays sealed in the audit here: it is read on the screen, one happening at a time.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import AwareDatetime, Field

from cartera.api.answers import REFUSED, REFUSED_TO_CHANGE, Cursor, Limit, answer, created, find, find_all, page, told
from cartera.api.auth import ApiRequest
from cartera.api.preconditions import hold_version
from cartera.clients.accesses import accesses, beyond_reach
from cartera.clients.actions.access import end_access, open_client
from cartera.clients.models import AccessGrant, Client, Occasion
from cartera.clients.rules import masked
from cartera.desk import actions, actions_on_jobs
from cartera.desk import audit as trail
from cartera.desk.audit_forms import FIRST_DAY, LAST_DAY
from cartera.desk.jobs_page import Job, jobs_page, one_job
from cartera.desk.models import ListedClient, SavedView, Screen
from cartera.desk.saved_views import saved_views
from cartera.kernel.errors import NotPermitted

views = Router(tags=["saved views"])
access = Router(tags=["access"])
audit = Router(tags=["audit"])
jobs = Router(tags=["jobs"])

VIEW = {
    "id": "id",
    "screen": "screen",
    "name": "name",
    "query": "query",
    "holds_clients": "holds_clients",
    "version": "version",
}
GRANT = {
    "id": "id",
    "client": "client_id",
    "staff": "staff__key",
    "occasion": "occasion",
    "purpose": "purpose",
    "from_at": "from_at",
    "until_at": "until_at",
    "ended_at": "ended_at",
    "version": "version",
}


class View(Schema):
    """A list that a person keeps by name: the query of its page, or clients that were put in it."""

    id: int
    screen: Screen
    name: str
    query: str
    holds_clients: bool
    version: int


class ViewOne(View):
    clients: list[int] = Field(description="Ids of the clients in it that you may see; empty for a saved query.")


class ViewPage(Schema):
    items: list[View]
    next: str | None


class NewView(Schema):
    screen: Screen
    name: str = Field(min_length=1, max_length=60)
    query: str = Field("", max_length=500, examples=["nivel=A&atrasado=1"])
    clients: list[int] | None = Field(None, max_length=1000, description="Makes a list of these clients.")


class NewName(Schema):
    name: str = Field(min_length=1, max_length=60)


class Stranger(Schema):
    """A client of somebody else's: enough to know whom to ask for."""

    id: int
    name: str
    identifier: str = Field(description="The first two and last two characters.")
    tier: str
    adviser: str | None
    branch: str


class Strangers(Schema):
    items: list[Stranger]


class NewGrant(Schema):
    client: int
    occasion: Occasion
    purpose: str = Field(min_length=1, max_length=200)
    until_at: AwareDatetime = Field(description="A week from now at most.")


class Grant(Schema):
    """Somebody sees a client of another book from one instant until another, for a purpose."""

    id: int
    client: int
    staff: str
    occasion: Occasion
    purpose: str
    from_at: AwareDatetime
    until_at: AwareDatetime
    ended_at: AwareDatetime | None
    version: int


class GrantPage(Schema):
    items: list[Grant]
    next: str | None


@views.get("", response={200: ViewPage, **REFUSED}, summary="Your saved views")
def list_views(
    request: ApiRequest, screen: Screen | None = None, cursor: Cursor = "", limit: Limit = 50
) -> HttpResponse:
    """The own lists, by name."""
    rows = saved_views(actor=request.auth, screen=screen or "")
    return page(request, rows, VIEW, order=("name", "id"), cursor=cursor, limit=limit)


@views.post("", response={201: ViewOne, **REFUSED_TO_CHANGE}, summary="Save a view")
def save_view(request: ApiRequest, asked: NewView) -> HttpResponse:
    """Keep a query, or a list of clients, by a name."""
    clients = None
    if asked.clients is not None:
        clients = find_all(Client.objects.visible_to(request.auth), asked.clients)
    kept = actions.save_view(
        actor=request.auth, screen=asked.screen, name=asked.name, query=asked.query, clients=clients
    )
    return created(_whole(request, kept), f"/api/v1/saved-views/{kept.pk}")


@views.get("/{int:view_id}", response={200: ViewOne, **REFUSED}, summary="One saved view")
def one_view(request: ApiRequest, view_id: Annotated[int, Path()]) -> HttpResponse:
    return answer(_whole(request, find(saved_views(actor=request.auth), view_id)))


@views.patch("/{int:view_id}", response={200: ViewOne, **REFUSED_TO_CHANGE}, summary="Rename a saved view")
def rename_view(request: ApiRequest, view_id: Annotated[int, Path()], asked: NewName) -> HttpResponse:
    view = find(saved_views(actor=request.auth), view_id)
    return answer(_whole(request, actions.rename_view(actor=request.auth, saved_view=view, name=asked.name)))


@views.delete("/{int:view_id}", response={200: View, **REFUSED_TO_CHANGE}, summary="Remove a saved view")
def remove_view(request: ApiRequest, view_id: Annotated[int, Path()]) -> HttpResponse:
    """Nothing happens to the clients in it."""
    view = find(saved_views(actor=request.auth), view_id)
    return answer(told(actions.remove_view(actor=request.auth, saved_view=view), VIEW))


@access.get("/search", response={200: Strangers, **REFUSED}, summary="Find clients of other books")
def find_strangers(request: ApiRequest, search: Annotated[str, Query(min_length=3, max_length=100)]) -> HttpResponse:
    """By name or by a whole identifier, twenty at most, masked: whom you may ask access to."""
    if not request.auth.may("client.open"):
        raise NotPermitted(action="client.open")
    found = beyond_reach(actor=request.auth, text=search)
    return answer(
        {
            "items": [
                {
                    "id": client.pk,
                    "name": client.name,
                    "identifier": masked(client.identifier),
                    "tier": client.tier,
                    "adviser": client.adviser.key if client.adviser else None,
                    "branch": client.branch.key,
                }
                for client in found
            ]
        }
    )


@access.get("", response={200: GrantPage, **REFUSED}, summary="Who was let in")
def list_grants(
    request: ApiRequest,
    in_force: Annotated[bool, Query(description="Only those that hold now.")] = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """The own accesses, those to the own clients, and those that one reviews; the latest first."""
    rows = accesses(actor=request.auth, only_in_force=in_force)
    return page(request, rows, GRANT, order=("-from_at", "-id"), cursor=cursor, limit=limit)


@access.post("", response={201: Grant, **REFUSED_TO_CHANGE}, summary="Open a client of another book")
def open_one(request: ApiRequest, asked: NewGrant) -> HttpResponse:
    """With a reason, until an instant; from then on the client is seen as one's own are."""
    grant = open_client(
        actor=request.auth,
        client_id=asked.client,
        occasion=asked.occasion,
        purpose=asked.purpose,
        until_at=asked.until_at,
    )
    return created(told(grant, GRANT), f"/api/v1/access-grants/{grant.pk}")


@access.get("/{int:grant_id}", response={200: Grant, **REFUSED}, summary="One access")
def one_grant(request: ApiRequest, grant_id: Annotated[int, Path()]) -> HttpResponse:
    return answer(told(find(AccessGrant.objects.visible_to(request.auth), grant_id), GRANT))


@access.post("/{int:grant_id}/end", response={200: Grant, **REFUSED_TO_CHANGE}, summary="End an access")
def end_one(request: ApiRequest, grant_id: Annotated[int, Path()]) -> HttpResponse:
    grant = find(AccessGrant.objects.visible_to(request.auth), grant_id)
    return answer(told(end_access(actor=request.auth, access_grant=grant), GRANT))


def _whole(request: ApiRequest, view: SavedView) -> dict[str, Any]:
    seen = Client.objects.visible_to(request.auth)
    listed = ListedClient.objects.filter(view=view, client__in=seen).order_by("id")
    return {
        **told(view, VIEW),
        "clients": list(listed.values_list("client_id", flat=True)) if view.holds_clients else [],
    }


HAPPENED = {
    "id": "id",
    "at": "at",
    "action": "name",
    "actor_kind": "actor_kind",
    "actor": "actor_name",
    "subject_kind": "subject_kind",
    "subject": "subject_id",
    "client": "client_id",
    "facts": "facts",
    "rows": "rows",
    "request": "request_id",
    "because_of": "because_of_id",
    "undoes": "undoes_id",
}


class Happened(Schema):
    """Who did what, on what, before and after. `facts.changes` holds what is nobody's own, by kind and id."""

    id: int
    at: datetime
    action: str
    actor_kind: Literal["staff", "client", "partner", "token", "system"]
    actor: str
    subject_kind: str
    subject: int | None
    client: int | None
    facts: dict[str, Any]
    rows: int
    request: str
    because_of: int | None
    undoes: int | None


class HappenedPage(Schema):
    items: list[Happened]
    next: str | None


@audit.get("", response={200: HappenedPage, **REFUSED}, summary="What everybody did")
def list_audit(
    request: ApiRequest,
    who: Annotated[str, Query(description="Part of a name or user.", max_length=60)] = "",
    action: Annotated[str, Query(description="Such as promise.keep.", max_length=64)] = "",
    client: Annotated[str, Query(description="A client's key.", max_length=64)] = "",
    since: Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY)] = None,
    until: Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY, description="Included.")] = None,
    request_id: Annotated[str, Query(description="The instance of a problem.", max_length=64)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Happenings that the token may know of, the latest first."""
    _require_audit(request)
    wanted = trail.Wanted(who=who, name=action, client_key=client, request_id=request_id, since=since, until=until)
    rows = trail.found(actor=request.auth, wanted=wanted)
    return page(request, rows, HAPPENED, order=wanted.order, cursor=cursor, limit=limit)


@audit.get("/{int:happening_id}", response={200: Happened, **REFUSED}, summary="One happening")
def get_audit(request: ApiRequest, happening_id: Annotated[int, Path()]) -> HttpResponse:
    _require_audit(request)
    return answer(told(find(trail.visible_happenings(request.auth), happening_id), HAPPENED))


def _require_audit(request: ApiRequest) -> None:
    if not request.auth.may("audit.view"):
        raise NotPermitted(action="audit.view")


class JobOne(Schema):
    """A job of the workers. `error` says in words what went wrong last, `kind` names it; `version` goes up with each try."""

    id: str
    name: str
    words: str
    state: Literal["waiting", "failing", "under_way", "failed", "done", "given_up"]
    since: datetime
    next_at: datetime | None
    ended_at: datetime | None
    because_of: int | None
    kind: str
    error: str
    given_up: str
    version: int


class JobList(Schema):
    """`queue_is_listed` is false where the queue is on Redis: what waits there is seen there."""

    items: list[JobOne]
    queue_is_listed: bool


class GivingUp(Schema):
    reason: str = Field(max_length=300)


class Accepted(Schema):
    id: str


@jobs.get("", response={200: JobList, **REFUSED}, summary="Jobs of the workers")
def list_jobs(
    request: ApiRequest,
    state: Annotated[Literal["waiting", "failed", "done"], Query(description="The latest fifty of each.")] = "failed",
) -> HttpResponse:
    """What waits, what fails or failed, or what was done lately."""
    found = jobs_page(actor=request.auth)
    chosen = {"waiting": found.waiting, "failed": found.failed, "done": found.done}[state]
    return answer({"items": [_of_job(one) for one in chosen], "queue_is_listed": found.queue_is_listed})


@jobs.get("/{str:job_id}", response={200: JobOne, **REFUSED}, summary="One job")
def get_job(request: ApiRequest, job_id: Annotated[str, Path(max_length=40)]) -> HttpResponse:
    """How it stands, and what went wrong last."""
    return answer(_of_job(one_job(actor=request.auth, job_id=job_id)))


@jobs.post("/{str:job_id}/retry", response={200: Accepted, **REFUSED_TO_CHANGE}, summary="Do a job again now")
def retry_job(request: ApiRequest, job_id: Annotated[str, Path(max_length=40)]) -> HttpResponse:
    """Without waiting for its turn."""
    found = one_job(actor=request.auth, job_id=job_id)
    hold_version(job_id, found.version, {})
    actions_on_jobs.retry_job(actor=request.auth, job_id=job_id)
    return answer({"id": job_id})


@jobs.post("/{str:job_id}/give-up", response={200: Accepted, **REFUSED_TO_CHANGE}, summary="Give a job up")
def give_up_job(request: ApiRequest, job_id: Annotated[str, Path(max_length=40)], asked: GivingUp) -> HttpResponse:
    """Nobody tries it any more; the reason stays in the audit."""
    found = one_job(actor=request.auth, job_id=job_id)
    hold_version(job_id, found.version, {})
    actions_on_jobs.give_up_job(actor=request.auth, job_id=job_id, reason=asked.reason)
    return answer({"id": job_id})


def _of_job(job: Job) -> dict[str, Any]:
    names = ("id", "name", "words", "since", "next_at", "ended_at", "kind", "error", "given_up")
    told = {name: getattr(job, name) for name in names}
    return {**told, "state": str(job.state), "because_of": job.happening_id, "version": job.version}
