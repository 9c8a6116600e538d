"""The base of every table that people change: written only inside an action, and remembered when it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid
from cartera.kernel.recording import Change, current_recording

M = TypeVar("M", bound=models.Model)


class VisibleQuerySet(models.QuerySet[M]):
    """Rows that an actor may see. A table that does not say what is visible shows nothing."""

    def visible_to(self, actor: Actor, verb: str = "view") -> Self:
        return self.none()


class Record(models.Model):
    """A row with a version. `add` and `change` are the only ways to write one, and they work only inside an action.

    `PERSONAL` names the fields whose content is a client's own: happenings keep those sealed with the client's key.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    id = models.BigAutoField(primary_key=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def add(cls, **values: Any) -> Self:
        record = cls(**values)
        record._check(values)
        try:
            record.save(force_insert=True)
        except IntegrityError as error:
            raise _refusal(cls, error) from error
        current_recording().note(Change.of(record, before={}, after=record._stored(values)))
        return record

    def change(self, **values: Any) -> Self:
        """Write the fields that differ, if nobody else wrote the row since it was read; else raise Conflict."""
        changed = {name: value for name, value in values.items() if getattr(self, name) != value}
        if not changed:
            return self
        before = self._stored(changed)
        for name, value in changed.items():
            setattr(self, name, value)
        self._check(changed)
        columns = {_field(type(self), name).attname for name in changed}
        current_recording().require_open()
        rows = type(self)._base_manager.filter(pk=self.pk, version=self.version)
        try:
            written = rows.update(**{name: getattr(self, name) for name in columns}, version=self.version + 1)
        except IntegrityError as error:
            raise _refusal(type(self), error) from error
        if not written:
            raise Conflict(theirs=type(self)._base_manager.filter(pk=self.pk).first(), yours=changed)
        self.version += 1
        current_recording().note(Change.of(self, before=before, after=self._stored(changed)))
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        current_recording().require_open()
        super().save(*args, **kwargs)

    def client_of_record(self) -> int | None:
        """The client whose key seals this row's personal content."""
        return getattr(self, "client_id", None)

    def _check(self, values: dict[str, Any]) -> None:
        """Each field on its own; what holds between fields and rows is for the database's constraints to say."""
        skipped = {
            field.name
            for field in self._meta.fields
            if field.name not in values or field.is_relation or getattr(self, field.attname) in field.empty_values
        }
        nul = [name for name, value in values.items() if isinstance(value, str) and "\0" in value]
        if nul:  # PostgreSQL cannot hold it, and nobody types it
            raise Invalid(fields={name: [_("It holds a character that is no text.")] for name in nul})
        try:
            self.clean_fields(exclude=skipped)
        except ValidationError as error:
            raise Invalid(fields=dict(error.message_dict)) from error

    def _stored(self, names: Iterable[str]) -> dict[str, Any]:
        fields = (_field(type(self), name) for name in names)
        return {
            field.name: None if getattr(self, field.attname) is None else field.value_to_string(self)
            for field in fields
        }


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _refusal(model: type[models.Model], error: IntegrityError) -> Exception:
    """The words of the named constraint that the database held, or its own error when it is none of ours."""
    told = str(error)
    for constraint in model._meta.constraints:
        columns = [_field(model, name).column for name in getattr(constraint, "fields", ())]
        if constraint.name in told or (columns and all(f"{model._meta.db_table}.{name}" in told for name in columns)):
            return Invalid(str(constraint.get_violation_error_message()))
    return error
