"""How allauth's log-in fits this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from lyhord.staff import keyring


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people come by invitation."""
        return False


class MfaAdapter(DefaultMFAAdapter):
    """Seeds lie encrypted; the row is not known here, so they are bound to the column."""

    def encrypt(self, text: str) -> str:
        return keyring.ring().seal(text, table="mfa_authenticator", column="data", row="-")

    def decrypt(self, encrypted_text: str) -> str:
        return keyring.ring().open(encrypted_text, table="mfa_authenticator", column="data", row="-")

    def get_totp_label(self, user: Any) -> str:
        return str(user.email)
