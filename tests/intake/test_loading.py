"""The loader: exact counts, the same again changes nothing, standing columns are left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from cartera.clients.models import Client, ContactPoint, ExternalKey, Holding, Household, Relationship, Wishes
from cartera.engine import lake
from cartera.intake.actions import load
from cartera.intake.frames import Entity, EntityCounts
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Invalid, NotPermitted
from cartera.kernel.models import Happening
from cartera.products.models import Line, Product
from cartera.team.models import Branch, SignIn, Staff
from tests.intake.conftest import IMPORT


@pytest.fixture
def products(db):
    Product.objects.bulk_create(
        [
            Product(key="account", name="Account", line=Line.DEPOSIT, currency="USD"),
            Product(key="loan", name="Loan", line=Line.LOAN, currency="USD"),
        ]
    )


@pytest.fixture
def frames() -> dict[Entity, pl.DataFrame]:
    return {
        Entity.BRANCHES: pl.DataFrame(
            {"key": ["cue-1", "root", "cue"], "name": ["Cuenca 1", "Bank", "Cuenca"], "parent": ["cue", None, "root"]}
        ),
        Entity.STAFF: pl.DataFrame(
            {
                "key": ["s1"],
                "name": ["Ana"],
                "role": ["adviser"],
                "branch": ["cue-1"],
                "username": ["ana"],
                "active": [True],
            }
        ),
        Entity.CLIENTS: pl.DataFrame(
            {
                "key": ["c1", "c2"],
                "kind": ["person", "company"],
                "name": ["Rosa Muñoz Peña", "Lácteos S.A."],
                "given_name": ["Rosa", None],
                "surname": ["Muñoz", None],
                "second_surname": ["Peña", None],
                "identifier_kind": ["cedula", "ruc"],
                "identifier": ["0102334456", "0190331225001"],
                "branch": ["cue-1", "cue-1"],
                "adviser": ["s1", None],
                "household": ["h1", None],
                "household_name": ["Muñoz", None],
                "since": [date(2020, 1, 1), date(2021, 1, 1)],
                "phone": ["+593 99 123 4567", None],
                "email": ["Rosa@example.com", None],
                "channels": [8, None],
                "contacts_a_year": [4, None],
            }
        ),
        Entity.RELATIONSHIPS: pl.DataFrame({"client": ["c1"], "other": ["c2"], "kind": ["owner"]}),
        Entity.HOLDINGS: pl.DataFrame(
            {
                "key": ["a1", "l1"],
                "client": ["c1", "c2"],
                "product": ["account", "loan"],
                "currency": ["USD", "USD"],
                "balance_minor": [1000, 5000],
                "opened_on": [date(2020, 1, 1), date(2021, 1, 1)],
                "matures_on": [None, date(2025, 1, 1)],
            }
        ),
        Entity.BALANCES: pl.DataFrame(
            {
                "holding": ["a1", "a1"],
                "on": [date(2026, 1, 31), date(2026, 2, 28)],
                "balance_minor": [10, 20],
                "currency": ["USD"] * 2,
            }
        ),
        Entity.TRANSACTIONS: pl.DataFrame(
            {
                "key": ["t1", "t2"],
                "holding": ["a1", "a1"],
                "on": [date(2026, 1, 3), date(2026, 2, 3)],
                "amount_minor": [10, 10],
                "currency": ["USD"] * 2,
            }
        ),
        Entity.STANDING_ORDERS: pl.DataFrame(
            {"key": ["o1"], "holding": ["a1"], "payee": ["Rent"], "amount_minor": [500], "currency": ["USD"]}
        ),
        Entity.INTERACTIONS: pl.DataFrame(
            {
                "key": ["i1"],
                "client": ["c1"],
                "staff": ["s1"],
                "channel": ["phone"],
                "direction": ["out"],
                "purpose": ["touch"],
                "outcome": ["talked"],
                "happened_at": [datetime(2026, 1, 5, 15, 0, tzinfo=UTC)],
                "minutes": [10],
            }
        ),
    }


def load_all(frames, **options):
    return load(actor=IMPORT, frames=frames, system="core", **options)


@pytest.mark.row("Y9")
@pytest.mark.django_db
@pytest.mark.usefixtures("products", "lake_home")
class TestLoading:
    def test_a_first_load_creates_every_row(self, frames):
        counts = load_all(frames)
        assert counts == {entity: EntityCounts(frame.height, frame.height) for entity, frame in frames.items()}
        rosa = Client.objects.get(key="c1")
        assert rosa.search == "munoz pena rosa 0102334456 593991234567"
        assert rosa.branch.key == "cue-1"
        assert rosa.adviser.name == "Ana"
        assert rosa.household == Household.objects.get(name="Muñoz")
        assert rosa.wishes.channels == 8
        assert rosa.wishes.contacts_a_year == 4
        assert Wishes.objects.count() == 1
        assert set(rosa.contact_points.values_list("kind", "search")) == {
            ("phone", "593991234567"),
            ("email", "rosa@example.com"),
        }
        assert ExternalKey.objects.filter(system="core").count() == 2
        assert Relationship.objects.get().other.key == "c2"
        assert Holding.objects.get(key="l1").matures_on == date(2025, 1, 1)
        assert pl.read_parquet(lake.paths("transactions")).height == 2

    def test_the_same_again_changes_nothing(self, frames):
        load_all(frames)
        versions = list(Client.objects.values_list("key", "version"))
        counts = load_all(frames)
        assert counts == {
            entity: EntityCounts(frame.height, unchanged=frame.height) for entity, frame in frames.items()
        }
        assert list(Client.objects.values_list("key", "version")) == versions

    def test_a_path_holds_the_ids_from_the_root(self, frames):
        load_all(frames)
        root, city, office = (Branch.objects.get(key=key) for key in ("root", "cue", "cue-1"))
        assert root.path == f"/{root.pk}/"
        assert office.path == f"/{root.pk}/{city.pk}/{office.pk}/"

    def test_a_branch_that_moves_takes_its_path_along(self, frames):
        load_all(frames)
        frames[Entity.BRANCHES] = frames[Entity.BRANCHES].with_columns(
            parent=pl.when(pl.col("key") == "cue-1").then(pl.lit("root")).otherwise(pl.col("parent"))
        )
        counts = load_all(frames)[Entity.BRANCHES]
        assert (counts.updated, counts.unchanged) == (1, 2)
        assert (
            Branch.objects.get(key="cue-1").path
            == f"{Branch.objects.get(key='root').path}{Branch.objects.get(key='cue-1').pk}/"
        )

    def test_a_new_sign_in_has_no_password_that_works_and_an_old_one_keeps_its_own(self, frames):
        load_all(frames)
        ana = SignIn.objects.get(username="ana")
        assert not ana.has_usable_password()
        assert Staff.objects.get(key="s1").sign_in == ana
        ana.set_password("chosen")
        ana.save()
        assert load_all(frames)[Entity.STAFF].unchanged == 1
        assert SignIn.objects.get(username="ana").check_password("chosen")

    def test_standing_and_what_staff_wrote_are_left_alone(self, frames):
        load_all(frames)
        Client.objects.filter(key="c1").update(tier="A", assets_minor=99, sector="Dairy")
        frames[Entity.CLIENTS] = frames[Entity.CLIENTS].with_columns(name=pl.col("name") + " II")
        assert load_all(frames)[Entity.CLIENTS].updated == 2
        rosa = Client.objects.get(key="c1")
        assert (rosa.tier, rosa.assets_minor, rosa.sector, rosa.name) == ("A", 99, "Dairy", "Rosa Muñoz Peña II")
        assert rosa.version == 2

    def test_each_client_knows_its_last_contact(self, frames):
        load(actor=IMPORT, frames=frames, system="core")
        for client in Client.objects.filter(interactions__isnull=False).distinct():
            assert client.last_contact_at == client.interactions.latest("happened_at").happened_at
        assert Client.objects.filter(last_contact_at__isnull=False).exists()

    def test_a_new_email_counts_as_an_update_of_its_client(self, frames):
        load_all(frames)
        frames[Entity.CLIENTS] = frames[Entity.CLIENTS].with_columns(email=pl.lit("new@example.com"))
        counts = load_all(frames)[Entity.CLIENTS]
        assert (counts.updated, counts.unchanged) == (2, 0)
        assert ContactPoint.objects.filter(client__key="c1", kind="email").count() == 2

    def test_an_older_telephone_is_still_found(self, frames):
        load_all(frames)
        frames[Entity.CLIENTS] = frames[Entity.CLIENTS].with_columns(phone=pl.Series(["022 555 111", None]))
        load_all(frames)
        assert Client.objects.get(key="c1").search.endswith("0102334456 593991234567 022555111")

    def test_a_dry_run_counts_the_same_and_writes_nothing(self, frames):
        dry = load_all(frames, dry_run=True)
        assert Client.objects.count() == Branch.objects.count() == Happening.objects.count() == 0
        assert lake.paths("transactions") == []
        assert dry == load_all(frames)
        frames[Entity.HOLDINGS] = frames[Entity.HOLDINGS].with_columns(balance_minor=pl.Series([1000, 6000]))
        again = load_all(frames, dry_run=True)
        assert again[Entity.HOLDINGS] == EntityCounts(2, updated=1, unchanged=1)
        assert again[Entity.CLIENTS].unchanged == 2
        assert Holding.objects.get(key="l1").balance_minor == 5000

    def test_one_happening_tells_the_counts(self, frames):
        load_all(frames)
        happening = Happening.objects.get()
        assert (happening.name, happening.actor_name) == ("import.load", "import")
        assert happening.facts["entities"]["clients"]["created"] == 2
        assert happening.rows == sum(frame.height for frame in frames.values())

    def test_a_key_that_is_nowhere_is_told(self, frames):
        frames[Entity.HOLDINGS] = frames[Entity.HOLDINGS].with_columns(client=pl.lit("nobody"))
        with pytest.raises(Invalid, match="nobody"):
            load_all(frames)

    def test_an_adviser_may_not(self, frames):
        with pytest.raises(NotPermitted):
            load(actor=Actor.system("ana", "client.*"), frames=frames, system="core")
