"""What was set: one row for each time that somebody set a figure."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet


class RulingQuerySet(VisibleQuerySet["Ruling"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> RulingQuerySet:
        """Whoever may read the rulebook reads all of it; what guards the data is changed by fewer."""
        if verb == "view":
            return self if actor.may("setting.view") else self.none()
        if not actor.may("setting.change"):
            return self.none()
        return self if actor.may("setting.guard") else self.filter(guards=False)

    def standing(self) -> RulingQuerySet:
        return self.filter(taken_back=False)


class Ruling(Record):
    """A figure as somebody set it, in force from a day until another one is. `number` counts those of one name.

    One that was taken back before it began, or undone at once, was never in force.
    """

    name = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    value = models.BigIntegerField()
    effective_from = models.DateField()
    reason = models.CharField(max_length=300)
    guards = models.BooleanField(default=False)
    taken_back = models.BooleanField(default=False)

    objects = RulingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "number"],
                name="ruling_numbers_follow",
                violation_error_message=_("Somebody set it meanwhile. Look at it first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}: {self.value}"
