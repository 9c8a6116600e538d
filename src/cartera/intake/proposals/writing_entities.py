"""What each entity's columns hold, for a file whose columns are known: the body of a proposed recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cartera.intake.entities import Entity
from cartera.intake.proposals.codes import OTHERWISE, line_of, product_key
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.linking import key_column, reference
from cartera.intake.proposals.matching import matched
from cartera.intake.proposals.writing_clients import write_clients
from cartera.intake.proposals.written import described, first, slot, unless, unused

if TYPE_CHECKING:
    from cartera.intake.proposals.proposal import FileProposal
    from cartera.intake.proposals.writing import Draft

Columns = dict[str, object]


def coded(draft: Draft, file: FileProposal, column: Column) -> object:
    """What a code means; one that is not in the table becomes what it mostly is."""
    target = str(column.target)
    name = draft.add_codes(f"{draft.name_of(file)}_{target}", _meanings(column))
    return {"code": slot(column), "in": name, "else": OTHERWISE.get(target, "")}


def _meanings(column: Column) -> Mapping[str, str | bool]:
    if column.target == "active":
        return {code: meaning == "true" for code, meaning in column.codes if meaning}
    return dict(column.codes)


def dated(file: FileProposal, target: str, otherwise: object) -> object:
    """A day that cannot be missing: the column's, else the one that stands for it."""
    if not (columns := file.filling(target)):
        return otherwise
    if columns[0].content.filled >= 1:
        return slot(columns[0])
    return {"first": [slot(columns[0]), str(otherwise)]}


def write_branches(draft: Draft, file: FileProposal) -> None:
    columns: Columns = {"key": first(file, "key", "name"), "name": first(file, "name", "key")}
    if parent := reference(draft, file, "parent", Entity.BRANCHES):
        columns["parent"] = parent.value
    _load(draft, Entity.BRANCHES, file, columns)


def write_staff(draft: Draft, file: FileProposal) -> None:
    names = [slot(one) for target in ("given_name", "surname") for one in file.filling(target)]
    whole = file.filling("name")
    columns: Columns = {
        "key": first(file, "key", "username", "email", "name"),
        "name": slot(whole[0]) if whole else " ".join(names) or first(file, "key"),
        "role": "adviser",
    }
    for target in ("role", "active"):
        if found := file.filling(target):
            columns[target] = coded(draft, file, found[0])
    columns |= _plainly(file, "title", "username", "email")
    if "username" not in columns and file.filling("email"):
        columns["username"] = slot(file.filling("email")[0])
    head: list[str] = []
    if branch := reference(draft, file, "branch", Entity.BRANCHES):
        columns["branch"] = branch.value
        head += branch.joins(draft)
    _load(draft, Entity.STAFF, file, columns, head=head)


def write_relationships(draft: Draft, file: FileProposal) -> None:
    columns: Columns = {}
    for target in ("client", "other"):
        if one := reference(draft, file, target, Entity.CLIENTS):
            columns[target] = one.value
    kinds = file.filling("kind")
    columns["kind"] = {**coded(draft, file, kinds[0]), "else": "influence"} if kinds else "influence"  # type: ignore[dict-item]
    columns |= _plainly(file, "since", "until", "note")
    _load(draft, Entity.RELATIONSHIPS, file, columns)


def write_holdings(draft: Draft, file: FileProposal) -> None:
    client = reference(draft, file, "client", Entity.CLIENTS)
    if owners := _owners(draft, file):
        write_clients(draft, owners)
    product, fallback = file.filling("product"), draft.name_of(file)
    columns: Columns = {}
    if number := file.filling("key"):
        columns |= {"key": slot(number[0]), "number": slot(number[0])}
    else:
        columns["key"] = " ".join(slot(one) for target in ("client", "product") for one in file.filling(target))
    head = [*unless(file)]
    if client:
        columns["client"] = client.value
        head += client.joins(draft)
    if product and product[0].codes:
        columns["product"] = _product(draft, file, product[0])
    else:
        columns["product"] = draft.add_product(product_key(fallback), fallback.capitalize(), line_of(fallback))
    columns |= _plainly(file, "currency", "balance_minor", "balance_on", "limit_minor")
    if rate := file.filling("rate_ppm"):
        columns["rate_ppm"] = {"percent": slot(rate[0])}
    columns["opened_on"] = dated(file, "opened_on", draft.proposal.written_on)
    columns |= _plainly(file, "matures_on", "closed_on")
    notes = {"opened_on": "" if file.filling("opened_on") else _("no column says it")}
    _load(draft, Entity.HOLDINGS, file, columns, head=head, notes=notes)


