"""The way in and out: sign-in, sign-out and a forgotten password, in the institution's frame."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm, SetPasswordForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cartera.team import actions_at_the_gate as gate
from cartera.team.models import SignIn
from cartera.team.queries import actor_of

TELL_FROM = 3
"""How many tries are left when one is first told."""


class SignInForm(AuthenticationForm):
    """`advice` is what to know after a wrong password, `locked` whether one has to wait before the next."""

    error_messages = {
        "invalid_login": _("The user or the password is not right."),
        "inactive": _("This user is no longer active."),
        "locked": _("Too many wrong passwords."),
    }
    advice = ""
    locked = False

    def clean(self) -> dict[str, Any]:
        user, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (user and password):
            return super().clean()
        tried = ("sign-in", user, _address(self.request))
        standing = gate.try_the_gate(*tried, now=datetime.now(UTC))
        if standing.refused or not standing.left:
            self.advice = _wait(standing)
        elif standing.left <= TELL_FROM:
            self.advice = ngettext(
                "You have %(n)d try left; after that you will have to wait %(minutes)d minutes.",
                "You have %(n)d tries left; after that you will have to wait %(minutes)d minutes.",
                standing.left,
            ) % {"n": standing.left, "minutes": _minutes(gate.WINDOW)}
        if standing.refused:
            self.locked = True
            raise forms.ValidationError(self.error_messages["locked"], code="locked")
        cleaned = super().clean()
        gate.forget_tries(*tried)
        return cleaned

    def confirm_login_allowed(self, user: SignIn) -> None:
        """Only people who work here: a user without an active member of staff behind it would reach no page."""
        super().confirm_login_allowed(user)
        if actor_of(user) is None:
            raise forms.ValidationError(self.error_messages["inactive"], code="inactive")


class ForgottenPasswordForm(PasswordResetForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("That is not an e-mail address. Write it like ana@bank.com."),
        },
    )

    def __init__(self, *arguments: Any, address: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.address = address

    def clean_email(self) -> str:
        """The same limit for addresses that nobody has: an answer that differed would tell."""
        email: str = self.cleaned_data["email"]
        standing = gate.try_the_gate("password", email, self.address, now=datetime.now(UTC))
        if standing.refused:
            raise forms.ValidationError(_wait(standing), code="locked")
        return email

    def get_users(self, email: str) -> QuerySet[SignIn]:
        """Also those who have no password yet: whoever an import brought sets the first one by the same link."""
        return SignIn.objects.filter(email__iexact=email, is_active=True)


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    error_messages = {"password_mismatch": _("The two do not match. Write the same password twice.")}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password2"].label = _("The same again")


class SignInPage(views.LoginView):
    template_name = "gate/sign_in.html"
    authentication_form = SignInForm

    def dispatch(self, request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
        """Somebody who is known goes on; one whose place was taken away meanwhile stays, or would go round in circles."""
        self.redirect_authenticated_user = getattr(request, "actor", None) is not None
        return super().dispatch(request, *arguments, **options)


class ForgottenPassword(views.PasswordResetView):
    """Answers the same whether the address is known or not, so that nobody can find out who works here."""

    form_class = ForgottenPasswordForm
    template_name = "gate/password_reset.html"
    email_template_name = "gate/password_reset_email.txt"
    subject_template_name = "gate/password_reset_subject.txt"
    success_url = reverse_lazy("password_reset_done")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "address": _address(self.request)}


class ForgottenPasswordSent(views.PasswordResetDoneView):
    template_name = "gate/password_reset_done.html"


class NewPassword(views.PasswordResetConfirmView):
    form_class = NewPasswordForm
    template_name = "gate/password_reset_confirm.html"
    success_url = reverse_lazy("password_reset_complete")


class PasswordChanged(views.PasswordResetCompleteView):
    template_name = "gate/password_reset_complete.html"


def _address(request: HttpRequest | None) -> str:
    """Where a request comes from, as the server saw it: what a header says of it can be made up."""
    return str(request.META.get("REMOTE_ADDR", "")) if request is not None else ""


def _wait(standing: gate.Standing) -> str:
    minutes = standing.wait_minutes or _minutes(gate.WINDOW)
    return ngettext("Try again in %(n)d minute.", "Try again in %(n)d minutes.", minutes) % {"n": minutes}


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


urlpatterns = [
    path("ingreso", SignInPage.as_view(), name="sign_in"),
    path("salir", views.LogoutView.as_view(), name="sign_out"),
    path("ingreso/clave", ForgottenPassword.as_view(), name="password_reset"),
    path("ingreso/clave/enviada", ForgottenPasswordSent.as_view(), name="password_reset_done"),
    path("ingreso/clave/<uidb64>/<token>", NewPassword.as_view(), name="password_reset_confirm"),
    path("ingreso/clave/cambiada", PasswordChanged.as_view(), name="password_reset_complete"),
]
