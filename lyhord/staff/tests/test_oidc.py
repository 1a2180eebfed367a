"""The organisation's own provider: who is let in, who is not, and what no token can be."""

import base64
import json
import time
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client
from pytest_django import Settings

from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff import actions, limits, oidc
from lyhord.staff.models import AuditEvent, Membership, ProviderIdentity, Team, User
from lyhord.staff.tests import provider as providers
from lyhord.staff.tests.doing import log_in
from lyhord.staff.tests.provider import (
    CLIENT,
    ISSUER,
    KEY,
    OTHER_KEY,
    SECRET,
    BadProvider,
    RealProvider,
    public,
)

MAJA = {"email": "maja@example.com", "email_verified": True, "name": "Maja Lind"}


@pytest.fixture(autouse=True)
def provided(settings: Settings) -> None:
    settings.LYHORD_OIDC_ISSUER = ISSUER
    settings.LYHORD_OIDC_CLIENT_ID = CLIENT
    settings.LYHORD_OIDC_CLIENT_SECRET = SECRET
    settings.LYHORD_OIDC_LABEL = "Norrtåg ID"


def put_in_place(monkeypatch: pytest.MonkeyPatch, network: Any) -> Any:
    monkeypatch.setattr(
        oidc, "client_for", lambda url: httpx.Client(base_url=url, transport=httpx.MockTransport(network))
    )
    return network


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> RealProvider:
    network: RealProvider = put_in_place(monkeypatch, RealProvider({"maja": MAJA}))
    return network


