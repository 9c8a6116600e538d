"""Questions about the versions of service models: which there are, whom each serves, what it promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from cartera.clock import queries as clock
from cartera.kernel.actor import Actor
from cartera.kernel.errors import NotFound
from cartera.service.models import Agreement, ServiceModel, Touchpoint
from cartera.service.planning import Shelf, specs_of
from cartera.service.rules import ModelSpec
from cartera.service.versions import Stage

SHOWN_PLANS = 5


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A model as the list shows it: its version in force or else its latest, whom it serves today, what is being written.

    `clients` and `own_plans` are counted among those whom the reader sees; `ahead` is a version that is switched on for
    a later day.
    """

    model: ServiceModel
    spec: ModelSpec
    tiers: str
    for_new: bool
    clients: int
    own_plans: int
    draft: ServiceModel | None
    ahead: ServiceModel | None


def models_by_key(*, actor: Actor) -> list[OnShelf]:
    """Every model, those that serve first, by the tiers they serve; three queries however many there are."""
    day = clock.today()
    versions = list(ServiceModel.objects.visible_to(actor).order_by("key", "-number"))
    specs = specs_of(Touchpoint.objects.order_by("id"))
    shelf = Shelf.on(day)
    counted = _clients_by_key(actor)
    found = []
    for key in dict.fromkeys(version.key for version in versions):
        of_key = [version for version in versions if version.key == key]
        by_stage = {version.stage_on(day): version for version in reversed(of_key)}
        shown = by_stage.get(Stage.IN_FORCE) or of_key[0]
        clients, own_plans = counted.get(key, (0, 0))
        found.append(
            OnShelf(
                model=shown,
                spec=specs.get(shown.pk, ModelSpec(())),
                tiers="".join(sorted(tier for tier, model_id in shelf.by_tier.items() if model_id == shown.pk)),
                for_new=shelf.for_new == shown.pk,
                clients=clients,
                own_plans=own_plans,
                draft=by_stage.get(Stage.DRAFT),
                ahead=by_stage.get(Stage.AHEAD),
            )
        )
    return sorted(found, key=lambda one: (not one.tiers and not one.for_new, one.tiers or "Z", one.model.key))


def version_of(*, actor: Actor, model_id: int) -> ServiceModel:
    """One version of a model, with who wrote it and who switched it on. Raises NotFound."""
    rows = ServiceModel.objects.visible_to(actor).select_related("drafted_by", "activated_by")
    found = rows.filter(pk=model_id).first()
    if found is None:
        raise NotFound()
    return found


def versions_of(*, actor: Actor, key: str) -> list[ServiceModel]:
    """All versions of a model, the latest first."""
    rows = ServiceModel.objects.visible_to(actor).filter(key=key)
    return list(rows.select_related("drafted_by", "activated_by").order_by("-number"))


def spec_of(model: ServiceModel) -> ModelSpec:
    """What a version promises in a year."""
    return specs_of(model.touchpoints.order_by("id")).get(model.pk, ModelSpec(()))


def in_force(versions: Sequence[ServiceModel], day: date) -> ServiceModel | None:
    """Of the versions of one model the one that serves on a day."""
    return next((version for version in versions if version.stage_on(day) == Stage.IN_FORCE), None)


def own_plans_on(*, actor: Actor, key: str) -> list[Agreement]:
    """Some of the clients whose own wishes, or whose adviser's choice, changed what this model offers them."""
    rows = _open(actor).filter(model__key=key, basis__in=(Agreement.Basis.WISHES, Agreement.Basis.CHOSEN))
    return list(rows.select_related("client", "client__wishes").order_by("-id")[:SHOWN_PLANS])


def count_on(*, actor: Actor, key: str) -> tuple[int, int]:
    """How many of the actor's clients are on a model, and how many of those on a plan of their own."""
    return _clients_by_key(actor).get(key, (0, 0))


def _clients_by_key(actor: Actor) -> dict[str, tuple[int, int]]:
    own = Q(basis__in=(Agreement.Basis.WISHES, Agreement.Basis.CHOSEN))
    rows = _open(actor).values("model__key").annotate(clients=Count("pk"), own=Count("pk", filter=own)).order_by()
    return {row["model__key"]: (row["clients"], row["own"]) for row in rows}


def _open(actor: Actor):  # type: ignore[no-untyped-def]
    return Agreement.objects.visible_to(actor).filter(ended_on__isnull=True)
