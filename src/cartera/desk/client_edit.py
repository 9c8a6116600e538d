"""Correcting what is known of a client, while somebody else may be doing the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartera.clients.actions.registration import correct_client
from cartera.clients.identifiers import kinds_of
from cartera.clients.models import Client, Kind, Sex
from cartera.clients.queries import client_of
from cartera.clock.queries import institution
from cartera.desk.client_forms import IDENTIFIER_NAMES, PASSPORT, day_field
from cartera.desk.editing import EditForm, edit
from cartera.desk.screens import StaffRequest, screen

OF_A_PERSON = ("given_name", "surname", "second_surname", "birth_date", "sex")


class CorrectForm(EditForm):
    """What a client is called and by what it is known: of a person its parts, of a company its name."""

    given_name = forms.CharField(label=gettext_lazy("Given names"), max_length=100)
    surname = forms.CharField(label=gettext_lazy("Surname"), max_length=100)
    second_surname = forms.CharField(label=gettext_lazy("Second surname"), max_length=100, required=False)
    name = forms.CharField(label=gettext_lazy("Name of the company"), max_length=200)
    identifier_kind = forms.ChoiceField(label=gettext_lazy("Kind of identifier"), required=False)
    identifier = forms.CharField(label=gettext_lazy("Identifier"), max_length=32, required=False)
    birth_date = day_field(label=gettext_lazy("Date of birth"), required=False)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=Sex.choices, required=False)
    sector = forms.CharField(label=gettext_lazy("Line of business"), max_length=100, required=False)

    def __init__(self, *args: Any, client: Client, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in OF_A_PERSON if client.kind == Kind.COMPANY else ("name",):
            del self.fields[name]
        kinds = dict.fromkeys((*kinds_of(client.country or institution().country), PASSPORT, client.identifier_kind))
        names = [(kind, str(IDENTIFIER_NAMES.get(kind, kind.upper()))) for kind in kinds if kind]
        self.fields["identifier_kind"].choices = [("", "–"), *names]  # type: ignore[attr-defined]

    @classmethod
    def begun(cls, client: Client) -> dict[str, Any]:
        return {name: getattr(client, name) for name in cls.base_fields if name != cls.VERSION}


@screen(may="client.correct")
def correct(request: StaffRequest, client_id: int) -> HttpResponse:
    whose = client_of(actor=request.actor, client_id=client_id)
    return edit(
        request,
        record=whose,
        begun=CorrectForm.begun,
        make=lambda typed, initial: CorrectForm(typed, initial=dict(initial), client=whose),
        act=lambda form: correct_client(
            actor=request.actor, client=whose, version=form.cleaned_data["version"], **form.edits
        ),
        template="desk/correct_client.html",
        shown={"client": whose},
        said=_("%(name)s: saved.") % {"name": whose.name},
        to=reverse("desk:client", args=[whose.pk]),
    )