@pytest.fixture
def bad(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> BadProvider:
    """Everything in it is right until a test spoils it; it is trusted, so that nothing else stops it."""
    settings.LYHORD_OIDC_TRUSTS_EMAIL = True
    network: BadProvider = put_in_place(monkeypatch, BadProvider())
    return network


def through(browser: Client, provider: Any, start: str = "/login/provider/") -> Any:
    there = browser.get(start)
    assert there.status_code == 302, there.content.decode()
    back = urlsplit(provider.log_in(there.headers["Location"]))
    return browser.get(f"{back.path}?{back.query}")


def who(browser: Client) -> str:
    return str(browser.get("/inbox/").json()["user"])


def reasons() -> list[str]:
    events = AuditEvent.objects.filter(verb="log_in.failed").order_by("pk").select_related("detail")
    return [event.detail.plain["why"] for event in events]


# With a provider that others wrote ------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["client_secret_post", "client_secret_basic"])
def test_a_connected_person_logs_in(
    way: str, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    real = put_in_place(monkeypatch, RealProvider({"maja": MAJA}, way=way))
    user, browser = make_user(), Client()
    log_in(browser, user.email)
    there = browser.post("/profile/provider/")
    back = urlsplit(real.log_in(there.headers["Location"]))
    assert browser.get(f"{back.path}?{back.query}").headers["Location"] == "/profile/"
    assert b"maja@example.com" in browser.get("/profile/").content
    fresh = Client()
    assert through(fresh, real).headers["Location"] == "/inbox/"
    assert who(fresh) == user.email
    assert ProviderIdentity.objects.get().last_used_at is not None
    assert SECRET not in str(list(ProviderIdentity.objects.values()))


def test_what_is_sent_to_the_provider_proves_that_the_answer_is_ours(
    real: RealProvider, make_user: MakeUser
) -> None:
    make_user()
    asked = parse_qs(urlsplit(Client().get("/login/provider/").headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [providers.BACK]


def test_a_stranger_is_told_to_ask_for_an_invitation(real: RealProvider, make_user: MakeUser) -> None:
    make_user(email="maja@example.com")
    browser = Client()
    answer = through(browser, real)
    assert answer.status_code == 403
    assert "Ask an administrator for an invitation" in answer.content.decode()
    assert who(browser) == ""
    assert reasons() == ["unknown_person"], "her address alone connects nobody"
    assert not ProviderIdentity.objects.exists()


def test_a_verified_address_connects_only_where_the_provider_is_trusted(
    real: RealProvider, make_user: MakeUser, settings: Settings
) -> None:
    settings.LYHORD_OIDC_TRUSTS_EMAIL = True
    user, browser = make_user(email="maja@example.com"), Client()
    through(browser, real)
    assert who(browser) == user.email
    assert AuditEvent.objects.filter(verb="person.provider_linked", actor=user).count() == 1


@pytest.mark.parametrize("claim", [False, None, "true", 1, "yes", [True]])
def test_an_address_that_is_not_verified_connects_nobody(
    claim: Any, bad: BadProvider, make_user: MakeUser
) -> None:
    make_user(email="maja@example.com")
    bad.claims = {"email_verified": claim}
    browser = Client()
    assert through(browser, bad).status_code == 403
    assert who(browser) == ""


def test_an_address_with_a_new_owner_opens_nothing(bad: BadProvider, make_user: MakeUser) -> None:
    user = make_user(email="maja@example.com")
    through(Client(), bad)
    bad.claims = {"sub": "maja-2"}
    browser = Client()
    assert through(browser, bad).status_code == 403
    assert who(browser) == ""
    assert [row.subject for row in ProviderIdentity.objects.filter(user=user)] == ["maja-1"]


def test_a_person_stays_herself_when_her_address_changes(bad: BadProvider, make_user: MakeUser) -> None:
    user, other = make_user(email="maja@example.com"), make_user(email="other@example.com")
    through(Client(), bad)
    bad.claims = {"email": other.email}
    browser = Client()
    through(browser, bad)
    assert who(browser) == user.email


def test_an_invitation_is_taken_with_the_provider_in_place_of_a_password(
    real: RealProvider, administrator: User, team: Team, now: datetime
) -> None:
    at = datetime.now(now.tzinfo)
    user, link = actions.invite("maja@example.com", "Maja", [(team, "agent")], by=administrator, now=at)
    path = urlsplit(link).path
    browser = Client()
    assert "Log in with Norrtåg ID" in browser.get(path).content.decode()
    answer = through(browser, real, f"{path}?how=provider")
    assert answer.status_code == 302
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert ProviderIdentity.objects.get().user == user
    assert Client().get(path).status_code == 404, "the link was used"


def test_only_people_of_these_domains(bad: BadProvider, make_user: MakeUser, settings: Settings) -> None:
    user = make_user(email="maja@example.com")
    settings.LYHORD_OIDC_DOMAINS = frozenset({"example.com"})
    browser = Client()
    through(browser, bad)
    assert who(browser) == user.email
    settings.LYHORD_OIDC_DOMAINS = frozenset({"example.org"})
    browser = Client()
    assert through(browser, bad).status_code == 403
    assert (who(browser), reasons()) == ("", ["domain"])


def test_who_was_deactivated_does_not_come_in(bad: BadProvider, make_user: MakeUser) -> None:
    user = make_user(email="maja@example.com")
    through(Client(), bad)
    User.objects.filter(pk=user.pk).update(is_active=False)
    browser = Client()
    assert through(browser, bad).status_code == 403
    assert (who(browser), reasons()) == ("", ["inactive"])


def test_groups_give_and_take_the_roles_that_are_mapped_and_no_others(
    bad: BadProvider, make_user: MakeUser, team: Team, settings: Settings
) -> None:
    user = make_user(role="moderator", email="maja@example.com")
    place = f"{team.brand.name}/{team.name}"
    settings.LYHORD_OIDC_ROLES = {
        "leads": (place, "lead"),
        "agents": (place, "agent"),
        "lost": ("No/Where", "lead"),
    }

    def roles() -> list[str]:
        return sorted(Membership.objects.filter(user=user).values_list("role", flat=True))

    for groups, wanted in (
        (["leads", "agents", "lost"], ["agent", "lead", "moderator"]),
        ("agents", ["agent", "moderator"]),
        (None, ["moderator"]),
    ):
        bad.claims = {"groups": groups}
        through(Client(), bad)
        assert roles() == wanted
    assert not User.objects.get(pk=user.pk).is_administrator
    assert AuditEvent.objects.filter(verb="person.memberships", object_id=user.pk).count() == 3


# What no token can be -------------------------------------------------------------------------------------------


def unsigned(claims: dict[str, Any]) -> str:
    def part(told: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def right_claims(nonce: str) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": ISSUER, "sub": "maja-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
        "email": "maja@example.com", "email_verified": True,
    }  # fmt: skip


def test_a_right_token_lets_in(bad: BadProvider, make_user: MakeUser) -> None:
    """So that the refusals below are of what each of them spoils."""
    user, browser = make_user(email="maja@example.com"), Client()
    through(browser, bad)
    assert who(browser) == user.email


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"claims": {"iss": "https://evil.example"}}, "InvalidIssuerError"),
        ({"claims": {"iss": ISSUER + "/"}}, "InvalidIssuerError"),
        ({"claims": {"iss": None}}, "MissingRequiredClaimError"),
        ({"claims": {"aud": "another-client"}}, "InvalidAudienceError"),
        ({"claims": {"aud": None}}, "MissingRequiredClaimError"),
        ({"claims": {"aud": [CLIENT, "another-client"]}}, "other_party"),
        ({"claims": {"aud": [CLIENT, "x"], "azp": "x"}}, "other_party"),
        ({"claims": {"nonce": "of-another-log-in"}}, "nonce"),
        ({"claims": {"nonce": None}}, "nonce"),
        ({"claims": {"exp": 1_600_000_000}}, "ExpiredSignatureError"),
        ({"claims": {"exp": None}}, "MissingRequiredClaimError"),
        ({"claims": {"iat": None}}, "MissingRequiredClaimError"),
        ({"claims": {"nbf": 4_000_000_000}}, "ImmatureSignatureError"),
        ({"claims": {"sub": ""}}, "subject"),
        ({"claims": {"sub": None}}, "MissingRequiredClaimError"),
        ({"claims": {"sub": 17}}, "InvalidSubjectError"),
        ({"claims": {"sub": "x" * 256}}, "subject"),
        ({"header": {"kid": "unknown"}}, "unknown_key"),
        ({"key": OTHER_KEY}, "InvalidSignatureError"),
        ({"key": SECRET.ljust(32, "."), "algorithm": "HS256"}, "algorithm"),
        ({"header": {"kid": None}, "keys": [public(KEY, "one"), public(OTHER_KEY, "two")]}, "unknown_key"),
        ({"keys": []}, "unknown_key"),
        ({"keys": [public(KEY, "one") | {"use": "enc"}]}, "unknown_key"),
        ({"keys": [public(KEY, "one") | {"kty": "oct", "k": "c2VjcmV0"}]}, "unknown_key"),
        ({"keys": [public(KEY, "one") | {"alg": "PS256"}]}, "unknown_key"),
        ({"keys": [{"kty": "RSA", "kid": "one"}]}, "InvalidKeyError"),
        ({"token": ""}, "DecodeError"),
        ({"token": "a.b.c"}, "DecodeError"),
        ({"status": 400}, "status_400"),
        ({"about": {"issuer": "https://evil.example"}}, "issuer_of_description"),
        ({"about": {"jwks_uri": None}}, "description"),
    ],
)  # fmt: skip
def test_a_token_that_does_not_fit_lets_nobody_in(
    spoilt: dict[str, Any], why: str, bad: BadProvider, make_user: MakeUser
) -> None:
    make_user(email="maja@example.com")
    for name, value in spoilt.items():
        setattr(bad, name, value)
    browser = Client()
    there = browser.get("/login/provider/")
    if there.status_code == 302:
        back = urlsplit(bad.log_in(there.headers["Location"]))
        assert browser.get(f"{back.path}?{back.query}").status_code == 403
    assert who(browser) == ""
    assert reasons() == [why]
    assert not ProviderIdentity.objects.exists()


