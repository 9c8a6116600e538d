"""Setting a figure from a day on, and taking that back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cartera.clock.queries import institution, today
from cartera.kernel.actions import action
from cartera.kernel.actor import Actor
from cartera.kernel.errors import Conflict, Invalid, InvalidTransition, NotPermitted, Text, TooLate
from cartera.kernel.models import Happening
from cartera.rulebook.declaring import Setting
from cartera.rulebook.models import Ruling
from cartera.rulebook.queries import rulings, value_of, values_from


@action("setting.change", undone_by="setting.take_back")
def change_setting(
    *, actor: Actor, setting: Setting, value: int, effective_from: date, reason: str, after: int | None = None
) -> Ruling:
    """Set a figure from a day on. What was in force before stays so for the days before.

    `after` is the number of the last time that the actor knew of: Conflict when there is a later one. Raises Invalid out
    of its bounds, for a day that has passed, without a reason, and for what is so already; NotPermitted for what guards
    the data without the authority for it.
    """
    if setting.guards and not actor.may("setting.guard"):
        raise NotPermitted(action="setting.guard")
    latest = Ruling.objects.filter(name=setting.name).order_by("-number").first()
    if latest is not None and after is not None and latest.number > after:
        raise Conflict(theirs=latest, yours={"value": value, "effective_from": effective_from})
    wrong: dict[str, list[Text]] = {
        "value": _flaws(setting, value, effective_from),
        "effective_from": [] if effective_from >= today() else [_("It takes effect today or later.")],
        "reason": [] if reason.strip() else [_("Say why, for those who come after.")],
    }
    if any(wrong.values()):
        raise Invalid(fields={name: flaws for name, flaws in wrong.items() if flaws})
    made = Ruling.add(
        name=setting.name,
        number=latest.number + 1 if latest else 1,
        value=value,
        effective_from=effective_from,
        reason=reason.strip(),
        guards=setting.guards,
    )
    _forget()
    return made


@action("setting.take_back")
def take_back(*, actor: Actor, ruling: Ruling, undoes: Happening | None = None) -> Ruling:
    """Take back what was set before it begins; as an undo, also what was set just now. TooLate once it is in force."""
    if ruling.taken_back:
        raise InvalidTransition(_("It was taken back already."))
    if undoes is None and ruling.effective_from <= today():
        raise TooLate(_("It is in force already: set another figure from today on."))
    ruling.change(taken_back=True)
    _forget()
    return ruling


def _flaws(setting: Setting, value: int, day: date) -> list[Text]:
    currency = institution().currency

    def written(number: int) -> str:
        return f"{setting.as_written(number, currency):f}"

    if not setting.least <= value <= setting.most:
        bounds = {"least": written(setting.least), "most": written(setting.most)}
        return [_("It is between %(least)s and %(most)s.") % bounds]
    above = setting.not_above
    if above is not None and value > (most := min(values_from(above, day))):
        return [_("It is not above “%(other)s”, %(most)s.") % {"other": above.label, "most": written(most)}]
    for under in setting.under:
        if value < (least := max(values_from(under, day))):
            return [_("It is not below “%(other)s”, %(least)s.") % {"other": under.label, "least": written(least)}]
    if value == value_of(setting, day):
        return [_("It is so on that day already.")]
    return []


def _forget() -> None:
    """Ask afresh, now and once it is committed."""
    rulings.forget()
    transaction.on_commit(rulings.forget)
