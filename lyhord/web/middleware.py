"""What every answer carries, and the language and zone it is written in."""

from collections.abc import Callable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from lyhord.web import refusals

NO_ZEROS = "An address holds no zero bytes."
GetResponse = Callable[[HttpRequest], HttpResponse]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def policy(push_url: str, form_action: list[str]) -> str:
    """The content security policy: nothing but our own files; live news come from the push address."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {origin(push_url)}",
            " ".join(["form-action 'self'", *form_action]),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


class SecurityHeaders:
    """A page that starts a log-in with a provider sets `response.csp_form_action = [origin]`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request) if is_whole(request) else no_address(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        extra = [origin(url) for url in getattr(response, "csp_form_action", [])]
        response.headers.setdefault("Content-Security-Policy", policy(settings.LYHORD_PUSH_URL, extra))
        return response


def is_whole(request: HttpRequest) -> bool:
    """PostgreSQL takes no zero byte in a text and SQLite does: none gets as far as a look-up."""
    asked = request.path + request.META.get("QUERY_STRING", "")
    return "\x00" not in asked and "%00" not in asked


def no_address(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return refusals.problem("bad_address", NO_ZEROS, 400)
    return HttpResponse(NO_ZEROS, "text/plain; charset=utf-8", 400)


class PersonLocale:
    """Pages in the language and zone of the person who reads: own setting, address, cookie, browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = getattr(request, "user", None)
        is_known = person is not None and person.is_authenticated
        language = language_of(request)
        zone = zone_named(getattr(person, "time_zone", "")) if is_known else None
        with translation.override(language), timezone.override(zone or timezone.get_default_timezone()):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if is_known:
            # What a logged in person saw is not for the next one at the same machine.
            response.headers.setdefault("Cache-Control", "no-store, private")
        else:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def language_of(request: HttpRequest) -> str:
    """The address decides on public pages, then the person's setting, cookie, browser."""
    known = dict(settings.LANGUAGES)
    person = getattr(request, "user", None)
    first = request.path.split("/", 2)[1]
    own = str(getattr(person, "language", "") or "")
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    for wish in (first, own, cookie):
        if wish in known:
            return wish
    return _of_browser(request)


def _of_browser(request: HttpRequest) -> str:
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        # Some browsers say "no" for Norwegian; who asks for nynorsk reads bokmål sooner than English.
        first = code.split("-")[0]
        language = "nb" if first in {"no", "nn"} else first
        if language in dict(settings.LANGUAGES):
            return language
    return settings.LANGUAGE_CODE


def zone_named(name: str) -> ZoneInfo | None:
    """None for no name or one that this machine does not know: then the installation's zone counts."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
