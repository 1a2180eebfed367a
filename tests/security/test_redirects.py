"""No way leads out of the site, no line into a header, whatever a link or a form asks for (S16)."""

from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from lyhord.conftest import PASSWORD, MakeUser
from lyhord.staff import limits
from lyhord.staff.actions import reset_link
from tests.security.corpus import folder

OWN = [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "///evil.example", "/%09/evil.example",
    "https:evil.example", "http:///evil.example", "javascript:alert(1)", "data:text/html,x", "/\t/evil.example",
    "/inbox/\r\nSet-Cookie: x=1", "/inbox/%0d%0aSet-Cookie:%20x=1", "/\r\n//evil.example", "https://localhost@evil.example/",
    "https://evil.example#localhost", "https://testserver.evil.example/", ".evil.example", "@evil.example",
]  # fmt: skip


def corpus(*names: str) -> list[str]:
    return [
        line.strip()
        for name in names
        for line in folder("paths-redirects-crlf", name).read_text("utf-8", "replace").splitlines()
        if line.strip()
    ]


def leads_out(response: Any) -> bool:
    """As a browser reads it: backslashes are slashes, tabs and line ends are not there."""
    place = str(response.headers.get("Location", ""))
    plain = place.replace("\\", "/").replace("\t", "").replace("\r", "").replace("\n", "").strip()
    parts = urlsplit(plain)
    return bool(plain) and (
        parts.netloc not in {"", "testserver", "localhost:8000"}
        or parts.scheme not in {"", "http", "https"}
        or plain.startswith("//")
    )


def broken(response: Any) -> list[str]:
    lines = [name for name, value in response.headers.items() if "\r" in value or "\n" in value]
    return lines + (
        ["Set-Cookie x"] if "x" in response.cookies or "crlf" in str(response.cookies).lower() else []
    )


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    always = limits.Taken(True, 1, 0, 0)
    monkeypatch.setattr(limits, "take_some", lambda *_args: always)


def wrong_ways(payloads: list[str], make_user: MakeUser) -> list[str]:
    user = make_user(email="maja@example.com")
    found = []
    for payload in payloads:
        browser = Client()
        answers = [
            browser.get(f"/login/?next={quote(payload)}"),
            browser.post("/login/", {"login": user.email, "password": PASSWORD, "next": payload}),
            browser.post("/language/", {"language": "sv", "next": payload}),
            browser.get("/" + quote(payload.lstrip("/"), safe="/%:@?#&=")),
        ]
        found += [
            f"{payload!r} {number}" for number, one in enumerate(answers) if leads_out(one) or broken(one)
        ]
    return found


def test_no_link_leads_out(make_user: MakeUser, unlimited: None) -> None:
    assert wrong_ways(OWN, make_user) == []


def test_no_redirect_of_the_lists_leads_out(make_user: MakeUser, unlimited: None) -> None:
    payloads = corpus("open_redirect_payloads.txt", "openredirects.txt", "crlf.txt")
    assert len(payloads) > 100
    assert wrong_ways(payloads[::5], make_user) == []


@pytest.mark.whole
@pytest.mark.timeout(1200)
def test_no_redirect_of_the_whole_lists_leads_out(make_user: MakeUser, unlimited: None) -> None:
    payloads = corpus("open_redirect_payloads.txt", "openredirects.txt", "crlf.txt")
    assert wrong_ways(payloads, make_user) == []


@pytest.mark.parametrize(
    "header",
    [
        {"host": "evil.example"},
        {"host": "testserver:80@evil.example"},
        {"x-forwarded-host": "evil.example"},
        {"forwarded": "host=evil.example"},
    ],
)
def test_links_in_mails_are_of_our_own_host_whoever_asks(
    header: dict[str, str], make_user: MakeUser, settings: Settings
) -> None:
    user = make_user()
    answer = Client(headers=header).post("/account/forgot/", {"email": user.email})
    assert b"evil.example" not in answer.content
    from django.utils import timezone

    assert reset_link(user, by=None, now=timezone.now()).startswith(settings.LYHORD_PUBLIC_URL)
