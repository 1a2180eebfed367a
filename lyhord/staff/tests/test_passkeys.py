"""Passkeys: set up, named, removed; alone and as second factor; never forged, replayed or copied."""

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff import limits, passkeys
from lyhord.staff.models import AuditEvent, User
from lyhord.staff.tests.doing import log_in
from lyhord.staff.tests.telephone import PRESENT, Telephone

Held = tuple[User, Client, Telephone]
NEW = "/account/passkeys/new/"


def options(page: Any) -> Any:
    found = re.search(
        r'<script type="application/json" id="passkey-options">(.*?)</script>', page.content.decode(), re.S
    )
    assert found is not None, page.content.decode()[-1500:]
    return json.loads(found.group(1))


def set_up(browser: Client, telephone: Telephone, name: str = "my laptop", **more: str) -> Any:
    made = telephone.create(options(browser.get(NEW)))
    return browser.post(NEW, {"name": name, "credential": made, "passwordless": "on", **more})


def asked(browser: Client) -> Any:
    return browser.get("/login/passkey/", headers={"accept": "application/json"}).json()["request_options"]


def log_in_alone(browser: Client, telephone: Telephone) -> Any:
    return browser.post("/login/passkey/", {"credential": telephone.get(asked(browser))})


def who(browser: Client) -> str:
    return str(browser.get("/inbox/").json()["user"])


@pytest.fixture
def held(make_user: MakeUser) -> Held:
    """A person with a passkey, the browser where she set it up, and the telephone that holds it."""
    user, browser, telephone = make_user(is_demo=False), Client(), Telephone()
    log_in(browser, user.email)
    assert set_up(browser, telephone).headers["Location"] == "/account/recovery-codes/"
    return user, browser, telephone


def test_a_passkey_satisfies_the_rule_of_a_second_factor(held: Held) -> None:
    user, browser, _telephone = held
    assert len(re.findall(r"\b\d{8}\b", browser.get("/account/recovery-codes/").content.decode())) >= 10
    assert who(browser) == user.email
    assert AuditEvent.objects.filter(verb="person.passkey_added", actor=user).count() == 1


def test_a_passkey_alone_lets_in_and_asks_for_nothing_more(held: Held) -> None:
    user, _browser, telephone = held
    browser = Client()
    assert log_in_alone(browser, telephone).headers["Location"] == "/inbox/"
    assert who(browser) == user.email


def test_after_the_password_the_passkey_is_asked_for(held: Held) -> None:
    user, _browser, telephone = held
    browser = Client()
    assert log_in(browser, user.email).headers["Location"] == "/account/second-factor/code/"
    assert who(browser) == ""
    page = browser.get("/account/second-factor/code/")
    browser.post("/account/second-factor/code/", {"credential": telephone.get(options(page))})
    assert who(browser) == user.email


def test_a_recovery_code_stands_in_for_a_lost_passkey(held: Held) -> None:
    user, _browser, _telephone = held
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    browser = Client()
    log_in(browser, user.email)
    browser.post("/account/second-factor/code/", {"code": code})
    assert who(browser) == user.email


def test_a_new_passkey_ends_the_other_sessions(make_user: MakeUser) -> None:
    user, here, there = make_user(), Client(), Client()
    for browser in (here, there):
        log_in(browser, user.email)
    set_up(here, Telephone())
    assert [who(here), who(there)] == [user.email, ""]


@pytest.mark.parametrize("how", ["other site", "other host", "not verified", "other key", "other handle"])
def test_an_answer_that_does_not_fit_lets_nobody_in(how: str, held: Held, make_user: MakeUser) -> None:
    _user, _browser, telephone = held
    match how:
        case "other site":
            telephone.origin = "https://localhost.evil.example"
        case "other host":
            telephone.host = "evil.example"
        case "not verified":
            telephone.flags = PRESENT
        case "other key":
            telephone.key = Telephone().key
        case "other handle":
            stranger = make_user()
            other = Telephone()
            browser = Client()
            log_in(browser, stranger.email)
            set_up(browser, other)
            telephone.handle = other.handle  # her key, another's name
    browser = Client()
    assert log_in_alone(browser, telephone).headers["Location"] == "/login/"
    assert who(browser) == ""
    assert b"This passkey does not fit" in browser.get("/login/").content
    assert AuditEvent.objects.filter(verb="log_in.failed").count() == 1


def test_an_answer_counts_once_and_in_its_own_browser_only(held: Held) -> None:
    _user, _browser, telephone = held
    one, two = Client(), Client()
    given = telephone.get(asked(one))
    asked(two)
    assert two.post("/login/passkey/", {"credential": given}).headers["Location"] == "/login/"
    assert one.post("/login/passkey/", {"credential": given}).headers["Location"] == "/inbox/"
    one.post("/logout/")
    assert one.post("/login/passkey/", {"credential": given}).headers["Location"] == "/login/"


