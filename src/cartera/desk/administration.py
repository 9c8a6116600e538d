"""Administración: the sections of settings. A section is one entry of `SECTIONS`: its page, its words, who may open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cartera.agenda import queries as agenda
from cartera.clock import queries as clock
from cartera.clock.places import country_name
from cartera.desk.addresses import address
from cartera.desk.first_steps import first_steps
from cartera.desk.formats import Locale
from cartera.desk.rulebook import BY_NAME
from cartera.desk.screens import StaffRequest, screen
from cartera.desk.templatetags.cartera import reader
from cartera.kernel.actor import Actor
from cartera.kernel.queries import failing_errands, latest_of
from cartera.products.queries import products
from cartera.rulebook.queries import rulings
from cartera.team import counts
from cartera.team.permissions import in_words
from cartera.value.currencies import without_rate
from cartera.value.queries import policy_in_force

PEOPLE, INSTITUTION, SYSTEMS = gettext_lazy("People"), gettext_lazy("Institution"), gettext_lazy("Systems")
State = Callable[[Actor, Locale], str]


@dataclass(frozen=True, slots=True)
class Section:
    """A group of settings: `page` by name, `within` the names that begin its other pages, `state` what it says of itself."""

    page: str
    label: LazyText
    icon: str
    may: str
    group: LazyText
    state: State
    within: tuple[str, ...] = ()


def _people(actor: Actor, locale: Locale) -> str:
    found = counts.people(actor=actor)
    return ngettext("%(n)d active", "%(n)d active", found) % {"n": found}


def _branches(actor: Actor, locale: Locale) -> str:
    found = counts.branches(actor=actor)
    return ngettext("%(n)d branch", "%(n)d branches", found) % {"n": found}


def _roles(actor: Actor, locale: Locale) -> str:
    found = counts.role_changes_made()
    return ngettext("%(n)d change", "%(n)d changes", found) % {"n": found} if found else _("as they come")


def _absences(actor: Actor, locale: Locale) -> str:
    found = counts.away(actor=actor, day=clock.today())
    return (
        ngettext("%(n)d away today", "%(n)d away today", found) % {"n": found} if found else _("nobody is away today")
    )


def _holidays(actor: Actor, locale: Locale) -> str:
    return country_name(clock.institution().country, locale.language)


def _appointments(actor: Actor, locale: Locale) -> str:
    return _("fixed times")


def _webhooks(actor: Actor, locale: Locale) -> str:
    return _("signed messages")


def _institution(actor: Actor, locale: Locale) -> str:
    bank = clock.institution()
    return f"{country_name(bank.country, locale.language)}, {bank.currency}"


def _agenda(actor: Actor, locale: Locale) -> str:
    policy = agenda.policy_in_force(clock.today())
    return _("v%(number)d in force") % {"number": policy.number} if policy else _("as it comes")


def _rulebook(actor: Actor, locale: Locale) -> str:
    found = sum(name in BY_NAME for name in rulings())
    return ngettext("%(n)d of your own", "%(n)d of your own", found) % {"n": found} if found else _("all as usual")


def _nights(actor: Actor, locale: Locale) -> str:
    return _("step by step")


def _imports(actor: Actor, locale: Locale) -> str:
    return _("files and recipes")


def _jobs(actor: Actor, locale: Locale) -> str:
    found = failing_errands()
    return ngettext("%(n)d fails", "%(n)d fail", found) % {"n": found} if found else _("they go well")


def _tokens(actor: Actor, locale: Locale) -> str:
    return _("of programs")


def _deployment(actor: Actor, locale: Locale) -> str:
    return _("the server's own")


def _tiers(actor: Actor, locale: Locale) -> str:
    policy = policy_in_force(clock.today())
    return _("v%(number)d in force") % {"number": policy.number} if policy else _("there is none yet")


def _products(actor: Actor, locale: Locale) -> str:
    found = products(actor=actor).count()
    return ngettext("%(n)d offered", "%(n)d offered", found) % {"n": found}


def _currencies(actor: Actor, locale: Locale) -> str:
    bare = without_rate(clock.today())
    own = clock.institution().currency
    return _("without a rate: %(currencies)s") % {"currencies": ", ".join(bare)} if bare else own


def _audit(actor: Actor, locale: Locale) -> str:
    return _("who did what, when and why")


SECTIONS: Sequence[Section] = (
    Section(
        "team:people", gettext_lazy("People and access"), "users", "team.view", PEOPLE, _people,
        within=("team:person", "team:hire", "team:deactivate"),
    ),
    Section("team:roles", gettext_lazy("Roles and permissions"), "shield-check", "role.view", PEOPLE, _roles),
    Section(
        "team:absences", gettext_lazy("Absences"), "beach", "absence.plan", PEOPLE, _absences,
        within=("team:absence", "team:plan_absence"),
    ),
    Section(
        "team:appointments", gettext_lazy("Appointments"), "calendar", "appointment.make", PEOPLE, _appointments,
        within=("team:appointment", "team:make_appointment"),
    ),
    Section(
        "team:branches", gettext_lazy("Branches"), "building-store", "team.view", INSTITUTION, _branches,
        within=("team:branch", "team:open_branch"),
    ),
    Section(
        "clock:holidays", gettext_lazy("Holidays"), "cake", "holiday.view", INSTITUTION, _holidays,
        within=("clock:add_holiday",),
    ),
    Section(
        "clock:institution", gettext_lazy("Institution"), "building", "institution.change", INSTITUTION, _institution
    ),
    Section(
        "products:products", gettext_lazy("Products"), "coin", "product.view", INSTITUTION, _products,
        within=("products:product", "products:add", "products:set_terms"),
    ),
    Section(
        "products:currencies", gettext_lazy("Currencies"), "currency-dollar", "rate.view", INSTITUTION, _currencies,
        within=("products:currency", "products:set_rate", "products:rate", "products:load_rates"),
    ),
    Section("desk:tiers", gettext_lazy("Tier policy"), "stairs", "tier.set_policy", INSTITUTION, _tiers),
    Section(
        "desk:agenda_policy", gettext_lazy("What the agenda believes"), "route", "plan.set_policy", INSTITUTION, _agenda,
        within=("desk:agenda_",),
    ),
    Section(
        "rulebook:rulebook", gettext_lazy("Rules and terms"), "adjustments-horizontal", "setting.view", INSTITUTION,
        _rulebook, within=("rulebook:",),
    ),
    Section("desk:nights", gettext_lazy("Nights"), "moon-stars", "run.view", SYSTEMS, _nights),
    Section("intake:imports", gettext_lazy("Imports"), "database-import", "run.view", SYSTEMS, _imports),
    Section("desk:jobs", gettext_lazy("Jobs"), "repeat", "job.view", SYSTEMS, _jobs, within=("desk:job",)),
    Section(
        "api_screens:all_tokens", gettext_lazy("Tokens"), "key", "token.view", SYSTEMS, _tokens,
        within=("api_screens:revoke_any",),
    ),
    Section(
        "api_screens:webhooks", gettext_lazy("Webhooks"), "speakerphone", "webhook.view", SYSTEMS, _webhooks,
        within=("api_screens:webhook", "api_screens:new_webhook", "api_screens:change_webhook", "api_screens:delivery"),
    ),
    Section("desk:audit", gettext_lazy("Audit"), "history", "audit.view", SYSTEMS, _audit, within=("desk:audit_one",)),
    Section("desk:deployment", gettext_lazy("How it is installed"), "settings", "deployment.view", SYSTEMS, _deployment),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A section as one person sees it in the hub."""

    label: str
    url: str
    icon: str
    group: str
    state: str
    current: bool


