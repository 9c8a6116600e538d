"""The machine and what it was told: room on its disks, its clock, and settings that are dangerous."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from cartera.clock import queries as clock
from cartera.config.backups import shelf
from cartera.config.checkup.findings import Area, Finding, advice, fault
from cartera.intake.demo.staff import PASSWORD
from cartera.kernel.errors import NotFound
from cartera.kernel.models import Happening
from cartera.team.models import Branch, SignIn

GIB = 1 << 30
LEAST_FREE = GIB
SKEW = timedelta(seconds=30)
IN_THE_FUTURE = timedelta(minutes=5)
SHORTEST_SECRET = 32
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


def disk() -> Area:
    """Whether there is room where the installation grows: for the database once more, and a gigabyte."""
    home = Path(settings.CARTERA_HOME)
    largest = max((path.stat().st_size for path in home.glob("*.sqlite3")), default=0)
    places = {home, Path(settings.CARTERA_KEYS), shelf.usual()}
    free = {place: shutil.disk_usage(place).free for place in sorted(places) if place.is_dir()}
    needed = LEAST_FREE + largest
    findings = [
        fault(
            _("%(folder)s has %(free).1f GiB left; a night or a backup may need %(needed).1f.")
            % {"folder": place, "free": left / GIB, "needed": needed / GIB},
            _("Make room, or move old backups elsewhere: `cartera backup --keep N`."),
        )
        for place, left in free.items()
        if left < needed
    ]
    seen = _("%(free).1f GiB free") % {"free": min(free.values(), default=0) / GIB}
    return Area("disk", seen, tuple(findings))


def clocks() -> Area:
    """The machine's clock against the database's and against what was written; the institution's date and zones."""
    findings = [*_skewed(), *_unknown_zones(), *_pinned()]
    seen = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return Area("clock", seen, tuple(findings))


def settings_area() -> Area:
    """What is harmless on a laptop and not in front of a network."""
    return Area("settings", _serves_to(), tuple(_dangerous()))


def _skewed() -> Iterator[Finding]:
    mend = _("Have the machines keep time by NTP.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            [there] = cursor.fetchone()
        skew = abs(there - datetime.now(UTC))
        if skew > SKEW:
            yield fault(
                _("The database's clock is %(seconds)d seconds from this machine's.")
                % {"seconds": skew.total_seconds()},
                mend,
            )
    newest = Happening.objects.aggregate(at=Max("at"))["at"]
    if newest and newest > datetime.now(UTC) + IN_THE_FUTURE:
        yield fault(_("Something happened at %(instant)s, which is not yet.") % {"instant": newest.isoformat()}, mend)


def _unknown_zones() -> Iterator[Finding]:
    zones = set(Branch.objects.exclude(zone="").values_list("zone", flat=True))
    try:
        zones.add(clock.institution().zone)
    except NotFound:
        yield advice(_("There is no institution yet."), _("Make one with `cartera init`."))
    for zone in sorted(zones):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield fault(
                _("The time zone %(zone)s is unknown to this machine.") % {"zone": zone},
                _("Install tzdata anew, or correct the zone with `cartera init --zone`."),
            )


def _pinned() -> Iterator[Finding]:
    try:
        pinned = clock.institution().pinned_date
    except NotFound:
        return
    if pinned:
        yield advice(
            _("The institution's date stands still on %(day)s.") % {"day": pinned},
            _("That is for demonstrations; a bank at work has its clock running."),
        )


def _serves_to() -> str:
    hosts = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    return ", ".join(hosts) if hosts else _("only this machine")


def _dangerous() -> Iterator[Finding]:
    open_to_others = bool(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    tell = fault if open_to_others else advice
    if settings.DEBUG:
        yield tell(
            _("CARTERA_DEBUG=1: errors show the program's insides to whoever causes them."), _("Remove CARTERA_DEBUG.")
        )
    secret = os.environ.get("CARTERA_SECRET_KEY", "")
    if secret and (len(secret) < SHORTEST_SECRET or len(set(secret)) < SHORTEST_SECRET // 4):
        yield tell(
            _("CARTERA_SECRET_KEY is so short or so simple that it can be guessed."),
            _("Remove it, and a good one is made among the keys; or give one of 50 random characters."),
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield fault(
            _("CARTERA_HOSTS=* answers to any name."), _("List the names by which people reach it, with commas.")
        )
    if open_to_others and not settings.SESSION_COOKIE_SECURE:
        yield fault(
            _("It answers to other machines without HTTPS: passwords and clients travel in the open."),
            _("Put a server with HTTPS in front, and its https:// address in CARTERA_ORIGINS."),
        )
    if open_to_others and (known := _with_the_password_of_the_demo()):
        yield fault(
            _("%(user)s signs in with the password of the demonstration, which is published.") % {"user": known},
            _("Serve the demonstration on this machine only, or change its passwords."),
        )


def _with_the_password_of_the_demo() -> str:
    people = SignIn.objects.filter(is_active=True).order_by("id").values_list("username", "password")[:20]
    return next((user for user, password in people if check_password(PASSWORD, password)), "")