def _owners(draft: Draft, file: FileProposal) -> FileProposal | None:
    """The same file as one of clients, where no other file holds these and this one has their names."""
    if any(one.entity is Entity.CLIENTS for one in draft.proposal.files):
        return None
    owners = replace(file, entity=Entity.CLIENTS, columns=matched(Entity.CLIENTS, file.columns))
    key, client = key_column(owners), file.filling("client")[0]
    named = {"name", "surnames_first", "company_name", "given_name"} & {column.target for column in owners.columns}
    return owners if named and key and key.name == client.name else None


def _product(draft: Draft, file: FileProposal, column: Column) -> object:
    for value, key in column.codes:
        draft.add_product(key or product_key(value), value, line_of(value, file.file))
    codes = {value: key or product_key(value) for value, key in column.codes}
    otherwise = draft.add_product("otros", _("Others"), line_of(file.file))
    name = draft.add_codes(f"{draft.name_of(file)}_producto", codes)
    return {"code": slot(column), "in": name, "else": otherwise}


def write_balances(draft: Draft, file: FileProposal) -> None:
    columns: Columns = {
        "holding": first(file, "holding"),
        "on": {"month_end": first(file, "on")},
        "balance_minor": first(file, "balance_minor"),
    }
    _load(draft, Entity.BALANCES, file, columns | _plainly(file, "currency"), head=unless(file))


def write_transactions(draft: Draft, file: FileProposal) -> None:
    amount, side = first(file, "amount_minor"), file.filling("side")
    debits = [value for value, meaning in side[0].codes if meaning == "debit"] if side else []
    columns: Columns = {
        "key": _key_of_rows(file, "holding", "on", "amount_minor", "purpose", "kind"),
        "holding": first(file, "holding"),
        "on": first(file, "on"),
        "amount_minor": {"money": amount, "negative_where": {side[0].name: debits}} if debits else amount,
    }
    columns |= _plainly(file, "currency", "kind", "purpose", "counterparty")
    _load(draft, Entity.TRANSACTIONS, file, columns, head=unless(file))


def write_standing_orders(draft: Draft, file: FileProposal) -> None:
    columns: Columns = {"key": _key_of_rows(file, "holding", "payee"), "holding": first(file, "holding")}
    columns |= _plainly(file, "payee", "amount_minor", "purpose", "currency")
    _load(draft, Entity.STANDING_ORDERS, file, columns, head=unless(file))


def write_interactions(draft: Draft, file: FileProposal) -> None:
    client = reference(draft, file, "client", Entity.CLIENTS)
    staff = reference(draft, file, "staff", Entity.STAFF)
    columns: Columns = {"key": _key_of_rows(file, "client", "happened_at", "said")}
    head = [*unless(file)]
    if client:
        columns["client"] = client.value
        head += client.joins(draft)
    if staff and staff.known:
        columns["staff"] = staff.value
        head += staff.joins(draft)
    for target, usual in (("channel", "phone"), ("direction", ""), ("purpose", ""), ("outcome", "")):
        if found := file.filling(target):
            columns[target] = coded(draft, file, found[0])
        elif usual:
            columns[target] = usual
    when = file.filling("happened_at")[0]
    columns["happened_at"] = {"instant": slot(when), "written": list(when.content.dates or file.format.dates)}
    columns["minutes"] = {"first": [first(file, "minutes"), "10"]} if file.filling("minutes") else 10
    _load(draft, Entity.INTERACTIONS, file, columns | _plainly(file, "said"), head=head)


def _key_of_rows(file: FileProposal, *parts: str) -> str:
    """The key column when it tells rows apart, else all that does."""
    if (key := file.filling("key")) and key[0].content.distinct >= 0.999:
        return slot(key[0])
    return " ".join(slot(one) for target in ("key", *parts) for one in file.filling(target))


def _plainly(file: FileProposal, *targets: str) -> Columns:
    """The columns that fill these targets, as they are."""
    return {target: slot(file.filling(target)[0]) for target in targets if file.filling(target)}


def _load(
    draft: Draft,
    entity: Entity,
    file: FileProposal,
    columns: Columns,
    *,
    head: Sequence[str] = (),
    notes: Mapping[str, str] | None = None,
) -> None:
    draft.load(
        entity,
        draft.name_of(file),
        columns,
        notes={**described(file), **(notes or {})},
        unused=unused(file),
        head=head,
    )


WRITERS: Mapping[Entity, Callable[[Draft, FileProposal], None]] = {
    Entity.BRANCHES: write_branches,
    Entity.STAFF: write_staff,
    Entity.CLIENTS: write_clients,
    Entity.RELATIONSHIPS: write_relationships,
    Entity.HOLDINGS: write_holdings,
    Entity.BALANCES: write_balances,
    Entity.TRANSACTIONS: write_transactions,
    Entity.STANDING_ORDERS: write_standing_orders,
    Entity.INTERACTIONS: write_interactions,
}
