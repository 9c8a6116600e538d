"""What belongs to the server and not to the business: paths, secrets, quotas, proxies. A test fails when one is missing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

SECRET = frozenset(
    {
        *("CARTERA_SECRET_KEY", "CARTERA_METRICS_TOKEN", "CARTERA_SMTP_PASSWORD"),
        *("CARTERA_BACKUP_PASSPHRASE", "DATABASE_URL", "REDIS_URL"),
    }
)
"""Secrets, and addresses that may hold one: never shown."""

GROUPS: Sequence[tuple[LazyText, Mapping[str, LazyText]]] = (
    (
        _("Where it lives"),
        {
            "CARTERA_HOME": _("The folder of the installation: database, months of facts, papers."),
            "CARTERA_KEYS": _("The keys that seal what is a client's own. Never backed up with the rest."),
            "CARTERA_STATIC": _("Where files of the screens are gathered."),
            "DATABASE_URL": _("The database server. Without it, a file in the folder."),
            "REDIS_URL": _("The queue's server. Without it, the queue is in the database."),
        },
    ),
    (
        _("Who gets in"),
        {
            "CARTERA_HOSTS": _("The names that this server answers to."),
            "CARTERA_ORIGINS": _(
                "The addresses that its pages are opened at. With https, cookies travel no other way."
            ),
            "CARTERA_TRUSTED_PROXIES": _("Proxies of ours, whose word on where a request comes from is believed."),
            "CARTERA_SECRET_KEY": _("What sessions and links are signed with."),
            "CARTERA_SIGN_IN_QUOTA": _("How often one address may try to sign in."),
            "CARTERA_API_QUOTA": _("How often one token may ask."),
            "CARTERA_GUEST_QUOTA": _("How often one address may ask without a token."),
            "CARTERA_API_NEEDS_IF_MATCH": _("Whether a change has to name the version that it changes."),
            "CARTERA_PRIVATE_CALENDARS": _("Whether calendars of the own network may be read."),
            "CARTERA_WEBHOOKS_TO_PRIVATE": _("Whether systems of the own network may be told."),
            "CARTERA_METRICS_TOKEN": _("What Prometheus shows to read the figures."),
        },
    ),
    (
        _("How it works"),
        {
            "CARTERA_WORKERS": _("How many jobs one worker does at once."),
            "CARTERA_PROCESSES": _("How many processes a step of the night may use."),
            "CARTERA_JOBS": _("Whether jobs go to the queue."),
            "CARTERA_NIGHT_HOUR": _("The hour from which the night is run; empty for never."),
            "CARTERA_ENGINE": _("The columnar engine."),
            "CARTERA_ENGINE_MEMORY": _("How much memory it may take before it spills to the disk."),
            "CARTERA_ENGINE_THREADS": _("How many threads it uses."),
            "CARTERA_LANGUAGE": _("The language before there is an institution."),
            "CARTERA_LOG": _("Logs as JSON lines, or plain."),
            "CARTERA_LOG_LEVEL": _("From which gravity on something is logged."),
            "CARTERA_DEBUG": _("Whether errors are shown with their insides. Never where clients are."),
        },
    ),
    (
        _("Copies"),
        {
            "CARTERA_BACKUPS": _("The folder of the backups."),
            "CARTERA_BACKUP_HOUR": _("The hour from which a backup is made every day; empty for never."),
            "CARTERA_BACKUP_KEEP": _("How many are kept."),
            "CARTERA_BACKUP_KEYS": _("Where the keys are backed up to, apart."),
            "CARTERA_BACKUP_PASSPHRASE": _("What backups are encrypted with."),
            "CARTERA_BACKUP_PASSPHRASE_FILE": _("The file that holds it."),
        },
    ),
    (
        _("Mail"),
        {
            "CARTERA_EMAIL_BACKEND": _("How mail leaves."),
            "CARTERA_SMTP_HOST": _("The mail server. Without it, mail stays in a folder."),
            "CARTERA_SMTP_PORT": _("Its port."),
            "CARTERA_SMTP_USER": _("Whom it knows us as."),
            "CARTERA_SMTP_PASSWORD": _("The password there."),
            "CARTERA_FROM_EMAIL": _("Whom mail comes from."),
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Installed:
    """One setting of the server: what it is, its value unless it is a secret, whether somebody set it."""

    name: str
    says: LazyText
    value: str
    is_set: bool
    secret: bool


def installed() -> list[tuple[LazyText, list[Installed]]]:
    """What the environment says, group by group."""
    return [(title, [_one(name, says) for name, says in settings.items()]) for title, settings in GROUPS]


def _one(name: str, says: LazyText) -> Installed:
    value, secret = os.environ.get(name, ""), name in SECRET
    is_set = bool(value) or bool(os.environ.get(f"{name}_FILE"))
    return Installed(name, says, "" if secret else value, is_set, secret)