def test_a_token_without_signature_lets_nobody_in(bad: BadProvider, make_user: MakeUser) -> None:
    make_user(email="maja@example.com")
    browser = Client()
    back = urlsplit(bad.log_in(browser.get("/login/provider/").headers["Location"]))
    bad.token = unsigned(right_claims(bad.nonce))
    assert browser.get(f"{back.path}?{back.query}").status_code == 403
    assert (who(browser), reasons()) == ("", ["algorithm"])


def test_new_keys_of_the_provider_are_fetched_once_they_sign(bad: BadProvider, make_user: MakeUser) -> None:
    user = make_user(email="maja@example.com")
    through(Client(), bad)
    bad.keys, bad.key, bad.header = [public(OTHER_KEY, "two")], OTHER_KEY, {"kid": "two"}
    browser = Client()
    through(browser, bad)
    assert who(browser) == user.email


def test_user_info_of_somebody_else_is_not_taken(bad: BadProvider, make_user: MakeUser) -> None:
    user = make_user(email="maja@example.com")
    bad.claims = {"email": None, "email_verified": None}
    bad.userinfo = {"sub": "another", "email": user.email, "email_verified": True}
    browser = Client()
    assert through(browser, bad).status_code == 403
    assert (who(browser), reasons()) == ("", ["userinfo_subject"])
    bad.userinfo["sub"] = "maja-1"
    through(browser, bad)
    assert who(browser) == user.email


