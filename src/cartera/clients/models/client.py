"""Clients, the households they decide in, and what links them."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cartera.clients.models.order import contacted_at, due_at
from cartera.kernel.actor import Actor
from cartera.kernel.records import Record, VisibleQuerySet
from cartera.team.models import Branch, Staff


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    COMPANY = "company", _("Company")


class Sex(models.TextChoices):
    FEMALE = "f", _("Female")
    MALE = "m", _("Male")
    UNKNOWN = "", _("Not stated")


class Tier(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class RelationshipKind(models.TextChoices):
    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    OWNER = "owner", _("Owner")
    EMPLOYER = "employer", _("Employer")
    REFERRED_BY = "referred_by", _("Referred by")
    AUTHORISED = "authorised", _("Authorised on the account of")
    INFLUENCE = "influence", _("Centre of influence")


def seen_by(actor: Actor, path: str = "") -> Q | None:
    """Which clients an actor sees, None for none: the condition on a client, or on rows from which a path leads to one.

    The own book for an adviser, the branches below for a manager or an agent, all for an administrator.
    """
    scope = actor.scope
    if not actor.may("client.view"):
        return None
    if scope.everything:
        return Q()
    if scope.branch_path is not None:
        return Q(**{f"{path}branch__in": Branch.objects.visible_to(actor)})
    return Q(**{f"{path}adviser_id": scope.staff_id}) if scope.staff_id else None


class ClientQuerySet(VisibleQuerySet["Client"]):
    def visible_to(self, actor: Actor, verb: str = "view") -> ClientQuerySet:
        seen = seen_by(actor)
        return self.none() if seen is None else self.filter(seen)


class Household(Record):
    """Clients that decide together: a family, or an economic group."""

    key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Client(Record):
    """A person or a company. The standing (tier, assets, revenue, next due, last contact) is told from upper rooms."""

    PERSONAL: ClassVar = frozenset(
        {"given_name", "surname", "second_surname", "name", "search", "identifier", "birth_date"}
    )

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200)
    given_name = models.CharField(max_length=100, blank=True)
    surname = models.CharField(max_length=100, blank=True)
    second_surname = models.CharField(max_length=100, blank=True)
    search = models.CharField(max_length=400, editable=False)
    identifier_kind = models.CharField(max_length=16, blank=True)
    identifier = models.CharField(max_length=32, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True, default=Sex.UNKNOWN)
    sector = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="clients")
    adviser = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="book")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="members")
    since = models.DateField()
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    tier = models.CharField(max_length=1, choices=Tier, blank=True, default="")
    tier_reason = models.JSONField(default=dict)
    assets_minor = models.BigIntegerField(default=0)
    revenue_minor = models.BigIntegerField(default=0)
    last_contact_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="client_has_a_name"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="client_leaves_after_coming"
            ),
            models.UniqueConstraint(
                fields=["identifier_kind", "identifier"],
                condition=~Q(identifier=""),
                name="client_identifier_once",
                violation_error_message=_("A client with this identifier is there already."),
            ),
        ]
        indexes = [
            models.Index(fields=["adviser", "-assets_minor", "-id"], name="client_book_by_assets"),
            models.Index(fields=["branch", "-assets_minor", "-id"], name="client_branch_by_assets"),
            models.Index(fields=["-assets_minor", "-id"], name="client_by_assets"),
            models.Index(fields=["tier", "-assets_minor", "-id"], name="client_tier_by_assets"),
            models.Index(fields=["search", "id"], name="client_by_surname"),
            models.Index("adviser", contacted_at(), "id", name="client_book_by_contact"),
            models.Index("adviser", due_at(), "id", name="client_book_by_due"),
        ]

    def __str__(self) -> str:
        return self.name

    def client_of_record(self) -> int | None:
        return self.pk


M = TypeVar("M", bound=models.Model)


class OfClientQuerySet(VisibleQuerySet[M]):
    """Rows that belong to a client are seen by whoever sees the client."""

    def visible_to(self, actor: Actor, verb: str = "view") -> OfClientQuerySet[M]:
        seen = seen_by(actor, "client__")
        return self.none() if seen is None else self.filter(seen)


class ExternalKey(Record):
    """How another system calls a client."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="external_keys")
    system = models.CharField(max_length=32)
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="external_key_once")]

    def __str__(self) -> str:
        return f"{self.system}:{self.key}"


class Relationship(Record):
    """`client` is the `kind` of `other`: the owner of a company, referred by a friend, authorised on somebody's account."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="relationships")
    other = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="related_by")
    kind = models.CharField(max_length=16, choices=RelationshipKind)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)

    PERSONAL: ClassVar = frozenset({"note"})
    objects = OfClientQuerySet["Relationship"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "other", "kind"], name="relationship_once"),
            models.CheckConstraint(condition=~Q(client=F("other")), name="relationship_with_another"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind} {self.other_id}"
