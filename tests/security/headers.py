"""What every answer of ours must carry (S22). Gives what is wrong with one."""

from collections.abc import Mapping
from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' {push}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SANDBOX = "sandbox; default-src 'none'"
# A mail as it was sent, cleaned: a page of nobody's, whose links open elsewhere and tell no one where from.
ORIGINAL = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POWERS = ("camera", "microphone", "geolocation", "payment", "usb")
TELLING = ("Server", "X-Powered-By", "X-Django-Version")


def wrong(
    response: HttpResponseBase, *, is_private: bool, is_media: bool = False, is_original: bool = False
) -> list[str]:
    always = ALWAYS | ({"Referrer-Policy": "no-referrer"} if is_original else {})
    found = [
        f"{name} is {response.get(name)!r}" for name, value in always.items() if response.get(name) != value
    ]
    policy = SANDBOX if is_media else POLICY.format(push=settings.LYHORD_PUSH_URL)
    policy = ORIGINAL if is_original else policy
    if response.get("Content-Security-Policy") != policy:
        found.append(f"the policy is {response.get('Content-Security-Policy')!r}")
    powers = response.get("Permissions-Policy", "")
    found += [f"{power} is not denied" for power in POWERS if f"{power}=()" not in powers]
    found += [f"{name} tells too much" for name in TELLING if response.has_header(name)]
    kept = response.get("Cache-Control", "")
    if is_private and not is_media and not ("no-store" in kept and "private" in kept):
        found.append(f"a private page may be kept: {kept!r}")
    if is_media and "private" not in kept:
        found.append(f"a customer's file may be kept by anybody: {kept!r}")
    if settings.IS_HTTPS and "max-age=31536000" not in response.get("Strict-Transport-Security", ""):
        found.append("no Strict-Transport-Security")
    if response.get("Access-Control-Allow-Origin"):
        found.append("others may read it")
    cookies: Mapping[str, Any] = getattr(response, "cookies", {})
    return found + [problem for cookie in cookies.values() for problem in wrong_cookie(cookie)]


def wrong_cookie(cookie: "Morsel[str]") -> list[str]:
    found = []
    if cookie["samesite"] not in {"Lax", "Strict"}:
        found.append(f"the cookie {cookie.key} has SameSite {cookie['samesite']!r}")
    if cookie.key != settings.LANGUAGE_COOKIE_NAME and not cookie["httponly"]:
        found.append(f"scripts may read the cookie {cookie.key}")
    if cookie["domain"]:
        found.append(f"the cookie {cookie.key} is for {cookie['domain']!r}")
    if settings.IS_HTTPS and not (cookie["secure"] and cookie.key.startswith("__Host-")):
        found.append(f"the cookie {cookie.key} is not bound to this host and to https")
    return found
