"""Who works at the bank and when: the fixed cast, their colleagues, hours, meetings and holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from cartera.intake.demo.blueprint import Blueprint
from cartera.intake.demo.calendar import HOURS, Calendar, around, instants
from cartera.intake.demo.people import given_names, surnames
from cartera.intake.demo.places import ROOT, Agency, regions

PASSWORD = "paramo-2026"
CAST = ("lucia", "diego", "veronica", "pablo", "admin")

_HOUR_COST = {"adviser": 26_00, "manager": 42_00, "agent": 14_00, "admin": 30_00}
_IN_CUENCA = (
    ("lucia", "Lucía Andrade", "f"),
    ("esteban", "Esteban Coronel", "m"),
    ("gabriela", "Gabriela Pesántez", "f"),
)


@dataclass(frozen=True, slots=True)
class Team:
    """Staff as the loader takes them; `advisers` are keys in the order of the books, `agents` by key of their region."""

    frame: pl.DataFrame
    advisers: tuple[str, ...]
    agents: dict[str, str]


def hire(blueprint: Blueprint, agencies: tuple[Agency, ...]) -> Team:
    """Advisers for every agency, managers for regions and for agencies of five or more, an agent a region, an administrator."""
    posts = _posts(agencies)
    rng = blueprint.draws("staff")
    woman = rng.random(len(posts)) < 0.55
    given = given_names(rng, woman).str.split(" ").list.first().to_list()
    surname = surnames(rng, pl.Series([post.region for post in posts])).to_list()
    seen: set[str] = set()
    rows = []
    for post, first, last, she in zip(posts, given, surname, woman, strict=True):
        key = post.key or _username(first, last, seen)
        seen.add(key)
        name, she = (post.name, post.sex == "f") if post.name else (f"{first} {last}", bool(she))
        title = post.title.format("Asesora" if she else "Asesor", "Jefa" if she else "Jefe")
        rows.append(
            (key, name, post.role, title, post.branch, key, f"{key}@bancoparamo.example", _HOUR_COST[post.role])
        )
    columns = ["key", "name", "role", "title", "branch", "username", "email", "hour_cost_minor"]
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_columns(active=pl.lit(True))
    agents = dict(frame.filter(role="agent").select("branch", "key").rows())
    return Team(frame, tuple(frame.filter(role="adviser")["key"]), agents)


def working_hours() -> tuple[tuple[int, int, int], ...]:
    """The whole bank's (weekday, from minute, to minute): Monday to Friday from 08:30 to 17:30, with an hour for lunch."""
    return tuple((weekday, start, end) for weekday in range(5) for start, end in HOURS)


def appointments(blueprint: Blueprint, team: Team) -> pl.DataFrame:
    """Fixed times of each adviser, two weeks back and four ahead: the team's Monday, and two to four meetings a week."""
    rng = blueprint.draws("appointments")
    calendar = Calendar(blueprint.today - timedelta(days=14), blueprint.today + timedelta(days=28))
    monday = np.array([day.astype(object).weekday() == 0 for day in calendar.days])
    parts = []
    for staff in team.advisers:
        days = calendar.days[~monday]
        chosen = days[rng.random(days.size) < rng.uniform(0.45, 0.75)]
        kinds = rng.integers(0, len(_MEETINGS), chosen.size)
        parts.append(_meetings(staff, calendar.days[monday], np.full(int(monday.sum()), -1)))
        parts.append(_meetings(staff, chosen, kinds))
    return pl.concat(parts).sort("staff", "starts_at")


