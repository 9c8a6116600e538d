"""Making one client of two, and two of one again; and saying that two are not one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.actions import contact_points
from cartera.clients.actions.carrying import carry, give_back, note, noted
from cartera.clients.models import (
    Client,
    ContactPoint,
    DuplicatePair,
    ExternalKey,
    Holding,
    Merge,
    Relationship,
    Wishes,
)
from cartera.clients.settings import UNMERGE_DAYS
from cartera.clients.survival import COLUMNS, Whose, proposal
from cartera.clock.queries import now, today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, TooLate
from cartera.kernel.models import Happening
from cartera.rulebook.queries import value_of

WISHES = (
    "channels", "consent", "preferred", "days", "from_minute", "to_minute", "contacts_a_year", "words", "said_on",
)  # fmt: skip
_STANDING = ("assets_minor", "revenue_minor")


@action("client.merge", undone_by="client.unmerge")
def merge_clients(
    *,
    actor: Actor,
    client: Client,
    other: Client,
    survivors: Mapping[str, str] | None = None,
    version: int | None = None,
    other_version: int | None = None,
    reason: str = "",
) -> Merge:
    """Make `other` part of `client`: everything attached moves, the other leaves and points to the one that stays.

    `survivors` says for any choice of `COLUMNS` whose value stays ("survivor", "absorbed"); the rest is as proposed.
    Upper rooms move their own in the same transaction. Raises Conflict when one of them was changed since the versions
    that are given, or merged meanwhile; Invalid for a choice that there is not, or for a client and itself.
    """
    if client.pk == other.pk:
        raise Invalid(_("A client is not merged with itself."))
    asked = dict(survivors or {})
    if unknown := [name for name, whose in asked.items() if name not in COLUMNS or whose not in set(Whose)]:
        raise Invalid(fields={"survivors": [_("There is no such choice: %(name)s.") % {"name": ", ".join(unknown)}]})
    held = _locked(client.pk, other.pk)
    client, other = _current(held[client.pk], version), _current(held[other.pk], other_version)
    chosen = {**proposed(client, other), **{name: Whose(whose) for name, whose in asked.items()}}
    merge = Merge.add(
        survivor=client,
        absorbed=other,
        merged_at=now(),
        survived={name: str(whose) for name, whose in chosen.items()},
        before={"survivor": _columns(client), "absorbed": _columns(other)},
    )
    values = {
        column: getattr(other, column)
        for choice, columns in COLUMNS.items()
        for column in columns
        if chosen[choice] is Whose.ABSORBED
    }
    _leave(other, client)
    until = None if client.until is None or _was_current(merge) else client.until
    client.change(**values, until=until)
    _move_own(merge, chosen["wishes"])
    contact_points.make_findable(client)
    _add_standing(client, other, 1)
    return merge


@action("client.unmerge")
def unmerge_clients(*, actor: Actor, merge: Merge, undoes: Happening | None = None) -> Merge:
    """Make two clients of one again while that can be undone: what was moved goes back, what was added since stays.

    A value of the survivor that somebody corrected since stays as it is. Raises TooLate afterwards, and
    InvalidTransition when it was undone already, or when the survivor itself was merged into another since.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise InvalidTransition(_("This merge was undone already."))
    if now() - merge.merged_at > timedelta(days=(days := value_of(UNMERGE_DAYS))):
        raise TooLate(_("A merge can be undone for %(n)d days.") % {"n": days})
    held = _locked(merge.survivor_id, merge.absorbed_id)
    client, other = held[merge.survivor_id], held[merge.absorbed_id]
    if client.absorbed_by_id is not None:
        raise InvalidTransition(_("The client was merged into another since: undo that one first."))
    merge.change(undone_at=now())
    before, theirs = merge.before["survivor"], merge.before["absorbed"]
    client.change(**_restored(merge, client, before, theirs))
    other.change(**_read(theirs, ("identifier_kind", "identifier", "until")), absorbed_by=None)
    _give_own_back(merge)
    contact_points.make_findable(client)
    contact_points.make_findable(other)
    _add_standing(client, other, -1)
    return merge


@action("duplicate.dismiss", undone_by="duplicate.reopen")
def dismiss_pair(*, actor: Actor, duplicate_pair: DuplicatePair, reason: str = "") -> DuplicatePair:
    """Say that two clients are not one; that is remembered, and no search asks again."""
    return duplicate_pair.change(state=DuplicatePair.State.DISTINCT)


@action("duplicate.reopen")
def reopen_pair(*, actor: Actor, duplicate_pair: DuplicatePair, undoes: Happening | None = None) -> DuplicatePair:
    """Undo: the two may be one after all."""
    return duplicate_pair.change(state=DuplicatePair.State.OPEN)


def proposed(client: Client, other: Client) -> dict[str, Whose]:
    """Whose value is proposed to survive, for every choice; the later registration counts as said later."""
    said = dict(Wishes.objects.filter(client__in=[client, other]).values_list("client_id", "said_on"))
    described = [
        {
            **{column: getattr(one, column) for columns in COLUMNS.values() for column in columns},
            "wishes": said.get(one.pk),
        }
        for one in (client, other)
    ]
    return proposal(*described, absorbed_is_later=other.recorded_at > client.recorded_at)


