"""What the kernel remembers: happenings, errands that follow them, runs with their steps and refused rows."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.records import VisibleQuerySet


class Happening(models.Model):
    """Who did what, on what, before and after, why. Database triggers forbid changing or deleting one."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    name = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=8)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    rows = models.BigIntegerField(default=0)
    request_id = models.CharField(max_length=64, blank=True)
    because_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="consequences")
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        indexes = [
            models.Index(fields=["client_id", "-id"], name="happening_of_client"),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="happening_of_subject"),
            models.Index(fields=["actor_kind", "actor_id", "-id"], name="happening_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.name} by {self.actor_name}"


class Errand(models.Model):
    """A job that a happening asked for. Written with it, done at least once after it.

    `attempts` were begun, the last of them too; one that did not end well is made again at `next_at`.
    """

    id = models.BigAutoField(primary_key=True)
    happening = models.ForeignKey(Happening, on_delete=models.PROTECT, related_name="errands")
    job = models.CharField(max_length=64)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(done_at__isnull=True), name="errand_waiting")]

    def __str__(self) -> str:
        return f"{self.job} after {self.happening_id}"


class RunQuerySet(VisibleQuerySet["Run"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> RunQuerySet:
        return self if actor.may(f"run.{verb}") else self.none()


class Run(models.Model):
    """A long piece of work, in steps that can be resumed: an import, a night, a demo bank."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import")
        NIGHT = "night", _("Night")
        DEMO = "demo", _("Demo bank")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=200)
    on_date = models.DateField(null=True)
    replay = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=200)
    summary = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "-id"], name="run_of_kind")]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """One step of a run: how many rows it looked at, how many it changed, how long it took, where it stands."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=Run.State, default=Run.State.RUNNING)
    started_at = models.DateTimeField()
    rows = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    summary = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="step_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run}: {self.name}"


class RefusedRow(models.Model):
    """A row that an import did not take: where it stands, what it said and why."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="refused")
    entity = models.CharField(max_length=32)
    file = models.CharField(max_length=255)
    line = models.BigIntegerField()
    column = models.CharField(max_length=255, blank=True)
    value = models.TextField(blank=True)
    reason = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="refused_of_run")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"