@pytest.mark.parametrize(
    ("query", "why"),
    [("code=c&state=guessed", "state"), ("code=c", "state"), ("code=c&state={state}&iss=https://evil.example", "mixed_up"),
     ("error=access_denied&state={state}", "provider_error"), ("state={state}", "provider_error")],
)  # fmt: skip
def test_an_answer_that_nobody_asked_for_is_refused(
    query: str, why: str, bad: BadProvider, make_user: MakeUser
) -> None:
    make_user(email="maja@example.com")
    browser = Client()
    asked = parse_qs(urlsplit(browser.get("/login/provider/").headers["Location"]).query)
    answer = browser.get("/login/provider/back/?" + query.replace("{state}", asked["state"][0]))
    assert answer.status_code == 403
    assert (who(browser), reasons()) == ("", [why])


def test_an_answer_counts_once_and_in_its_own_browser_only(bad: BadProvider, make_user: MakeUser) -> None:
    user = make_user(email="maja@example.com")
    browser, thief = Client(), Client()
    back = urlsplit(bad.log_in(browser.get("/login/provider/").headers["Location"]))
    assert thief.get(f"{back.path}?{back.query}").status_code == 403
    browser.get(f"{back.path}?{back.query}")
    assert (who(browser), who(thief)) == (user.email, "")
    browser.post("/logout/")
    assert browser.get(f"{back.path}?{back.query}").status_code == 403


def test_an_answer_after_ten_minutes_is_too_late(bad: BadProvider, make_user: MakeUser) -> None:
    make_user(email="maja@example.com")
    browser = Client()
    back = urlsplit(bad.log_in(browser.get("/login/provider/").headers["Location"]))
    session = browser.session
    session["staff.oidc"] |= {"at": time.time() - oidc.ROUND_TRIP - 1}
    session.save()
    assert browser.get(f"{back.path}?{back.query}").status_code == 403
    assert reasons() == ["too_late"]


# Connecting, and the rest ---------------------------------------------------------------------------------------


def test_nobody_takes_over_what_another_has_connected(
    bad: BadProvider, make_user: MakeUser, settings: Settings
) -> None:
    owner, taker = make_user(email="maja@example.com"), make_user()
    through(Client(), bad)
    browser = Client()
    log_in(browser, taker.email)
    back = urlsplit(bad.log_in(browser.post("/profile/provider/").headers["Location"]))
    answer = browser.get(f"{back.path}?{back.query}")
    assert answer.status_code == 403
    assert "Somebody else here is connected" in answer.content.decode()
    assert ProviderIdentity.objects.get().user == owner
    assert who(browser) == taker.email


def test_a_browser_in_which_another_person_works_is_not_turned_into_hers(
    bad: BadProvider, make_user: MakeUser
) -> None:
    """Log-in by a forged link: somebody would work under a stranger's name without noticing."""
    make_user(email="maja@example.com")
    other, browser = make_user(), Client()
    log_in(browser, other.email)
    assert through(browser, bad).status_code == 403
    assert who(browser) == other.email


