"""How a file of clients becomes clients: whose names are whose, what the key is, where branches and advisers come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cartera.clients.rules import plain
from cartera.intake.entities import Entity
from cartera.intake.proposals.codes import OTHERWISE
from cartera.intake.proposals.columns import Column
from cartera.intake.proposals.linking import TELLING, key_column, reference, spelled
from cartera.intake.proposals.toml import table, text
from cartera.intake.proposals.written import described, slot, unless, unused

if TYPE_CHECKING:
    from cartera.intake.proposals.proposal import FileProposal
    from cartera.intake.proposals.writing import Draft

Columns = dict[str, object]
NOWHERE = "sin-oficina"


def write_clients(draft: Draft, file: FileProposal) -> None:
    names = _names(file)
    columns: Columns = {"key": _key(file, names)} | names | _identity(draft, file)
    for target in ("birth_date", "sector", "household", "until"):
        if found := file.filling(target):
            columns[target] = slot(found[0])
    if sex := file.filling("sex"):
        columns["sex"] = _code(draft, file, sex[0])
    columns |= _reached(file)
    head, notes = list[str](), described(file)
    if file.filling("branch"):
        columns["branch"], joins = _branch(draft, file)
        head += joins
    if file.filling("adviser"):
        columns["adviser"], joins = _adviser(draft, file, columns.get("branch"))
        head += joins
    columns["since"] = _since(draft, file)
    if not file.filling("since"):
        notes["since"] = _("no column says it: the day on which this was written")
    told = []
    if "branch" not in columns:
        told.append(
            _("No column says the branch: new clients go to the first one, or to the branch of whoever imports them.")
        )
    if "adviser" not in columns:
        told.append(_("No column says the adviser: new clients have none, or are of whoever imports them."))
    title = "\n".join(told)
    origin, sums = draft.name_of(file), unless(file)
    key = key_column(file)
    if key and key.content.distinct < TELLING:
        sums = _once_each(draft, file, key, columns)
        origin = f"{origin}_clientes"
    draft.load(Entity.CLIENTS, origin, columns, notes=notes, unused=unused(file), head=[*sums, *head], title=title)


def _once_each(draft: Draft, file: FileProposal, key: Column, columns: Columns) -> list[str]:
    """Of a file that says each client several times, the first row of each; rows that name none stay, to be refused."""
    name = draft.name_of(file)
    pick = f"pick = {table({'per': [key.name]})}"
    draft.add_table(f"{name}_clientes", [f"from = {text(name)}", *unless(file), pick])
    nameless = {target: columns[target] for target in ("key", "name", "kind")}
    told = _("Rows without “{column}”: they are refused, so that you hear of them.").format(column=key.name)
    draft.load(Entity.CLIENTS, name, nameless, head=[f"where = {table({key.name: ['']})}"], title=told)
    return [f"unless = {table({key.name: ['']})}"]


def _key(file: FileProposal, names: Columns) -> object:
    """The code, else the identifier, else how they are reached, at worst the name; of a card the first that it has."""
    any_of = [slot(one) for target in ("key", "email", "phone", "name") for one in file.filling(target)]
    if file.format.kind == "vcard" and any_of:
        return {"first": any_of}
    column = key_column(file)
    if column is None:
        return names["name"]
    return spelled(slot(column), normal=column.target == "identifier")


def _names(file: FileProposal) -> Columns:
    """`name` and its parts. Only people have parts: those of a company stay empty."""
    known = file.filling("identifier")
    number: Columns = {"identifier": slot(known[0])} if known else {}
    company = file.filling("company_name")
    for target, order in (("surnames_first", "surnames_first"), ("name", "given_first")):
        if whole := file.filling(target):
            return _from_one(slot(whole[0]), order, company, number)
    given = " ".join(slot(one) for one in file.filling("given_name"))
    both = file.filling("surnames")
    surnames = [slot(one) for target in ("surname", "second_surname") for one in file.filling(target)]
    if not (given or both or surnames):
        return _from_one(slot(company[0]), _order_of(company[0]), (), number)
    after = slot(both[0]) if both else " ".join(surnames)
    whole_name = f"{given} {after}".strip()
    columns: Columns = {"name": {"first": [whole_name, slot(company[0])]} if company else whole_name}
    if given:
        columns["given_name"] = given
    if both:
        for part in ("surname", "second_surname"):
            columns[part] = {"read": part, "in": slot(both[0]), "order": "surnames_only"}
    else:
        columns |= {
            target: slot(file.filling(target)[0]) for target in ("surname", "second_surname") if file.filling(target)
        }
    beside = {"company": slot(company[0])} if company else {}
    columns["kind"] = {"read": "kind", "in": whole_name, **beside, **number}
    return columns


def _order_of(column: Column) -> str:
    return "surnames_first" if column.content.surnames_first else "given_first"


def _from_one(whole: str, order: str, company: tuple[Column, ...], number: Columns) -> Columns:
    """A whole name in one column, which may be a person's or a company's."""
    beside: Columns = {"company": slot(company[0])} if company else {}
    read = {part: {"read": part, "in": whole, "order": order, **number, **beside} for part in _PARTS}
    return {**read, "kind": {"read": "kind", "in": whole, **number, **beside}}


_PARTS = ("name", "given_name", "surname", "second_surname")


def _identity(draft: Draft, file: FileProposal) -> Columns:
    columns: Columns = {}
    if (kind := file.filling("kind")) and any(meaning for _code, meaning in kind[0].codes):
        columns["kind"] = _code(draft, file, kind[0])
    if number := file.filling("identifier"):
        columns["identifier"] = {"read": "identifier", "in": slot(number[0])}
        columns["identifier_kind"] = {"read": "identifier_kind", "in": slot(number[0])}
    return columns


def _code(draft: Draft, file: FileProposal, column: Column) -> object:
    target = str(column.target)
    name = draft.add_codes(f"{draft.name_of(file)}_{target}", dict(column.codes))
    return {"code": slot(column), "in": name, "else": OTHERWISE.get(target, "")}


_MOBILE = ("cel", "movil", "mobile", "whatsapp")


def _reached(file: FileProposal) -> Columns:
    columns: Columns = {}
    phones = sorted(file.filling("phone"), key=lambda one: not any(word in plain(one.name) for word in _MOBILE))
    for target, found in (("phone", phones), ("email", file.filling("email"))):
        if found:
            columns[target] = slot(found[0]) if len(found) == 1 else {"first": [slot(one) for one in found]}
    if address := file.filling("address"):
        columns["address"] = " ".join(slot(one) for one in address)
    return columns


def _since(draft: Draft, file: FileProposal) -> object:
    day = draft.proposal.written_on
    if not (found := file.filling("since")):
        return day
    return slot(found[0]) if found[0].content.filled >= 1 else {"first": [slot(found[0]), day.isoformat()]}


def _branch(draft: Draft, file: FileProposal) -> tuple[object, list[str]]:
    """The branch that the column names: of the file of branches, or made from the column, a row for each value."""
    found = reference(draft, file, "branch", Entity.BRANCHES)
    if found and found.known:
        return found.value, found.joins(draft)
    column = file.filling("branch")[0]
    name = draft.add_table(f"{draft.name_of(file)}_oficinas", _one_for_each(draft, file, column))
    told = _("No file lists the branches: one is made for each value of “{column}”.").format(column=column.name)
    draft.load(Entity.BRANCHES, name, {"key": slot(column), "name": slot(column)}, title=told)
    if column.content.filled >= 1:
        return slot(column), []
    draft.load(Entity.BRANCHES, "", {"key": NOWHERE, "name": _("Without a branch")})
    return {"first": [slot(column), NOWHERE]}, []


def _adviser(draft: Draft, file: FileProposal, branch: object) -> tuple[object, list[str]]:
    """The adviser that the column names: of the file of staff, or made from the column, a row for each value."""
    found = reference(draft, file, "adviser", Entity.STAFF)
    if found and found.known:
        return found.value, found.joins(draft)
    column = file.filling("adviser")[0]
    name = draft.add_table(f"{draft.name_of(file)}_asesores", _one_for_each(draft, file, column))
    told = _("No file lists the staff: somebody is made for each value of “{column}”, without a user name.")
    columns: Columns = {"key": slot(column), "name": slot(column), "role": "adviser"}
    if branch is not None and "." not in table(branch):
        columns["branch"] = branch  # that of their first client
    draft.load(Entity.STAFF, name, columns, title=told.format(column=column.name))
    return slot(column), []


def _one_for_each(draft: Draft, file: FileProposal, column: Column) -> list[str]:
    pick = table({"per": [column.name]})
    return [f"from = {text(draft.name_of(file))}", f"unless = {table({column.name: ['']})}", f"pick = {pick}"]