def test_a_copied_passkey_is_found_by_its_counter(held: Held) -> None:
    _user, _browser, telephone = held
    copy = Telephone(key=telephone.key, id=telephone.id, handle=telephone.handle, counter=telephone.counter)
    assert log_in_alone(Client(), telephone).headers["Location"] == "/inbox/"
    assert log_in_alone(Client(), telephone).headers["Location"] == "/inbox/"
    browser = Client()
    assert log_in_alone(browser, copy).headers["Location"] == "/login/"
    assert who(browser) == ""


def test_a_synchronised_passkey_tells_no_counter_and_goes_on_working(make_user: MakeUser) -> None:
    user, browser, telephone = make_user(), Client(), Telephone(counter=None)
    log_in(browser, user.email)
    set_up(browser, telephone)
    for _ in range(2):
        browser = Client()
        log_in_alone(browser, telephone)
        assert who(browser) == user.email


@pytest.mark.parametrize(
    "credential",
    ["", "x", "[]", "{}", "null", "1", '"x"', '{"response": 1}', '{"response": {"userHandle": 7}}', '{"id": "a", "rawId": "a"}',
     '{"response": {"userHandle": "//8"}}', '{"response": {"userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}',
     '{"type": "public-key", "id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "e30", "authenticatorData": "",'
     ' "signature": "", "userHandle": "MQ"}}'],
)  # fmt: skip
def test_what_programs_make_up_is_refused_and_breaks_nothing(credential: str, held: Held) -> None:
    user, signed_in, _telephone = held
    browser = Client()
    asked(browser)
    assert browser.post("/login/passkey/", {"credential": credential}).headers["Location"] == "/login/"
    log_in(browser, user.email)
    answer = browser.post("/account/second-factor/code/", {"credential": credential})
    assert answer.status_code == 200
    assert who(browser) == ""
    assert signed_in.post(NEW, {"name": "x", "credential": credential}).status_code == 422
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_guessing_with_passkeys_is_stopped_by_network(held: Held) -> None:
    _user, _browser, telephone = held
    for _ in range(limits.LOG_IN_NETWORK.size):
        Client().post("/login/passkey/", {"credential": "{}"})
    browser = Client()
    log_in_alone(browser, telephone)
    assert who(browser) == ""
    assert b"Too many attempts" in browser.get("/login/").content


def test_a_passkey_is_renamed_and_removed_by_its_owner_only(
    held: Held, make_user: MakeUser, client_of: ClientOf
) -> None:
    user, browser, _telephone = held
    row = Authenticator.objects.get(type="webauthn")
    address = f"/account/passkeys/{row.pk}/"
    browser.post(address, {"name": "  the blue   key "})
    assert Authenticator.objects.get(pk=row.pk).wrap().name == "the blue key"
    assert browser.post(address, {"name": " "}).status_code == 422
    assert b"the blue key" in browser.get("/profile/").content
    stranger = Client()
    log_in(stranger, make_user().email)
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"name": "mine"}).status_code == 404
    assert stranger.post(f"{address}remove/").status_code == 404
    assert browser.get(f"{address}remove/").status_code == 200
    browser.post(f"{address}remove/")
    assert not Authenticator.objects.filter(user=user).exists(), "recovery codes go with the last factor"
    assert AuditEvent.objects.filter(verb="person.passkey_removed").count() == 1


def test_without_a_recent_log_in_the_passkey_is_asked_for_before_a_change(
    held: Held, settings: Settings
) -> None:
    _user, browser, telephone = held
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    answer = browser.get("/account/recovery-codes/new/")
    assert answer.status_code == 302
    address = answer.headers["Location"].replace(
        "/account/reauthenticate/", "/account/second-factor/passkey/"
    )
    page = browser.get(address)
    assert "Is it you?" in page.content.decode()
    wrong = browser.post(address, {"credential": "{}"})
    assert wrong.status_code == 422
    right = browser.post(address, {"credential": telephone.get(options(wrong))})
    assert right.headers["Location"] == "/account/recovery-codes/new/"


def test_a_deactivated_person_gets_in_by_no_passkey(held: Held) -> None:
    user, _browser, telephone = held
    User.objects.filter(pk=user.pk).update(is_active=False)
    browser = Client()
    log_in_alone(browser, telephone)
    assert who(browser) == ""


def test_a_name_is_short_and_clean() -> None:
    assert passkeys.fit_name("  a\tb " + "x" * 80) == "a b " + "x" * 56
