"""The tables of staff: people first, then their time, which knows them."""

from cartera.team.models.people import (
    Branch,
    GateTries,
    Invitation,
    OfStaffQuerySet,
    Role,
    RolePermission,
    SignIn,
    Staff,
    StaffQuerySet,
)
from cartera.team.models.time import Absence, Appointment, BusyFeed, PlanLink, WorkingHours

__all__ = [
    "Absence",
    "Appointment",
    "Branch",
    "BusyFeed",
    "GateTries",
    "Invitation",
    "OfStaffQuerySet",
    "PlanLink",
    "Role",
    "RolePermission",
    "SignIn",
    "Staff",
    "StaffQuerySet",
    "WorkingHours",
]
