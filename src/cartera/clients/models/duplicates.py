"""Pairs of clients that may be one, what a search for them found, and clients that were merged."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models.client import Client, seen_by
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet

PPM = 1_000_000


class DuplicatePairQuerySet(VisibleQuerySet["DuplicatePair"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> DuplicatePairQuerySet:
        """Pairs of which the actor sees both clients, for roles that look at duplicates at all."""
        one, other = seen_by(actor, "client__"), seen_by(actor, "other__")
        if one is None or other is None or not actor.may("duplicate.view"):
            return self.none()
        return self.filter(one, other)


class DuplicatePair(Record):
    """Two clients that may be one, the one with the smaller id first. What a person decided is never asked again."""

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        DISTINCT = "distinct", _("Different clients")

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    probability_ppm = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "other"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(client__lt=F("other")), name="duplicate_pair_in_order"),
        ]
        indexes = [models.Index(fields=["state", "-probability_ppm", "-id"], name="duplicate_pair_queue")]

    def __str__(self) -> str:
        return f"{self.client_id} {self.other_id}"


class DuplicateSearch(Record):
    """One search through all clients: how many it looked at, what it found, and how good it holds itself to be."""

    searched_at = models.DateTimeField()
    clients = models.PositiveIntegerField()
    pairs = models.PositiveIntegerField()
    threshold_ppm = models.PositiveIntegerField()
    precision_ppm = models.PositiveIntegerField()
    recall_ppm = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.searched_at:%Y-%m-%d} {self.pairs}"

    @property
    def threshold(self) -> float:
        return self.threshold_ppm / PPM

    @property
    def precision(self) -> float:
        return self.precision_ppm / PPM

    @property
    def recall(self) -> float:
        return self.recall_ppm / PPM


class MergeQuerySet(VisibleQuerySet["Merge"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> MergeQuerySet:
        seen = seen_by(actor, "survivor__")
        return self.none() if seen is None else self.filter(seen)


class Merge(Record):
    """Two clients that became one. `absorbed` left; what was attached to it is with `survivor`.

    `survived` says for each choice whose value stayed ("survivor" or "absorbed"), `before` holds both clients' values as
    they were, `moved` what each room took along, by its own label: that is what an undo goes by.
    """

    survivor = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="absorbed_in")
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    survived = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)

    PERSONAL: ClassVar = frozenset({"before"})
    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(undone_at__isnull=True),
                name="merge_absorbs_once",
                violation_error_message=_("This client was merged already."),
            ),
            models.CheckConstraint(condition=~Q(survivor=F("absorbed")), name="merge_of_two"),
        ]
        indexes = [models.Index(fields=["survivor", "-merged_at"], name="merge_of_survivor")]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.survivor_id}"

    def client_of_record(self) -> int | None:
        return self.survivor_id
