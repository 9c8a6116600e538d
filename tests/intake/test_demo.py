"""The demonstration bank: believable, valid, reproducible, whole."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import numpy as np
import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.ec import ci, ruc

from cartera.clients.models import Channel, RelationshipKind
from cartera.intake.demo.bank import Bank, build
from cartera.intake.demo.places import ROOT
from cartera.intake.demo.policy import THRESHOLDS
from cartera.intake.demo.promises import SCHEMA
from cartera.intake.demo.staff import CAST
from cartera.intake.frames import SCHEMAS, Entity, shaped
from cartera.interactions.models import Direction, Outcome, Purpose
from cartera.promises.models import Side
from cartera.promises.rules import State
from cartera.team.models import Role

TODAY = date(2026, 6, 16)
MIDNIGHT = datetime(2026, 6, 16, 5, tzinfo=UTC)  # local midnight in Ecuador
ASSETS = ("deposit", "fund")


@pytest.fixture(scope="module")
def paramo() -> Bank:
    return build(2000, 1, date=TODAY)


@pytest.fixture(scope="module")
def clients(paramo: Bank) -> pl.DataFrame:
    return paramo.frames[Entity.CLIENTS]


@pytest.fixture(scope="module")
def valued(paramo: Bank) -> pl.DataFrame:
    """Assets and yearly revenue of each client, in minor units."""
    products = paramo.setting.products.rename({"key": "product"}).drop("currency")
    held = paramo.frames[Entity.HOLDINGS].filter(pl.col("closed_on").is_null()).join(products, on="product")
    revenue = pl.col("balance_minor") * pl.col("margin_ppm") // 1_000_000 + pl.col("fee_minor")
    return held.group_by("client").agg(
        assets=pl.col("balance_minor").filter(pl.col("line").is_in(ASSETS)).sum(), revenue=revenue.sum()
    )


def frame(bank: Bank, entity: Entity) -> pl.DataFrame:
    return bank.frames[entity]


class TestReproducible:
    def test_the_same_clients_seed_and_date_are_the_same_bank(self) -> None:
        one, other = build(120, 7, date=TODAY), build(120, 7, date=TODAY)
        assert all(one.frames[entity].equals(other.frames[entity]) for entity in Entity)
        assert one.promises.equals(other.promises)
        assert one.appointments.equals(other.appointments)
        assert one.absences.equals(other.absences)

    def test_another_seed_is_another_bank(self) -> None:
        names = [set(frame(build(120, seed, date=TODAY), Entity.CLIENTS)["name"]) for seed in (1, 2)]
        assert len(names[0] & names[1]) < 40

    def test_two_thousand_clients_take_few_seconds(self) -> None:
        began = time.process_time()
        build(2000, 3, date=TODAY)
        assert time.process_time() - began < 6


class TestWhole:
    @pytest.mark.parametrize("count", [2, 50])
    def test_small_banks_are_whole_too(self, count: int) -> None:
        bank = build(count, 1, date=TODAY)
        assert frame(bank, Entity.CLIENTS).height == count
        _require_no_orphans(bank)

    @given(
        count=st.integers(2, 260),
        seed=st.integers(0, 1_000_000),
        today=st.dates(date(2019, 1, 1), date(2032, 12, 31)),
    )
    @settings(max_examples=12, deadline=None)
    def test_any_bank_on_any_day_is_whole(self, count: int, seed: int, today: date) -> None:
        bank = build(count, seed, date=today)
        _require_no_orphans(bank)
        _require_possible_promises(bank)
        _require_nothing_from_tomorrow(bank)

    def test_every_frame_is_shaped_with_unique_keys(self, paramo: Bank) -> None:
        for entity in Entity:
            found = frame(paramo, entity)
            assert dict(found.schema) == dict(SCHEMAS[entity])
            assert shaped(entity, found).equals(found)
            if "key" in found.columns:
                assert found["key"].is_unique().all()
                assert found["key"].null_count() == 0

    def test_what_tables_cannot_do_without_is_there(self, paramo: Bank) -> None:
        needed = {
            Entity.CLIENTS: ("kind", "name", "branch", "adviser", "since", "country"),
            Entity.HOLDINGS: ("client", "product", "currency", "balance_minor", "opened_on"),
            Entity.INTERACTIONS: ("client", "staff", "channel", "happened_at", "minutes"),
            Entity.TRANSACTIONS: ("holding", "on", "amount_minor", "kind"),
        }
        for entity, columns in needed.items():
            assert frame(paramo, entity).select(pl.col(columns).null_count()).row(0) == (0,) * len(columns)

    def test_no_orphan_key(self, paramo: Bank) -> None:
        _require_no_orphans(paramo)

    def test_nothing_is_known_from_tomorrow(self, paramo: Bank) -> None:
        _require_nothing_from_tomorrow(paramo)

    def test_words_are_those_of_the_tables(self, paramo: Bank) -> None:
        contacts = frame(paramo, Entity.INTERACTIONS)
        assert set(contacts["channel"]) <= set(Channel.values)
        assert set(contacts["purpose"]) <= set(Purpose.values)
        assert set(contacts["outcome"]) <= set(Outcome.values)
        assert set(contacts["direction"]) <= set(Direction.values)
        assert set(frame(paramo, Entity.RELATIONSHIPS)["kind"]) <= set(RelationshipKind.values)
        assert set(frame(paramo, Entity.STAFF)["role"]) == set(Role.values)
        assert set(paramo.promises["owed_by"]) <= set(Side.values)
        assert set(paramo.promises["channel"]) <= {*Channel.values, ""}


class TestPeople:
    def test_identifiers_have_valid_check_digits_and_are_unique(self, clients: pl.DataFrame) -> None:
        for kind, number in clients.select("identifier_kind", "identifier").rows():
            assert (ci if kind == "cedula" else ruc).is_valid(number), (kind, number)
        assert clients["identifier"].is_unique().all()
        assert set(clients.filter(kind="company")["identifier_kind"]) == {"ruc"}
        assert set(clients.filter(kind="person")["identifier_kind"]) == {"cedula", "ruc"}

    def test_telephones_can_be_called_and_mail_goes_to_nobody(self, clients: pl.DataFrame) -> None:
        for phone in clients["phone"].drop_nulls():
            assert phonenumbers.is_valid_number(phonenumbers.parse(phone)), phone
        assert clients["email"].drop_nulls().str.ends_with(".example").all()

    def test_persons_have_two_surnames_and_companies_a_legal_form(self, clients: pl.DataFrame) -> None:
        persons, companies = clients.filter(kind="person"), clients.filter(kind="company")
        assert (persons["second_surname"] != "").all()
        assert persons["given_name"].str.contains(" ").mean() > 0.5
        assert persons["name"].str.contains("[áéíóúñÁÉÍÓÚÑ]").mean() > 0.3
        assert companies["name"].str.contains(r"(Cía\. Ltda\.|S\. A\.|S\. A\. S\.)$").all()
        assert companies["name"].is_unique().all()

    def test_minors_live_in_households_with_somebody_of_age(self, clients: pl.DataFrame) -> None:
        grown = pl.col("birth_date") <= date(TODAY.year - 18, TODAY.month, TODAY.day)
        homes = set(clients.filter(grown)["household"].drop_nulls())
        minors = clients.filter((pl.col("kind") == "person") & ~grown)
        assert minors.height > 100
        assert set(minors["household"]) <= homes

    def test_relationships_of_every_kind(self, paramo: Bank) -> None:
        kinds = set(frame(paramo, Entity.RELATIONSHIPS)["kind"])
        assert {"spouse", "parent", "owner", "employer", "referred_by"} <= kinds

    def test_three_in_ten_said_what_they_want(self, clients: pl.DataFrame) -> None:
        said = clients.filter(pl.col("words").is_not_null())
        assert 0.24 < said.height / clients.height < 0.34
        assert (said["to_minute"] > said["from_minute"]).all()
        flag = pl.col("preferred").replace_strict({one.value: one.flag for one in Channel})
        assert said.select((pl.col("channels") & flag) > 0).to_series().all()


class TestTeam:
    def test_the_cast_is_always_there(self, paramo: Bank) -> None:
        for bank in (paramo, build(2, 9, date=TODAY)):
            roles = dict(frame(bank, Entity.STAFF).select("key", "role").rows())
            assert [roles[key] for key in CAST] == ["adviser", "adviser", "manager", "agent", "admin"]

    def test_veronica_runs_lucias_branch_and_not_diegos(self, paramo: Bank) -> None:
        parents = dict(frame(paramo, Entity.BRANCHES).select("key", "parent").rows())
        at = dict(frame(paramo, Entity.STAFF).select("key", "branch").rows())

        def above(branch: str | None) -> set[str]:
            return set() if branch is None else {branch} | above(parents[branch])

        assert at["veronica"] in above(at["lucia"])
        assert at["veronica"] not in above(at["diego"])
        assert at["admin"] == ROOT

    def test_books_are_such_as_one_person_can_look_after(self, paramo: Bank) -> None:
        for bank in (paramo, build(12_000, 1, date=TODAY)):
            books = frame(bank, Entity.CLIENTS).group_by("adviser").len()["len"]
            assert books.min() >= 140
            assert books.max() <= 255

    def test_appointments_lie_in_working_hours_and_not_in_an_absence_of_the_cast(self, paramo: Bank) -> None:
        local = paramo.appointments.with_columns(
            pl.col("starts_at", "ends_at").dt.convert_time_zone("America/Guayaquil")
        )
        assert (local["ends_at"] > local["starts_at"]).all()
        assert local["starts_at"].dt.weekday().is_between(1, 5).all()
        assert local["starts_at"].dt.hour().is_between(8, 17).all()
        assert not set(paramo.absences["staff"]) & set(CAST)
        assert paramo.appointments.select("staff", "starts_at").is_unique().all()


class TestMoney:
    def test_the_wealthiest_fifth_hold_over_seventy_per_cent_of_assets(
        self, valued: pl.DataFrame, clients: pl.DataFrame
    ) -> None:
        assets = valued["assets"].sort(descending=True)
        assert assets.head(clients.height // 5).sum() / assets.sum() > 0.70

    def test_the_policy_gives_few_a_more_b_many_c_and_the_rest_d(
        self, valued: pl.DataFrame, clients: pl.DataFrame
    ) -> None:
        floor = {tier: (one["assets_minor"], one["revenue_minor"]) for tier, one in THRESHOLDS.items()}
        reached = {
            tier: (pl.col("assets") >= least) | (pl.col("revenue") >= earned) for tier, (least, earned) in floor.items()
        }
        share = {tier: valued.filter(reached[tier]).height / clients.height for tier in reached}
        assert 0.025 < share["A"] < 0.06
        assert 0.08 < share["B"] - share["A"] < 0.15
        assert 0.22 < share["C"] - share["B"] < 0.36

    def test_december_stands_out_in_what_comes_in_and_what_is_there(self, paramo: Bank) -> None:
        moved = frame(paramo, Entity.TRANSACTIONS).filter(pl.col("purpose").str.contains("Sueldo|tercer sueldo|Ventas"))
        month = pl.col("on").dt.month().alias("month")
        income = dict(moved.group_by(month).agg(pl.col("amount_minor").sum()).rows())
        assert income[12] > 1.4 * np.median(list(income.values()))

    def test_school_costs_in_september_in_the_highlands_and_in_may_on_the_coast(self, paramo: Bank) -> None:
        region = frame(paramo, Entity.BRANCHES).select(branch="key", region="parent")
        homes = frame(paramo, Entity.CLIENTS).join(region, on="branch").select("region", client="key")
        school = frame(paramo, Entity.TRANSACTIONS).filter(purpose="Útiles y pensión escolar")
        holders = frame(paramo, Entity.HOLDINGS).select("client", holding="key")
        placed = school.join(holders, on="holding").join(homes, on="client").with_columns(month=pl.col("on").dt.month())
        assert set(placed.filter(region="paramo-costa")["month"]) == {5}
        assert set(placed.filter(region="paramo-sierra")["month"]) == {9}

    def test_the_transactions_of_a_month_add_up_to_the_change_of_its_balance(self, paramo: Bank) -> None:
        month = pl.col("on").dt.strftime("%Y-%m").alias("month")
        moved = frame(paramo, Entity.TRANSACTIONS).group_by("holding", month).agg(sum=pl.col("amount_minor").sum())
        ends = (
            frame(paramo, Entity.BALANCES)
            .sort("holding", "on")
            .with_columns(month, change=pl.col("balance_minor").diff().over("holding"))
        )
        both = moved.join(ends.drop_nulls("change"), on=["holding", "month"])
        assert both.height > 30_000
        assert (both["sum"] == both["change"]).all()

    def test_balances_close_at_what_the_holding_says(self, paramo: Bank) -> None:
        """From the last month end, this month's transactions lead to today's balance."""
        last = frame(paramo, Entity.BALANCES).filter(pl.col("on") == date(2026, 5, 31))
        june = frame(paramo, Entity.TRANSACTIONS).filter(pl.col("on") > date(2026, 5, 31))
        since = june.group_by("holding").agg(moved=pl.col("amount_minor").sum())
        now = (
            frame(paramo, Entity.HOLDINGS)
            .filter(pl.col("closed_on").is_null())
            .select(holding="key", now="balance_minor")
        )
        both = last.join(since, on="holding").join(now, on="holding")
        assert both.height > 1_500
        assert (both["balance_minor"] + both["moved"] == both["now"]).all()

    def test_deposits_mature_within_the_month_in_many_books(self, paramo: Bank) -> None:
        soon = pl.col("matures_on").is_between(TODAY, TODAY + timedelta(days=30))
        held = frame(paramo, Entity.HOLDINGS).filter(soon & (pl.col("product") == "plazo"))
        books = held.join(frame(paramo, Entity.CLIENTS).select("adviser", client="key"), on="client")
        assert books.height > 60
        assert books["adviser"].n_unique() == 10


class TestService:
    def test_the_wealthy_are_contacted_more(self, paramo: Bank, valued: pl.DataFrame) -> None:
        counted = frame(paramo, Entity.INTERACTIONS).group_by("client").len()
        both = valued.join(counted, on="client", how="left").with_columns(pl.col("len").fill_null(0)).sort("assets")
        assert both.tail(100)["len"].mean() > 5 * both.head(1000)["len"].mean()

    def test_calls_are_answered_more_often_in_the_hours_that_the_client_named(self, paramo: Bank) -> None:
        said = frame(paramo, Entity.CLIENTS).select("from_minute", "to_minute", client="key").drop_nulls()
        narrow = said.filter(pl.col("to_minute") - pl.col("from_minute") < 240)
        calls = frame(paramo, Entity.INTERACTIONS).filter(channel="phone", direction="out").join(narrow, on="client")
        local = pl.col("happened_at").dt.convert_time_zone("America/Guayaquil")
        minute = local.dt.hour().cast(pl.Int64) * 60 + local.dt.minute().cast(pl.Int64)
        inside = calls.select((minute >= pl.col("from_minute")) & (minute < pl.col("to_minute"))).to_series()
        answered = calls["outcome"] == "talked"
        assert answered.filter(inside).mean() > answered.filter(~inside).mean() + 0.15  # type: ignore[operator]

    def test_contacts_are_made_on_working_days(self, paramo: Bank) -> None:
        days = frame(paramo, Entity.INTERACTIONS)["happened_at"].dt.convert_time_zone("America/Guayaquil")
        assert days.dt.weekday().is_between(1, 5).all()
        assert not days.dt.date().is_in([date(2025, 12, 25), date(2026, 5, 1)]).any()

    def test_promises_are_possible_and_most_were_kept(self, paramo: Bank) -> None:
        _require_possible_promises(paramo)
        closed = paramo.promises.filter(pl.col("state").is_in(["kept", "late", "broken"]))
        kept = closed.filter(state="kept").height / closed.height
        assert 0.85 < kept < 0.98
        assert set(paramo.promises["state"]) == {"kept", "late", "broken", "withdrawn", "promised"}

    def test_a_kept_promise_names_the_contact_that_kept_it(self, paramo: Bank) -> None:
        ours = paramo.promises.filter(pl.col("state").is_in(["kept", "late"]) & (pl.col("owed_by") == "us"))
        contacts = frame(paramo, Entity.INTERACTIONS).select("client", "happened_at", kept_by="key")
        both = ours.join(contacts, on="kept_by", how="left", suffix="_kept")
        assert (both["client"] == both["client_kept"]).all()
        assert (both["closed_at"] == both["happened_at"]).all()

    def test_lucia_has_a_day_worth_showing(self, paramo: Bank) -> None:
        owed = paramo.promises.filter(staff="lucia", state="promised", owed_by="us")
        names = frame(paramo, Entity.CLIENTS).select("name", client="key")
        late = owed.filter(pl.col("due_at") < MIDNIGHT).join(names, on="client")
        today = owed.filter(pl.col("due_at").is_between(MIDNIGHT, MIDNIGHT + timedelta(days=1)))
        assert "Rosa Elvira Cordero Malo" in set(late["name"])
        assert today.height >= 4
        assert owed.height >= 14


def _require_no_orphans(bank: Bank) -> None:
    keys = {entity: set(frame["key"]) for entity, frame in bank.frames.items() if "key" in frame.columns}
    references = (
        (Entity.BRANCHES, "parent", Entity.BRANCHES),
        (Entity.STAFF, "branch", Entity.BRANCHES),
        (Entity.CLIENTS, "branch", Entity.BRANCHES),
        (Entity.CLIENTS, "adviser", Entity.STAFF),
        (Entity.RELATIONSHIPS, "client", Entity.CLIENTS),
        (Entity.RELATIONSHIPS, "other", Entity.CLIENTS),
        (Entity.HOLDINGS, "client", Entity.CLIENTS),
        (Entity.BALANCES, "holding", Entity.HOLDINGS),
        (Entity.TRANSACTIONS, "holding", Entity.HOLDINGS),
        (Entity.STANDING_ORDERS, "holding", Entity.HOLDINGS),
        (Entity.INTERACTIONS, "client", Entity.CLIENTS),
        (Entity.INTERACTIONS, "staff", Entity.STAFF),
    )
    for entity, column, target in references:
        assert set(bank.frames[entity][column].drop_nulls()) <= keys[target], (entity, column)
    assert set(bank.frames[Entity.HOLDINGS]["product"]) <= set(bank.setting.products["key"])
    for column, target in (("client", Entity.CLIENTS), ("staff", Entity.STAFF), ("made_in", Entity.INTERACTIONS)):
        assert set(bank.promises[column]) <= keys[target], column
    assert set(bank.promises["kept_by"].drop_nulls()) <= keys[Entity.INTERACTIONS]
    assert set(bank.appointments["staff"]) | set(bank.absences["staff"]) <= keys[Entity.STAFF]


def _require_nothing_from_tomorrow(bank: Bank) -> None:
    today = bank.blueprint.today
    for entity, columns in {
        Entity.CLIENTS: ("since", "until", "birth_date", "said_on"),
        Entity.RELATIONSHIPS: ("since",),
        Entity.HOLDINGS: ("opened_on", "closed_on", "balance_on"),
        Entity.BALANCES: ("on",),
        Entity.TRANSACTIONS: ("on",),
    }.items():
        for column in columns:
            assert (bank.frames[entity][column].drop_nulls() <= today).all(), (entity, column)
    begins = datetime(today.year, today.month, today.day, 5, tzinfo=UTC)
    assert (bank.frames[Entity.INTERACTIONS]["happened_at"] < begins).all()
    held = bank.frames[Entity.HOLDINGS]
    assert held.select((pl.col("matures_on") >= pl.col("opened_on")).fill_null(True).all()).item()
    assert held.select((pl.col("closed_on") >= pl.col("opened_on")).fill_null(True).all()).item()
    clients = bank.frames[Entity.CLIENTS]
    assert clients.select((pl.col("until") >= pl.col("since")).fill_null(True).all()).item()
    opened = held.join(clients.select("since", client="key"), on="client")
    assert (opened["opened_on"] >= opened["since"]).all()


def _require_possible_promises(bank: Bank) -> None:
    made = bank.promises
    assert dict(made.schema) == SCHEMA
    assert made["origin_key"].is_unique().all()
    assert (made["due_at"] > made["made_at"]).all()
    assert (made["opens_at"] <= made["due_at"]).all()
    assert (made["latest_at"] >= made["due_at"]).all()
    assert ((made["state"] == State.PROMISED) == made["closed_at"].is_null()).all()
    closed = made.drop_nulls("closed_at")
    assert (closed["closed_at"] > closed["made_at"]).all()
    kept, late = closed.filter(state="kept"), closed.filter(state="late")
    assert (kept["closed_at"] <= kept["due_at"]).all()
    assert ((late["closed_at"] > late["due_at"]) & (late["closed_at"] <= late["latest_at"])).all()
    today = bank.blueprint.today
    begins = datetime(today.year, today.month, today.day, 5, tzinfo=UTC)
    assert (closed["closed_at"] < begins).all()
    still = made.filter(state="promised")
    assert (still["latest_at"] >= begins).all()
