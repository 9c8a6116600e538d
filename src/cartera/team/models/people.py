"""Staff, the branches they work in, how they come in and what their roles may do."""

from __future__ import annotations

from typing import TypeVar

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
    active = models.BooleanField(default=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["path", "id"], name="branch_path")]

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
        indexes = [
            models.Index(fields=["branch", "name", "id"], name="staff_of_branch"),
            models.Index(fields=["active", "name", "id"], name="staff_by_name"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(hour_cost_minor__gte=0), name="staff_hour_costs_nothing_or_more")
        ]

    def __str__(self) -> str:
        return self.name


M = TypeVar("M", bound=models.Model)


class OfStaffQuerySet(VisibleQuerySet[M]):
    """Rows of a member of staff are seen by whoever sees the person."""

    def visible_to(self, actor: Actor, verb: str = "view") -> OfStaffQuerySet[M]:
        return self.filter(staff__in=Staff.objects.visible_to(actor, verb))


class Invitation(Record):
    """A link by which somebody who was hired chooses a name and a password; once, and until it expires.

    The link is signed over the row and its `nonce`: who reads the database alone cannot make one.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    nonce = models.CharField(max_length=43)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = OfStaffQuerySet["Invitation"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
                violation_error_message=_("There is an invitation already: send that one again."),
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="invitation_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.staff}: {self.email}"


class RolePermissionQuerySet(VisibleQuerySet["RolePermission"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> RolePermissionQuerySet:
        return self if actor.may("role.view") else self.none()


class RolePermission(Record):
    """One permission that this institution gives to a role, or takes from it, against `team.roles.PERMISSIONS`."""

    role = models.CharField(max_length=8, choices=Role)
    name = models.CharField(max_length=64)
    given = models.BooleanField()

    objects = RolePermissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "name"], name="role_permission_once"),
            models.CheckConstraint(condition=~Q(role="admin"), name="role_permission_not_of_administrators"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {'+' if self.given else '-'}{self.name}"
