"""The one form that registers a contact: what happened, what it keeps, and what was promised next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clients.models import Channel, Client
from cartera.desk.fields import TermForm, with_icon
from cartera.desk.templatetags.cartera import CHANNEL_ICONS
from cartera.interactions.models import REACHED, Direction, Outcome, Purpose
from cartera.promises.actions import Draft
from cartera.promises.models import Origin, Promise, Side
from cartera.promises.queries import touchpoint_among
from cartera.promises.rules import Contact
from cartera.service.queries import ServiceYear

CHANNELS = (Channel.PHONE, Channel.MESSAGE, Channel.FACE_TO_FACE, Channel.VIDEO, Channel.EMAIL, Channel.LETTER)
USUAL_MINUTES = {
    Channel.PHONE: 10,
    Channel.MESSAGE: 5,
    Channel.FACE_TO_FACE: 45,
    Channel.VIDEO: 30,
    Channel.EMAIL: 5,
    Channel.LETTER: 15,
}
NOTHING, OTHER = "nothing", "other"
# What people promise most: the words, the channel that keeps it, the minutes it takes.
USUAL_PROMISES: dict[str, tuple[Any, Channel | str, int]] = {
    "call": (gettext_lazy("Call back"), Channel.PHONE, 10),
    "proposal": (gettext_lazy("Written proposal"), "", 20),
    "document": (gettext_lazy("Document"), "", 10),
}


class RegisterForm(TermForm):
    """A contact in under twenty seconds: nearly everything has its usual answer already.

    `token` makes a form that is sent twice register once. Minutes left empty are the usual ones of the channel.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    client = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("Choose whom you contacted.")},
        label=gettext_lazy("Client"),
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), widget=forms.RadioSelect, initial=Channel.PHONE)
    direction = forms.ChoiceField(
        label=gettext_lazy("Who began"),
        widget=forms.RadioSelect,
        choices=[(Direction.OUT, gettext_lazy("We did")), (Direction.IN, gettext_lazy("The client did"))],
        initial=Direction.OUT,
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), widget=forms.RadioSelect, choices=Outcome.choices, initial=Outcome.TALKED
    )
    purpose = forms.ChoiceField(label=gettext_lazy("What for"), choices=Purpose.choices, initial=Purpose.TOUCH)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=1440, required=False)
    said = forms.CharField(
        label=gettext_lazy("What the client said"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    keeps = forms.MultipleChoiceField(
        label=gettext_lazy("It also keeps"), widget=forms.CheckboxSelectMultiple, required=False
    )
    then = forms.ChoiceField(
        label=gettext_lazy("What was promised"),
        widget=forms.RadioSelect,
        choices=[
            (NOTHING, gettext_lazy("Nothing")),
            *((name, words) for name, (words, _channel, _minutes) in USUAL_PROMISES.items()),
            (OTHER, gettext_lazy("Something else")),
        ],
        initial=NOTHING,
    )
    then_what = forms.CharField(
        label=gettext_lazy("What"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("What")}),
    )
    owed_by = forms.ChoiceField(
        label=gettext_lazy("Who owes it"),
        widget=forms.RadioSelect,
        choices=[(Side.US, gettext_lazy("We do")), (Side.CLIENT, gettext_lazy("The client does"))],
        initial=Side.US,
    )

    def __init__(
        self,
        *args: Any,
        whom: Client | None,
        open_promises: Sequence[Promise],
        year: ServiceYear | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.whom = whom
        self.open_promises = open_promises
        self.year = year
        self.named = [promise for promise in open_promises if promise.origin != Origin.MODEL]
        self.initial.setdefault("token", uuid4())
        if whom is not None:
            self.initial["client"] = whom.pk
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (channel.value, with_icon(CHANNEL_ICONS[channel], str(channel.label))) for channel in CHANNELS
        ]
        self.fields["keeps"].choices = [(str(promise.pk), promise.what) for promise in self.named]  # type: ignore[attr-defined]
        self.fields["minutes"].widget.attrs |= {"placeholder": USUAL_MINUTES[self.channel_now], "data-usual": usual()}

    @property
    def channel_now(self) -> Channel:
        """The channel that the form shows as chosen."""
        shown = self["channel"].value()
        return Channel(shown) if shown in Channel.values else Channel.PHONE

    @property
    def touchpoint(self) -> Promise | None:
        """The touchpoint of the service model that the contact, as the form shows it, would keep by itself."""
        purpose = self["purpose"].value()
        asked_for_service = self["direction"].value() == Direction.IN and purpose == Purpose.SERVICE
        as_shown = Contact(
            at=self.now,
            demand=self.channel_now.demand,
            purpose=purpose,
            reached=self["outcome"].value() in REACHED,
            counts=not asked_for_service,
        )
        return touchpoint_among(self.open_promises, as_shown)

    @property
    def place_in_the_year(self) -> int | None:
        """The how manieth contact of the client's year that touchpoint is, where the year is known."""
        touchpoints = list(self.year.touchpoints) if self.year else []
        kept = self.touchpoint
        return touchpoints.index(kept) + 1 if kept is not None and kept in touchpoints else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("then", NOTHING) != NOTHING:
            data["due_at"] = self.clean_due_at()
            if data["due_at"] is None and not {"by", "by_other"} & self.errors.keys():
                self.add_error("by", _("Choose by when."))
        if data.get("then") == OTHER and not data.get("then_what"):
            self.add_error("then_what", _("Write what was promised."))
        return data

    @property
    def contact(self) -> dict[str, Any]:
        """What `promises.actions.record_contact` takes, beside the actor, the client and the key."""
        data = self.cleaned_data
        channel = Channel(data["channel"])
        minutes = data["minutes"]
        return {
            "channel": channel,
            "direction": Direction(data["direction"]),
            "outcome": Outcome(data["outcome"]),
            "purpose": Purpose(data["purpose"]),
            "minutes": USUAL_MINUTES[channel] if minutes is None else minutes,
            "said": data["said"],
            "keeps": [promise for promise in self.named if str(promise.pk) in data["keeps"]],
            "next_promise": self._draft(),
        }

    def _draft(self) -> Draft | None:
        data = self.cleaned_data
        if data["then"] == NOTHING:
            return None
        words, channel, minutes = USUAL_PROMISES.get(data["then"], ("", "", 10))
        return Draft(
            what=data["then_what"] or str(words),
            due_at=data["due_at"],
            owed_by=Side(data["owed_by"]),
            channel=channel,
            minutes=minutes,
        )


def usual() -> str:
    """The usual minutes of each channel, for the page that shows them as the channel changes."""
    return " ".join(f"{channel.value}:{minutes}" for channel, minutes in USUAL_MINUTES.items())
