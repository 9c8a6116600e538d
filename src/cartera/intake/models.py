"""What an import keeps beside its run: the files somebody brought, recipes by name, refused rows with their cells, and
what it takes to undo it. The web process loads this: no frames here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.models import Run
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Staff


class SavedRecipeQuerySet(VisibleQuerySet["SavedRecipe"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> SavedRecipeQuerySet:
        return self if actor.may("import.upload") else self.none()


class SavedRecipe(Record):
    """A recipe under a name. A change is another version: what an import followed can always be read again."""

    name = models.CharField(max_length=80)
    number = models.PositiveIntegerField(default=1)
    text = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now_add=True)

    objects = SavedRecipeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "number"], name="saved_recipe_version_once")]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class UploadQuerySet(VisibleQuerySet["Upload"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> UploadQuerySet:
        return self if actor.may("import.upload") and actor.scope.everything else self.none()


class Upload(Record):
    """Files that somebody brought, on their way to being loaded: recognised, tried dry, loaded.

    `proposal` is what a worker made of them and the person corrected, `recipe_text` the recipe that it comes to, or that
    was chosen (`recipe`). `trial` holds what the dry run found, `progress` how far a worker is: `entity`, `done`, `total`.
    `goes_on_to` is the state to which it goes by itself, for a program: tried, or loaded; empty where somebody looks.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Being recognised")
        RECOGNISED = "recognised", _("To be matched")
        TRYING = "trying", _("Being tried")
        TRIED = "tried", _("Tried")
        LOADING = "loading", _("Loading")
        STOPPED = "stopped", _("Stopped")
        LOADED = "loaded", _("Loaded")
        DISCARDED = "discarded", _("Discarded")

    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    files = models.JSONField(default=list)
    recipe = models.ForeignKey(SavedRecipe, on_delete=models.PROTECT, null=True, related_name="+")
    recipe_text = models.TextField(blank=True)
    proposal = models.JSONField(default=dict)
    trial = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    goes_on_to = models.CharField(max_length=12, choices=State, blank=True)
    asked_to_stop = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    run = models.OneToOneField(Run, on_delete=models.PROTECT, null=True, related_name="+")

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "-id"], name="upload_by_state")]

    def __str__(self) -> str:
        return ", ".join(self.names)

    @property
    def names(self) -> list[str]:
        return [str(one["name"]) for one in self.files]

    @property
    def size(self) -> int:
        """All of its files together, in bytes."""
        return sum(int(one["size"]) for one in self.files)


class SourceRow(models.Model):
    """A refused row of a run with its cells as they stood in the file, and as somebody mended them.

    `cells` are pairs of column and text, for their order matters; `mended` holds those that somebody changed.
    `mended_in` is the run that loaded it; `why` says why it was discarded.
    """

    class State(models.TextChoices):
        REFUSED = "refused", _("To be mended")
        MENDED = "mended", _("Mended")
        DISCARDED = "discarded", _("Discarded")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="source_rows")
    file = models.CharField(max_length=255)
    line = models.BigIntegerField()
    cells = models.JSONField(default=list)
    mended = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.REFUSED)
    mended_in = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "file", "line"], name="source_row_once")]
        indexes = [models.Index(fields=["run", "state", "id"], name="source_row_by_state")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def read(self) -> dict[str, str]:
        """The cells as they stood in the file."""
        return dict(self.cells)

    @property
    def now(self) -> dict[str, str]:
        """The cells with what somebody mended in them."""
        return {**self.read, **self.mended}


class Trace(models.Model):
    """What one chunk of a load wrote in one table: the ids it created, and the rows it changed as they were before.

    Both are compressed. Written in the chunk's transaction, so that what was written and what can be undone agree.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="traces")
    table = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    created = models.BinaryField()
    before = models.BinaryField()
    rows = models.PositiveIntegerField(default=0)
    undone = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="trace_of_run")]

    def __str__(self) -> str:
        return f"{self.table}: {self.rows}"
