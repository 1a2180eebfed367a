"""What every answer carries, and in which language and zone it is written."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from lyhord.web import middleware


def person(**settings: str) -> Any:
    return SimpleNamespace(is_authenticated=True, **{"language": "", "time_zone": "", **settings})


def asked(path: str = "/inbox/", *, user: Any = None, accepted: str = "") -> HttpRequest:
    request = RequestFactory().get(path, headers={"accept-language": accepted})
    request.user = user or AnonymousUser()
    return request


def test_every_answer_has_the_strict_policy_and_names_the_push_address(settings: Any) -> None:
    settings.LYHORD_PUSH_URL = "https://push.example.com:8001/live/"
    response = middleware.SecurityHeaders(lambda request: HttpResponse())(asked())
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self' https://push.example.com:8001; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_only_the_page_that_starts_a_log_in_elsewhere_may_send_its_form_there() -> None:
    def with_provider(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.csp_form_action = ["https://mastodon.example/oauth/authorize?x=1"]  # type: ignore[attr-defined]
        return response

    response = middleware.SecurityHeaders(with_provider)(asked())
    assert "form-action 'self' https://mastodon.example;" in response.headers["Content-Security-Policy"]


def test_what_a_logged_in_person_saw_is_kept_by_no_cache_and_public_pages_may_be() -> None:
    locale = middleware.PersonLocale(lambda request: HttpResponse())
    assert "no-store" in locale(asked(user=person())).headers["Cache-Control"]
    public = locale(asked())
    assert "Cache-Control" not in public.headers
    assert "Accept-Language" in public.headers["Vary"]


@pytest.mark.parametrize(
    ("path", "own", "cookie", "accepted", "language"),
    [
        ("/inbox/", "fi", "sv", "da", "fi"),
        ("/inbox/", "", "sv", "da", "sv"),
        ("/inbox/", "", "", "da-DK,da;q=0.9", "da"),
        ("/inbox/", "", "", "no", "nb"),
        ("/inbox/", "", "", "de", "en"),
        ("/inbox/", "xx", "yy", "zz", "en"),
        ("/nb/help/", "fi", "sv", "da", "nb"),
        ("/de/help/", "fi", "", "", "fi"),
    ],
)
def test_address_then_own_setting_then_cookie_then_browser_choose_the_language(
    path: str, own: str, cookie: str, accepted: str, language: str
) -> None:
    request = asked(path, user=person(language=own), accepted=accepted)
    request.COOKIES["language"] = cookie
    response = middleware.PersonLocale(lambda request: HttpResponse(translation.get_language()))(request)
    assert response.content.decode() == response.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("zone", "used"),
    [("Europe/Helsinki", "Europe/Helsinki"), ("", "Europe/Stockholm"), ("Not/There", "Europe/Stockholm")],
)
def test_a_page_is_in_the_persons_zone_and_in_the_installations_without_one(
    zone: str, used: str, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Stockholm"
    locale = middleware.PersonLocale(lambda request: HttpResponse(timezone.get_current_timezone_name()))
    assert locale(asked(user=person(time_zone=zone))).content.decode() == used
    assert timezone.get_current_timezone_name() == "Europe/Stockholm"
