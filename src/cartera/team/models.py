"""Staff, where they work and when."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet


class Role(models.TextChoices):
    ADVISER = "adviser", _("Adviser")
    MANAGER = "manager", _("Manager")
    AGENT = "agent", _("Service agent")
    ADMIN = "admin", _("Administrator")


class SignInManager(BaseUserManager["SignIn"]):
    def get_by_natural_key(self, username: str | None) -> SignIn:
        """Capitals make no difference, unless two users differ by nothing else."""
        same = self.filter(username__iexact=username)
        return same.get(username=username) if same.count() > 1 else same.get()


class SignIn(AbstractBaseUser):
    """What somebody signs in with. Staff today; clients and partners get theirs in the portal."""

    username = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, default="es")

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = SignInManager()


class GateTries(models.Model):
    """How often somebody was tried at the gate from one place, lately. `who` is a print of both: no name, no address."""

    who = models.CharField(max_length=64, unique=True)
    count = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} since {self.first_at:%H:%M}"


class BranchQuerySet(VisibleQuerySet["Branch"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> BranchQuerySet:
        if actor.scope.everything:
            return self
        if actor.scope.branch_path is None:
            return self.none()
        return self.filter(path__startswith=actor.scope.branch_path)


class Branch(Record):
    """A place in the tree of the institution. `path` holds the ids from the root, as "/1/4/"; a manager sees below it."""

    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=255, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=64, blank=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path"], name="branch_path")]

    def __str__(self) -> str:
        return self.name


class StaffQuerySet(VisibleQuerySet["Staff"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> StaffQuerySet:
        if actor.scope.everything:
            return self
        if actor.scope.branch_path is not None:
            return self.filter(branch__path__startswith=actor.scope.branch_path)
        return self.filter(pk=actor.scope.staff_id) if actor.scope.staff_id else self.none()


class Staff(Record):
    """Somebody who serves clients or runs those who do. Deactivated, never deleted."""

    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=8, choices=Role)
    title = models.CharField(max_length=200, blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="staff")
    sign_in = models.OneToOneField(SignIn, on_delete=models.PROTECT, null=True, related_name="staff")
    hour_cost_minor = models.BigIntegerField(default=0)
    active = models.BooleanField(default=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["branch", "name", "id"], name="staff_of_branch")]
        constraints = [
            models.CheckConstraint(condition=Q(hour_cost_minor__gte=0), name="staff_hour_costs_nothing_or_more")
        ]

    def __str__(self) -> str:
        return self.name


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
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.weekday} {self.from_minute}-{self.to_minute}"


M = TypeVar("M", bound=models.Model)


class OfStaffQuerySet(VisibleQuerySet[M]):
    def visible_to(self, actor: Actor, verb: str = "view") -> OfStaffQuerySet[M]:
        return self.filter(staff__in=Staff.objects.visible_to(actor, verb))


class Absence(Record):
    """Whole days on which somebody does not work, both ends included."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200)

    objects = OfStaffQuerySet["Absence"].as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_goes_forward")]
        indexes = [models.Index(fields=["staff", "first_day"], name="absence_of_staff")]

    def __str__(self) -> str:
        return f"{self.staff}: {self.first_day} - {self.last_day}"


class Appointment(Record):
    """A fixed time that no contact can take."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)

    objects = OfStaffQuerySet["Appointment"].as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_goes_forward")]
        indexes = [models.Index(fields=["staff", "starts_at"], name="appointment_of_staff")]

    def __str__(self) -> str:
        return self.title
