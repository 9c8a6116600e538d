"""The account of a contact's place in the plan: every number of it, and what each comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cartera.agenda.day import Account
from cartera.agenda.priors import PPM, Priors
from cartera.agenda.words import ReasonInWords
from cartera.clients.models import Channel
from cartera.desk import formats
from cartera.desk.day_words import Reader
from cartera.desk.my_day import Fact
from cartera.events.models import Event
from cartera.promises.models import Origin, Promise


@dataclass(frozen=True, slots=True)
class Stake:
    """One reason of a contact: what is lost if nobody makes it, and how that figure comes about."""

    text: str
    amount: str
    comes_from: str


@dataclass(frozen=True, slots=True)
class Told:
    """The account as the page shows it."""

    title: str
    stakes: tuple[Stake, ...]
    facts: tuple[Fact, ...]


def told(account: Account, reader: Reader) -> Told:
    """The account of a contact in words and figures of whoever reads."""
    item = account.item
    stakes = tuple(_stakes(account, reader))
    return Told(
        title=_("Place %(place)s of %(day)s") % {"place": item.place, "day": reader.day(item.day)},
        stakes=stakes,
        facts=tuple(_facts(account, reader)),
    )


def _facts(account: Account, reader: Reader) -> Iterable[Fact]:
    item, staff = account.item, account.item.plan.staff
    at_stake = sum(reason["cost"] for reason in item.reasons)
    yield Fact(_("Lost if nobody makes the contact"), reader.money(at_stake))
    if item.day in account.days:
        yield Fact(_("Lost already by then"), reader.money(-account.losses_on(item.day)))
    if "answers_ppm" in item.why:
        share = formats.percent(item.why["answers_ppm"] / PPM, reader.locale, 0)
        channel = str(Channel(item.channel).label).lower()
        yield Fact(_("Answers by %(channel)s, in this half of the day") % {"channel": channel}, share)
    if "avoided" in item.why:
        yield Fact(_("Expected to be saved"), reader.money(item.why["avoided"]))
    minutes = {"minutes": formats.minutes(item.minutes), "hour": reader.money(staff.hour_cost_minor)}
    yield Fact(
        _("%(minutes)s of an hour that costs %(hour)s") % minutes, reader.money(-item.why.get("minutes_cost", 0))
    )
    yield Fact(_("What the contact is worth"), reader.money(item.value_minor))
    if item.waits_minor > 0:
        yield Fact(_("Leaving it for the next day costs"), reader.money(item.waits_minor), "broken")
    if item.why.get("price_of_minutes"):
        yield Fact(_("What its minutes would bring elsewhere"), reader.money(item.why["price_of_minutes"]))


def _stakes(account: Account, reader: Reader) -> Iterable[Stake]:
    for reason in account.item.reasons:
        found = account.words.get((reason["kind"], int(reason["id"])))
        if found is not None:
            yield Stake(found.text, reader.money(reason["cost"]), _comes_from(found, account, reader))


def _comes_from(found: ReasonInWords, account: Account, reader: Reader) -> str:
    if found.promise is not None:
        return _of_promise(found.promise, account, reader)
    return _of_event(found.event, account.priors, reader) if found.event is not None else ""


def _of_promise(promise: Promise, account: Account, reader: Reader) -> str:
    """The terms of `cartera.agenda.losses.whole_of_promise`, one by one."""
    client, priors = account.item.client, account.priors
    told = _("%(revenue)s a year × %(share)s more likely to leave, and our word: %(minutes)s of your time.") % {
        "revenue": reader.money(max(client.revenue_minor, 0)),
        "share": formats.percent(priors.leaving_ppm.get(client.tier, priors.leaving_ppm[""]) / PPM, reader.locale),
        "minutes": formats.minutes(priors.word_minutes.get(client.tier, priors.word_minutes[""])),
    }
    if promise.origin == Origin.CONTACT:
        times = formats.number(priors.said_ppm / PPM, reader.locale, 0)
        told += " " + _("Times %(times)s, because you said it.") % {"times": times}
    if promise.at_stake_minor:
        told += " " + _("And %(amount)s that is given back.") % {"amount": reader.money(promise.at_stake_minor)}
    return told


def _of_event(event: Event, priors: Priors, reader: Reader) -> str:
    """The terms of `cartera.agenda.losses.of_maturity`."""
    line = event.holding.product.line if event.holding else "deposit"
    renewal = priors.renewals[line]
    return _("%(margin)s of margin × (%(contacted)s renew when contacted in time − %(alone)s when nobody does).") % {
        "margin": reader.money(event.at_stake_minor),
        "contacted": formats.percent(renewal.contacted_ppm / PPM, reader.locale, 0),
        "alone": formats.percent(renewal.alone_ppm / PPM, reader.locale, 0),
    }
