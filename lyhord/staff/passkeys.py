"""Passkeys: what allauth's forms leave open. Odd answers of a browser are refusals, and a copied key is found."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.lib.text import clean

NAME_MOST = 60
COUNTER = "counter"  # in the row's data: how often the passkey signed, as it told last
# What reading a credential raises when a program made it up.
ODD = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


class CopiedKey(ValidationError):
    """The passkey's counter went back: two copies of it are in use (WebAuthn level 3, section 6.1.1)."""


def misfit() -> ValidationError:
    return ValidationError(_("This passkey does not fit. Try again, or use another way."))


def fit_name(text: str) -> str:
    return " ".join(clean(text).split())[:NAME_MOST]


class Checked(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """An answer to our challenge, by whichever form it came."""

    def clean_credential(self) -> Authenticator:
        told = self.cleaned_data["credential"]
        try:
            found = super().clean_credential()
            count(found, auth.parse_authentication_response(told).response.authenticator_data.counter)
        except ODD as problem:
            raise misfit() from problem
        except ValidationError as problem:
            if problem.code == "incorrect_code":  # allauth's word for a wrong six figures
                raise misfit() from problem
            raise
        return found


class LogIn(Checked):
    """The passkey alone: it proves who, and by finger, face or PIN that she is there."""

    passwordless = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)


class Reauthenticate(Checked):
    reauthenticated = True


class Add(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(required=False, max_length=NAME_MOST)
    passwordless = forms.BooleanField(required=False)

    def clean_name(self) -> str:
        return fit_name(self.cleaned_data["name"]) or generated_name(self.user)

    def clean(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = super().clean()
        except (*ODD, ValidationError) as problem:
            raise misfit() from problem
        return told


class Rename(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(max_length=NAME_MOST)

    def clean_name(self) -> str:
        name = fit_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("The name is empty. Write one."))
        return name


def generated_name(user: Any) -> str:
    name: str = get_adapter().generate_authenticator_name(user, Authenticator.Type.WEBAUTHN)
    return name


@transaction.atomic
def count(passkey: Authenticator, told: int) -> None:
    """Note how often the passkey signed. Raises CopiedKey; those that are synchronised always tell 0."""
    row = Authenticator.objects.select_for_update().get(pk=passkey.pk)
    known = int(row.data.get(COUNTER, first_count(row)))
    if known and told <= known:
        raise CopiedKey(
            _("This passkey was copied: another copy was used since. Remove it and make a new one.")
        )
    if told != known:
        row.data[COUNTER] = told
        row.save(update_fields=["data"])


def first_count(row: Authenticator) -> int:
    return int(row.wrap().authenticator_data.counter)
