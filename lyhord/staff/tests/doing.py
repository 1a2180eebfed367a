"""What people do in tests: log in, read a code from their telephone."""

from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from lyhord.conftest import PASSWORD

GOOD = "a sentence about trains"


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def log_in(browser: Client, email: str, password: str = PASSWORD, **headers: Any) -> Any:
    return browser.post("/login/", {"login": email, "password": password}, **headers)