def hub(actor: Actor, here: str, locale: Locale) -> list[Link]:
    """The sections that the actor may open; `here` is the name of the page that is shown."""
    return [
        Link(
            label=str(section.label),
            url=url,
            icon=section.icon,
            group=str(section.group),
            state=section.state(actor, locale),
            current=here == section.page or here.startswith(section.within or ("-",)),
        )
        for section in SECTIONS
        if actor.may(section.may) and (url := address(section.page))
    ]


KINDS = (
    *("team.staff", "team.branch", "team.invitation", "team.rolepermission", "team.absence", "team.appointment"),
    *("clock.dayoff", "clock.institution", "value.tierpolicy", "agenda.agendapolicy", "rulebook.ruling"),
    *("products.product", "products.productterms", "products.currencyrate"),
)
"""Tables whose changes are told on the first page."""

SHOWN = 20


@screen(may="administration.view")
def administration(request: StaffRequest) -> HttpResponse:
    """The first page of settings: all sections, and for administrators what was changed lately and by whom."""
    wanted = request.GET.get("q", "").strip()
    links = [link for link in hub(request.actor, "", reader()) if wanted.casefold() in link.label.casefold()]
    changes = latest_of(kinds=KINDS, most=SHOWN) if request.actor.may("role.view") else []
    told = [(change, in_words(change.name)) for change in changes]
    shown = {"links": links, "wanted": wanted, "changes": told, "steps": [] if wanted else first_steps(request.actor)}
    return render(request, "desk/administration.html", shown)
