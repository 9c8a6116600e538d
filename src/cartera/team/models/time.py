"""When people work: hours, days away with a stand-in, fixed times, and the calendars that come in and go out."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models.people import Branch, OfStaffQuerySet, Staff


class WorkingHours(Record):
    """One stretch of a weekday's work, in minutes from local midnight; Monday is 0. Staff's own win over the branch's."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, related_name="working_hours")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, null=True, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField()
    from_minute = models.PositiveSmallIntegerField()
    to_minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="working_hours_weekday"),
            models.CheckConstraint(
                condition=Q(to_minute__gt=F("from_minute")) & Q(to_minute__lte=1440), name="working_hours_go_forward"
            ),
            models.CheckConstraint(
                condition=Q(branch__isnull=False, staff__isnull=True) | Q(branch__isnull=True, staff__isnull=False),
                name="working_hours_of_branch_or_staff",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.from_minute}-{self.to_minute}"


class AbsenceQuerySet(OfStaffQuerySet["Absence"]):
    def standing(self) -> AbsenceQuerySet:
        return self.filter(cancelled=False)

    def between(self, first: date, last: date) -> AbsenceQuerySet:
        """Those that hold a day of these, both ends included."""
        return self.filter(first_day__lte=last, last_day__gte=first)


class AbsenceKind(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    LEAVE = "leave", _("Leave")
    COURSE = "course", _("Course")
    OTHER = "other", _("Other reason")


class Absence(Record):
    """Whole days on which somebody does not work, both ends included; `stand_in` serves their clients on those days.

    `reason` is for whoever leads them; others read only the kind.
    """

    Kind: TypeAlias = AbsenceKind

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OTHER)
    reason = models.CharField(max_length=200, blank=True)
    stand_in = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="stands_in")
    cancelled = models.BooleanField(default=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_goes_forward"),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("staff")),
                name="absence_has_another_stand_in",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]
        indexes = [
            models.Index(fields=["staff", "first_day"], name="absence_of_staff"),
            models.Index(fields=["last_day", "id"], name="absence_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.first_day} - {self.last_day}"


class OwnQuerySet(VisibleQuerySet["BusyFeed"]):
    """Addresses of private calendars are seen by the person alone, and changed by nobody else."""

    def visible_to(self, actor: Actor, verb: str = "view") -> OwnQuerySet:
        system = actor.scope.everything and actor.scope.staff_id is None
        return self if system else self.filter(staff_id=actor.scope.staff_id or 0)


class BusyFeed(Record):
    """A person's other calendar, whose busy times take their hours here: an address that is read again, or a file.

    `error` says why the last reading failed, while `succeeded_at` is the last one that went well.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="busy_feeds")
    name = models.CharField(max_length=100)
    url = models.URLField(max_length=1000, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    times = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["active", "checked_at", "id"], name="busy_feed_to_read")]

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(OfStaffQuerySet["Appointment"]):
    def standing(self) -> AppointmentQuerySet:
        return self.filter(cancelled=False)


class Appointment(Record):
    """A fixed time that no contact can take. One with a `feed` is that calendar's, and goes when the calendar says so."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)
    feed = models.ForeignKey(BusyFeed, on_delete=models.CASCADE, null=True, related_name="appointments")
    cancelled = models.BooleanField(default=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_goes_forward")]
        indexes = [
            models.Index(fields=["staff", "starts_at"], name="appointment_of_staff"),
            models.Index(fields=["starts_at", "id"], name="appointment_by_start"),
        ]

    def __str__(self) -> str:
        return self.title


class PlanLinkQuerySet(VisibleQuerySet["PlanLink"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> PlanLinkQuerySet:
        return self.filter(staff_id=actor.scope.staff_id or 0)


class PlanLink(Record):
    """An address at which a calendar reads a person's plan, until it is revoked. `digest` is all that is kept of it."""

    class Detail(models.TextChoices):
        BUSY = "busy", _("Only that I am busy")
        INITIALS = "initials", _("The client's initials")
        NAMES = "names", _("The client's name")

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="plan_links")
    detail = models.CharField(max_length=8, choices=Detail, default=Detail.INITIALS)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = PlanLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.staff} {self.detail}"
