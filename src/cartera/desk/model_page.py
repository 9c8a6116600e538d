"""The page of one version of a service model, put together from what the rooms know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cartera.clock import queries as clock
from cartera.desk import formats
from cartera.desk.model_words import changes_in_words, model_in_words, strip_in_words, time_in_words, trial_in_words
from cartera.desk.year_strip import YearStrip, year_strip
from cartera.events.models import Event
from cartera.kernel.actor import Actor
from cartera.service import queries_of_models as queries
from cartera.service.actions_on_models import predecessor, was_kept_under
from cartera.service.compliance import Compliance
from cartera.service.models import Agreement, ServiceModel, Trial
from cartera.service.queries import By, compliance_by
from cartera.service.rules import ModelSpec
from cartera.service.trial import Told, told
from cartera.service.versions import Row, Stage, rows_of


@dataclass(frozen=True, slots=True)
class Year:
    """A model's year: its drawing, and what it says."""

    strip: YearStrip
    label: str
    sentence: str
    time: str


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A row of the list of contacts: `depth` says among how many others it counts, `own` how many are no nested ones."""

    row: Row
    depth: int
    own: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What a version would ask of the team: while it is `counting` there is nothing to tell yet."""

    counting: bool
    old: bool
    told: Told | None
    sentence: str


@dataclass(frozen=True, slots=True)
class ModelPage:
    """Everything that the page shows. `before` is the version that a draft would follow, or that this one followed."""

    model: ServiceModel
    stage: Stage
    year: Year
    touchpoints: Sequence[Touchpoint]
    versions: Sequence[tuple[ServiceModel, Stage]]
    draft: ServiceModel | None
    before: ServiceModel | None
    changes: Sequence[str]
    tried: Tried | None
    clients: int
    own_plans: int
    plans: Sequence[Agreement]
    kept: Compliance | None
    may_be_put_back: bool
    takes: Sequence[str]
    circumstances: Sequence[tuple[str, str, str]]


def page_of_model(actor: Actor, model_id: int, locale: formats.Locale) -> ModelPage:
    """The page, in a fixed number of queries however much there is. Raises NotFound."""
    model = queries.version_of(actor=actor, model_id=model_id)
    today = clock.today()
    versions = queries.versions_of(actor=actor, key=model.key)
    spec, stage = queries.spec_of(model), model.stage_on(today)
    before = predecessor(model) if stage == Stage.DRAFT else _followed(model, versions)
    clients, own_plans = queries.count_on(actor=actor, key=model.key)
    return ModelPage(
        model=model,
        stage=stage,
        year=year_of(spec, locale),
        touchpoints=touchpoints_of(spec),
        versions=[(version, version.stage_on(today)) for version in versions],
        draft=next((version for version in versions if version.is_draft), None),
        before=before,
        changes=changes_in_words(queries.spec_of(before), spec) if before else [],
        tried=tried_of(actor, model) if stage in (Stage.DRAFT, Stage.AHEAD) else None,
        clients=clients,
        own_plans=own_plans,
        plans=queries.own_plans_on(actor=actor, key=model.key),
        kept=_kept(actor, model) if stage in (Stage.IN_FORCE, Stage.PAST) else None,
        may_be_put_back=_may_be_put_back(actor, model, before),
        takes=_takes(actor, model),
        circumstances=_circumstances(),
    )


def year_of(spec: ModelSpec, locale: formats.Locale) -> Year:
    """A model's year as the page and the editor draw it."""
    months = [name[: locale.short] for name in locale.months]
    return Year(year_strip(spec, months), strip_in_words(spec), model_in_words(spec), time_in_words(spec))


def touchpoints_of(spec: ModelSpec) -> list[Touchpoint]:
    rows = rows_of(spec)
    own = [one.own for one in spec.walk()]
    depths: list[int] = []
    for row in rows:
        depths.append(0 if row.within is None else depths[row.within] + 1)
    return [Touchpoint(row, depth, count) for row, depth, count in zip(rows, depths, own, strict=True)]


def tried_of(actor: Actor, model: ServiceModel) -> Tried | None:
    """What was counted of a version, None when nobody asked. `old` says that it was changed since."""
    trial = Trial.objects.filter(model=model).first()
    if trial is None:
        return None
    old = trial.of_version != model.version and model.is_draft
    if not trial.done:
        return Tried(counting=True, old=old, told=None, sentence=_("It is being counted."))
    found = told(actor=actor, cells=trial.cells, day=model.active_from or clock.today())
    return Tried(counting=False, old=old, told=found, sentence=trial_in_words(found))


def _followed(model: ServiceModel, versions: Sequence[ServiceModel]) -> ServiceModel | None:
    return next(
        (other for other in versions if other.active_until == model.active_from and other.number < model.number), None
    )


def _kept(actor: Actor, model: ServiceModel) -> Compliance | None:
    rows = compliance_by(actor=actor, by=By.MODEL)
    found = next((row.account for row in rows if row.key == model.pk), None)
    return found if found is not None and found.promised else None


def _may_be_put_back(actor: Actor, model: ServiceModel, before: ServiceModel | None) -> bool:
    switched = model.active_from is not None and model.active_until is None and before is not None
    return switched and actor.may("service.put_back_model") and not was_kept_under(model)


def _takes(actor: Actor, model: ServiceModel) -> list[str]:
    """Which tiers a draft would take from another model, in words."""
    if not model.is_draft:
        return []
    others = [one for one in queries.models_by_key(actor=actor) if one.model.key != model.key]
    return [
        _("Tier %(tier)s passes to it from “%(model)s”.") % {"tier": tier, "model": other.model.name}
        for other in others
        for tier in other.tiers
        if tier in model.tiers
    ]


def _circumstances() -> list[tuple[str, str, str]]:
    """What makes us contact a client beside its scheduled contacts: name, when, icon."""
    return [
        (
            str(Event.Kind.MATURITY.label),
            _("A deposit, loan, card, policy or fund ends soon: contact before its last days."),
            "hourglass",
        ),
        (
            str(Event.Kind.RUN_DOWN.label),
            _("The client's assets fall well below its own usual level: ask why within a week."),
            "trending-down",
        ),
        (
            str(Event.Kind.SILENCE.label),
            _("Nobody has talked with the client for much longer than agreed, or than is its habit."),
            "clock-exclamation",
        ),
    ]
