"""Figures at the end of each night, per person and tier."""

from __future__ import annotations

from django.db import models

from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Staff


class PersonResultQuerySet(VisibleQuerySet["PersonResult"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> PersonResultQuerySet:
        return self.filter(staff__in=Staff.objects.visible_to(actor, verb))


class PersonResult(Record):
    """One person and tier over the ninety days to a date; `kept_rate` of `cartera.results.rules` defines the share."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="results")
    tier = models.CharField(max_length=1, blank=True)
    on_date = models.DateField()
    kept = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    broken = models.PositiveIntegerField()
    open_late = models.PositiveIntegerField()
    contacts = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    clients = models.PositiveIntegerField()

    objects = PersonResultQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "tier", "on_date"], name="person_result_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.tier} {self.on_date}"
