"""What the institution sets of contacts: how long one usually takes in each channel."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cartera.clients.models import Channel
from cartera.rulebook.declaring import Setting, Unit

_USUAL = {
    Channel.PHONE: 10,
    Channel.MESSAGE: 5,
    Channel.FACE_TO_FACE: 45,
    Channel.VIDEO: 30,
    Channel.EMAIL: 5,
    Channel.LETTER: 15,
}

USUAL_MINUTES: Mapping[Channel, Setting] = {
    channel: Setting(
        f"interactions.usual_minutes.{channel}",
        label=format_lazy(_("Usual minutes: {channel}"), channel=channel.label),
        says=_("What a contact counts when whoever registers it says no minutes."),
        unit=Unit.MINUTES,
        default=minutes,
        least=1,
        most=480,
    )
    for channel, minutes in _USUAL.items()
}
