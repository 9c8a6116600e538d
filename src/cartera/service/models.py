"""Service models in their versions, and the agreement that puts one client on one of them for a year."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Channel, Client
from cartera.clients.models.client import OfClientQuerySet
from cartera.interactions.models import Purpose
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.service.rules import FULL_TURN, Ground
from cartera.service.versions import Stage, stage_of
from cartera.team.models import Staff


class ServiceModelQuerySet(VisibleQuerySet["ServiceModel"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> ServiceModelQuerySet:
        return self if verb == "view" or actor.may("service.change_model") else self.none()

    def active_on(self, day: date) -> ServiceModelQuerySet:
        """The versions that serve on a day; where two of them do, the one that began later wins."""
        return self.filter(Q(active_until__isnull=True) | Q(active_until__gt=day), active_from__lte=day)

    def drafts(self) -> ServiceModelQuerySet:
        return self.filter(active_from__isnull=True)

    def last(self) -> ServiceModelQuerySet:  # type: ignore[override]
        """Of each model the version that was switched on last and nothing follows yet."""
        return self.filter(active_from__isnull=False, active_until__isnull=True)


class ServiceModel(Record):
    """One version of the touchpoints that a client is offered in a year. Versions of one model share its key.

    A draft has no `active_from`; one that gave way keeps its days and stays readable. A version serves the letters of
    `tiers`, and new clients if it is `for_new`, unless one that began later serves them too. `why` is its reason.
    """

    key = models.CharField(max_length=32)
    number = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200)
    tiers = models.CharField(max_length=4, blank=True)
    for_new = models.BooleanField(default=False)
    active_from = models.DateField(null=True)
    active_until = models.DateField(null=True)
    why = models.CharField(max_length=300, blank=True)
    drafted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="models_drafted")
    drafted_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="models_activated")
    activated_at = models.DateTimeField(null=True)

    objects = ServiceModelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="service_model_number_once"),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(active_from__isnull=True),
                name="service_model_one_draft",
                violation_error_message=_("This model has a draft already: go on with that one."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(active_from__isnull=False, active_until__isnull=True),
                name="service_model_one_last",
            ),
            models.CheckConstraint(
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
                name="service_model_goes_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.active_from is None

    def stage_on(self, day: date) -> Stage:
        return stage_of(self.active_from, self.active_until, day)


class Trial(Record):
    """What a version would ask of the team, counted for the version of its row that `of_version` names.

    `cells` are counts by adviser and tier, as `cartera.service.trial` makes them; not `done` while a worker counts.
    """

    model = models.OneToOneField(ServiceModel, on_delete=models.CASCADE, related_name="trial")
    of_version = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    done = models.BooleanField(default=False)
    cells = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.model_id} {self.of_version}"


class Touchpoint(Record):
    """So many contacts a year in a channel, for a purpose. Nested ones are among their parent's: 12 ⊃ 4 reviews ⊃ 2 meetings."""

    model = models.ForeignKey(ServiceModel, on_delete=models.CASCADE, related_name="touchpoints")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="nested")
    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=16, choices=Channel)
    purpose = models.CharField(max_length=8, choices=Purpose)
    minutes = models.PositiveSmallIntegerField()
    times_a_year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(times_a_year__gte=1), name="touchpoint_at_least_once")]

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(OfClientQuerySet["Agreement"]):
    def open(self) -> AgreementQuerySet:
        """The latest of each client: it runs, or begins when the one before it ends."""
        return self.filter(ended_on__isnull=True)

    def in_force(self, on: date) -> AgreementQuerySet:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), from_day__lte=on, until_day__gt=on)


class Agreement(Record):
    """A client is served after a model from a day until a year later, which does not belong to it. `basis` says why.

    `terms` are what was agreed in one line, as `cartera.service.rules.terms_of` writes it. `turn` is how far the client's
    wheel is turned, so that its contacts fall on other days than its neighbours'. `ended_on` is where it gave way to
    the next; `planned_on` is when its promises were made. The year's contacts and minutes are those of the terms.
    """

    class Basis(models.TextChoices):
        NEW = Ground.NEW, _("New client")
        TIER = Ground.TIER, _("Its tier")
        WISHES = Ground.WISHES, _("Its own wishes")
        CHOSEN = Ground.CHOSEN, _("Chosen for this client")

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="agreements")
    number = models.PositiveIntegerField(default=1)
    model = models.ForeignKey(ServiceModel, on_delete=models.PROTECT, related_name="agreements")
    basis = models.CharField(max_length=8, choices=Basis)
    terms = models.TextField(blank=True)
    contacts_a_year = models.PositiveSmallIntegerField(default=0)
    minutes_a_year = models.PositiveIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)
    from_day = models.DateField()
    until_day = models.DateField()
    ended_on = models.DateField(null=True)
    planned_on = models.DateField(null=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_day__gt=F("from_day")), name="agreement_goes_forward"),
            models.CheckConstraint(condition=Q(turn__lt=FULL_TURN), name="agreement_turn_is_not_full"),
            models.UniqueConstraint(fields=["client"], condition=Q(ended_on__isnull=True), name="agreement_one_open"),
            models.UniqueConstraint(fields=["client", "number"], name="agreement_number_once"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(planned_on__isnull=True), name="agreement_to_plan"),
            models.Index(fields=["model", "basis", "id"], name="agreement_on_model"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.model_id}"