def absences(blueprint: Blueprint, team: Team) -> pl.DataFrame:
    """One adviser in six is away for some days within two months, Gabriela among them; the cast stays at work."""
    rng = blueprint.draws("absences")
    calendar = around(blueprint.today)
    reasons = ("Vacaciones", "Vacaciones", "Vacaciones", "Curso de crédito", "Permiso médico")
    rows: list[tuple[str, date, date, str]] = []
    for staff in team.advisers:
        away = rng.random() < 1 / 6
        ahead, reason = int(rng.integers(4, 40)), reasons[int(rng.integers(0, len(reasons)))]
        if staff == "gabriela":
            away, ahead, reason = True, 9, "Vacaciones"
        length = {"Vacaciones": 9, "Curso de crédito": 1, "Permiso médico": 2}[reason]
        if away and staff not in CAST:
            first = calendar.working_day(blueprint.today, ahead)
            rows.append((staff, first, calendar.working_day(first, length), reason))
    schema = {"staff": pl.String, "first_day": pl.Date, "last_day": pl.Date, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


@dataclass(frozen=True, slots=True)
class _Post:
    role: str
    branch: str
    region: str
    title: str
    key: str = ""
    name: str = ""
    sex: str = ""


def _posts(agencies: tuple[Agency, ...]) -> list[_Post]:
    posts = [_Post("admin", ROOT, "Austro", "Administración", "admin", "Carmen Salazar", "f")]
    posts += [_manager(key, name) for key, name in regions(agencies).items()]
    posts += [_agent(key, name) for key, name in regions(agencies).items()]
    for position, agency in enumerate(agencies):
        if agency.advisers >= 5:
            posts.append(_Post("manager", agency.key, agency.city.region, f"{{1}} de agencia, {agency.name[8:]}"))
        posts += [_adviser(agency, position, place) for place in range(agency.advisers)]
    return posts


def _manager(key: str, region: str) -> _Post:
    if region == "Austro":
        return _Post("manager", key, region, "{1} de banca personal, Cuenca", "veronica", "Verónica Toral", "f")
    return _Post("manager", key, region, f"{{1}} de banca personal, {region}")


def _agent(key: str, region: str) -> _Post:
    if region == "Austro":
        return _Post("agent", key, region, "Servicio al cliente, Cuenca", "pablo", "Pablo Íñiguez", "m")
    return _Post("agent", key, region, f"Servicio al cliente, {region}")


def _adviser(agency: Agency, position: int, place: int) -> _Post:
    segment = "banca personal" if place <= agency.advisers // 3 else "banca de personas"
    title = (
        f"Banca personal, {agency.city.name}"
        if position == 0 and place == 0
        else f"{{0}} de {segment}, {agency.city.name}"
    )
    key, name, sex = "", "", ""
    if position == 0 and place < len(_IN_CUENCA):
        key, name, sex = _IN_CUENCA[place]
    if position == 1 and place == 0:
        key, name, sex = "diego", "Diego Merchán", "m"
    return _Post("adviser", agency.key, agency.city.region, title, key, name, sex)


def _username(first: str, last: str, seen: set[str]) -> str:
    stem = f"{first}.{last}".lower().translate(str.maketrans("áéíóúñ", "aeioun"))
    name, turn = stem, 2
    while name in seen:
        name, turn = f"{stem}{turn}", turn + 1
    return name


_TEAM_MEETING = (8 * 60 + 30, 30, "Reunión de equipo", "Sala 1")
_MEETINGS = (
    (9 * 60, 60, "Comité de crédito", "Sala 2"),
    (10 * 60, 60, "Visita a una empresa", "En sus oficinas"),
    (11 * 60, 60, "Reunión de revisión", "Sala 2"),
    (12 * 60, 45, "Capacitación de producto", "Por video"),
    (14 * 60 + 30, 45, "Firma de un crédito", "Sala 3"),
    (15 * 60 + 30, 60, "Visita a un cliente", "En su casa"),
    (16 * 60 + 30, 45, "Cierre con operaciones", "Sala 1"),
)


def _meetings(staff: str, days: np.ndarray, kinds: np.ndarray) -> pl.DataFrame:
    chosen = [_MEETINGS[kind] if kind >= 0 else _TEAM_MEETING for kind in kinds]
    starts = np.array([start for start, *_ in chosen], dtype=np.int64)
    lengths = np.array([length for _, length, *_ in chosen], dtype=np.int64)
    return pl.DataFrame(
        {
            "staff": pl.Series([staff] * days.size, dtype=pl.String),
            "starts_at": instants(days, starts),
            "ends_at": instants(days, starts + lengths),
            "title": pl.Series([title for *_, title, _ in chosen], dtype=pl.String),
            "place": pl.Series([place for *_, place in chosen], dtype=pl.String),
        }
    )