def _locked(*client_ids: int) -> dict[int, Client]:
    """The clients as they are now, held until the end; always in the same order, so that two merges never wait in a ring."""
    return {one.pk: one for one in Client.objects.select_for_update().filter(pk__in=client_ids).order_by("pk")}


def _current(client: Client, version: int | None) -> Client:
    """Raises Conflict when the client is not the one that the person looked at."""
    if client.absorbed_by_id is not None:
        raise Conflict(_("Somebody merged this client already."), theirs=client)
    if version is not None and version != client.version:
        raise Conflict(theirs=client)
    return client


def _leave(other: Client, client: Client) -> None:
    """The absorbed client gives its identifier free, so that the survivor, or an import that names it, may hold it."""
    other.change(absorbed_by=client, until=max(other.since, other.until or today()), identifier="")


def _was_current(merge: Merge) -> bool:
    return merge.before["absorbed"]["until"] is None


def _columns(client: Client) -> dict[str, Any]:
    names = [column for columns in COLUMNS.values() for column in columns]
    held = {name: getattr(client, name) for name in (*names, "until", *_STANDING)}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in held.items()}


def _read(stored: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Stored columns as the model holds them: dates were written as text."""
    fields = {field.attname: field for field in Client._meta.concrete_fields}
    return {name: fields[name].to_python(stored[name]) for name in names}


def _restored(merge: Merge, client: Client, before: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What the survivor took over and still has, as it was before."""
    taken = tuple(
        column for choice, columns in COLUMNS.items() for column in columns if merge.survived[choice] == Whose.ABSORBED
    )
    was, took = _read(before, taken), _read(theirs, taken)
    back = {name: was[name] for name in taken if getattr(client, name) == took[name]}
    if before["until"] is not None and client.until is None:
        back |= _read(before, ("until",))
    return back


def _add_standing(client: Client, other: Client, sign: int) -> None:
    """Until the next night computes it anew, the survivor stands with what both hold. No edit: no version moves."""
    told = {name: max(0, getattr(client, name) + sign * getattr(other, name)) for name in _STANDING}
    Client._base_manager.filter(pk=client.pk).update(**told)


def _move_own(merge: Merge, wishes: Whose) -> None:
    client, other = merge.survivor, merge.absorbed
    carry(merge, ExternalKey._base_manager.all())
    carry(merge, Holding._base_manager.all())
    _carry_contact_points(merge, client, other)
    _carry_relationships(merge, client, other)
    said = {one.client_id: one for one in Wishes.objects.filter(client__in=[client, other])}
    if other.pk in said and client.pk not in said:
        carry(merge, Wishes._base_manager.all())
    elif other.pk in said and wishes is Whose.ABSORBED:
        mine, theirs = said[client.pk], said[other.pk]
        note(merge, "wishes.before", _plain(mine))
        mine.change(**{name: getattr(theirs, name) for name in WISHES})


def _give_own_back(merge: Merge) -> None:
    for model in (ExternalKey, Holding, ContactPoint, Wishes, Relationship):
        give_back(merge, model)
    give_back(merge, Relationship, "other")
    for point in ContactPoint.objects.filter(pk__in=noted(merge, "preferred")):
        point.change(preferred=True)
    before = noted(merge, "wishes.before")
    mine = Wishes.objects.filter(client=merge.survivor_id).first() if before else None
    theirs = Wishes.objects.filter(client=merge.absorbed_id).first()
    if mine and theirs and _plain(mine) == _plain(theirs):
        mine.change(**{name: Wishes._meta.get_field(name).to_python(before[name]) for name in WISHES})  # type: ignore[union-attr]


def _plain(wishes: Wishes) -> dict[str, Any]:
    held = {name: getattr(wishes, name) for name in WISHES}
    return held | {"said_on": held["said_on"].isoformat() if held["said_on"] else None}


def _carry_contact_points(merge: Merge, client: Client, other: Client) -> None:
    """An address that both have stays with each; of two preferred ones of a kind, the survivor's stays preferred."""
    there = ContactPoint.objects.filter(client=client)
    repeated = Q(pk__in=[])
    for kind, value in there.values_list("kind", "value"):
        repeated |= Q(kind=kind, value=value)
    kinds = there.filter(preferred=True).values("kind")
    second = ContactPoint.objects.filter(client=other, preferred=True, kind__in=kinds)
    given_up = [point.change(preferred=False).pk for point in second]
    if given_up:
        note(merge, "preferred", {str(id): True for id in given_up})
    carry(merge, ContactPoint._base_manager.exclude(repeated))


def _carry_relationships(merge: Merge, client: Client, other: Client) -> None:
    """A tie between the two, or one that the survivor has already, stays where it is."""
    outward = Relationship.objects.filter(client=client).values_list("other_id", "kind")
    inward = Relationship.objects.filter(other=client).values_list("client_id", "kind")
    rows = Relationship._base_manager.all()
    there, back = Q(other=client), Q(client=client)
    for whom, kind in outward:
        there |= Q(other_id=whom, kind=kind)
    for whom, kind in inward:
        back |= Q(client_id=whom, kind=kind)
    carry(merge, rows.filter(client=other).exclude(there))
    carry(merge, rows.filter(other=other).exclude(back), "other")
