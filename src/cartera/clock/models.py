"""The institution that this installation serves, and its own days off."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet


class InstitutionQuerySet(VisibleQuerySet["Institution"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> InstitutionQuerySet:
        return self if verb == "view" or actor.may("institution.change") else self.none()


class Institution(Record):
    """One row: who we are, where, in which currency and zone. `pinned_date` stops the clock of a demonstration."""

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=8, blank=True)
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=64)
    pinned_date = models.DateField(null=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="institution_is_one")]

    def __str__(self) -> str:
        return self.name


class DayOff(Record):
    """A day on which the institution, or one country or region of it, does not work beside the public holidays."""

    on = models.DateField()
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=8, blank=True)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["on", "country", "region"],
                name="day_off_once",
                violation_error_message=_("That day is there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