def test_who_has_no_password_cannot_cut_her_only_way_in(bad: BadProvider, make_user: MakeUser) -> None:
    user, browser = make_user(email="maja@example.com"), Client()
    through(browser, bad)
    user.set_unusable_password()
    user.save()
    browser = Client()
    through(browser, bad)
    browser.post("/profile/provider/end/")
    assert ProviderIdentity.objects.filter(user=user).exists()
    assert b"no password to log in with" in browser.get("/profile/").content
    User.objects.filter(pk=user.pk).update(password=make_user().password)
    browser = Client()
    through(browser, bad)
    browser.post("/profile/provider/end/")
    assert not ProviderIdentity.objects.exists()


def test_the_page_that_connects_lets_its_form_go_to_the_provider(
    real: RealProvider, make_user: MakeUser, client_of: ClientOf
) -> None:
    browser = Client()
    log_in(browser, make_user().email)
    policy = browser.get("/profile/provider/").headers["Content-Security-Policy"]
    assert f"form-action 'self' {ISSUER};" in policy
    assert ISSUER not in browser.get("/profile/").headers["Content-Security-Policy"]


def test_the_second_factor_is_still_asked_for(
    bad: BadProvider, make_user: MakeUser, settings: Settings
) -> None:
    make_user(email="maja@example.com", is_demo=False)
    browser = Client()
    through(browser, bad)
    assert browser.get("/inbox/").headers["Location"] == "/account/second-factor/begin/"
    settings.LYHORD_OIDC_MFA = True
    browser = Client()
    through(browser, bad)
    assert who(browser) == "maja@example.com"


def test_where_only_the_provider_counts_a_password_lets_administrators_in_alone(
    bad: BadProvider, make_user: MakeUser, administrator: User, settings: Settings
) -> None:
    settings.LYHORD_OIDC_ONLY = True
    user = make_user(email="maja@example.com")
    page = Client().get("/login/").content.decode()
    assert 'name="password"' not in page
    assert 'name="password"' in Client().get("/login/?password=1").content.decode()
    browsers = [Client(), Client(), Client()]
    log_in(browsers[0], user.email)
    log_in(browsers[1], administrator.email)
    through(browsers[2], bad)
    assert [who(browser) for browser in browsers] == ["", administrator.email, user.email]
    browsers[2].post("/profile/provider/end/")
    assert ProviderIdentity.objects.filter(user=user).exists()


def test_a_provider_that_is_down_is_told_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, make_user: MakeUser
) -> None:
    make_user()

    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("no answer")

    put_in_place(monkeypatch, down)
    answer = Client().get("/login/provider/")
    assert answer.status_code == 403
    assert "Norrtåg ID does not answer" in answer.content.decode()
    assert Client().get("/login/").status_code == 200


def test_without_the_setting_there_is_no_such_door(settings: Settings, make_user: MakeUser) -> None:
    settings.LYHORD_OIDC_ISSUER = ""
    browser = Client()
    log_in(browser, make_user().email)
    for path in ("/login/provider/", "/login/provider/back/?code=c", "/profile/provider/"):
        assert browser.get(path).status_code == 404
    assert b"provider" not in browser.get("/profile/").content


def test_coming_back_is_limited_by_network(bad: BadProvider, make_user: MakeUser) -> None:
    make_user()
    statuses = [
        Client().get("/login/provider/back/?code=c").status_code
        for _ in range(limits.PROVIDER_NETWORK.size + 1)
    ]
    assert (statuses[0], statuses[-1]) == (403, 429)


@pytest.mark.parametrize(
    "to",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "///evil.example"],
)
def test_the_way_on_leads_nowhere_else(to: str, bad: BadProvider, make_user: MakeUser) -> None:
    make_user(email="maja@example.com")
    browser = Client()
    there = browser.get("/login/provider/", {"next": to})
    back = urlsplit(bad.log_in(there.headers["Location"]))
    assert browser.get(f"{back.path}?{back.query}").headers["Location"] == "/inbox/"
