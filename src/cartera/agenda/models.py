"""The plan of each person, as it stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Channel, Client
from cartera.clients.models.client import OfClientQuerySet
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Staff


class AgendaPolicyQuerySet(VisibleQuerySet["AgendaPolicy"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> AgendaPolicyQuerySet:
        return self if verb == "view" or actor.may("plan.set_policy") else self.none()


class AgendaPolicy(Record):
    """A version of the priors and limits of the agenda, effective from a day: `cartera.agenda.priors.Priors` as data."""

    number = models.PositiveIntegerField(unique=True)
    effective_from = models.DateField()
    priors = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)

    objects = AgendaPolicyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"v{self.number}"


class PlanQuerySet(VisibleQuerySet["Plan"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> PlanQuerySet:
        """Plans of the people whom the actor sees, for roles that plan at all."""
        return self.filter(staff__in=Staff.objects.visible_to(actor, verb)) if actor.may("plan.view") else self.none()


class Plan(Record):
    """The next ten working days of one person, replaced as a whole when it is solved again.

    `value_minor` is what it is expected to save, `bound_minor` proves that no plan saves more. `prices` maps "2026-06-16
    morning" to what one more hour there would save, in minor units. `day_changes` counts what happened to the person's
    days: a plan that was solved before the last of it is not stored after it.
    """

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="plan")
    from_day = models.DateField()
    until_day = models.DateField()
    solved_at = models.DateTimeField()
    value_minor = models.BigIntegerField()
    bound_minor = models.BigIntegerField()
    gap_ppm = models.PositiveIntegerField()
    capacity = models.JSONField(default=dict)
    prices = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    inputs = models.CharField(max_length=64, blank=True)
    stale = models.BooleanField(default=False)
    day_changes = models.PositiveIntegerField(default=0)

    objects = PlanQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.staff_id} {self.from_day}"


class PlanItem(Record):
    """One contact of the plan: all of a client's reasons at once. `minutes` are planned, `value_minor` is what it saves.

    `place` is its order in the day; `reasons` lists {"kind", "id", "text", "cost"}; `why` the facts of its place.
    """

    class Part(models.TextChoices):
        MORNING = "morning", _("Morning")
        AFTERNOON = "afternoon", _("Afternoon")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="plan_items")
    day = models.DateField()
    part = models.CharField(max_length=10, choices=Part)
    place = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=16, choices=Channel)
    value_minor = models.BigIntegerField()
    waits_minor = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=list)
    why = models.JSONField(default=dict)
    pinned = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)

    objects = OfClientQuerySet["PlanItem"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "client", "day"], name="plan_item_one_contact_a_day")]
        indexes = [models.Index(fields=["plan", "day", "place"], name="plan_item_order")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Unplaced(Record):
    """A contact that did not fit, what that costs and the cheapest repair {"kind", "day", ...}."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="unplaced")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=16, choices=Channel, blank=True)
    due_on = models.DateField(null=True)
    cost_minor = models.BigIntegerField()
    reasons = models.JSONField(default=list)
    repair = models.JSONField(default=dict)

    objects = OfClientQuerySet["Unplaced"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["plan", "-cost_minor"], name="unplaced_by_cost")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.cost_minor}"
