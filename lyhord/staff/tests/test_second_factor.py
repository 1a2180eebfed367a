"""The second factor: set up, asked for, lost; never skipped, never in plain."""

import re
from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from lyhord.conftest import PASSWORD, ClientOf, MakeUser
from lyhord.staff import actions, limits
from lyhord.staff.models import AuditEvent, User
from lyhord.staff.tests.doing import GOOD, code_for, log_in


@pytest.fixture
def guarded(make_user: MakeUser) -> tuple[User, Client, str]:
    """A person who has just set up her second factor; the browser where she did, and the secret."""
    user, browser = make_user(is_demo=False), Client()
    log_in(browser, user.email)
    page = browser.get("/account/second-factor/begin/")
    found = re.search(r"<code>(\w+)</code>", page.content.decode())
    assert found is not None
    secret = found.group(1)
    answer = browser.post("/account/second-factor/begin/", {"code": code_for(secret)})
    assert answer.headers["Location"] == "/account/recovery-codes/"
    return user, browser, secret


def test_without_a_second_factor_no_page_opens_but_its_set_up(
    make_user: MakeUser, client_of: ClientOf
) -> None:
    browser = client_of(make_user(is_demo=False))
    assert browser.get("/inbox/").headers["Location"] == "/account/second-factor/begin/"
    assert browser.get("/profile/").headers["Location"] == "/account/second-factor/begin/"


def test_the_database_holds_no_secret_in_plain(
    guarded: tuple[User, Client, str], administrator: User, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    user, browser, secret = guarded
    codes = re.search(
        r'<pre class="codes">(.*?)</pre>', browser.get("/account/recovery-codes/").content.decode(), re.S
    )
    assert codes is not None
    _key, plain = actions.make_api_key(by=administrator, name="x", scopes=["read"], expires_at=None, now=now)
    reset = actions.reset_link(user, by=administrator, now=now)
    _new, invitation = actions.invite("new@example.com", "New", [], by=administrator, now=now)
    links = [link.rstrip("/").rpartition("/")[2] for link in (reset, invitation)]
    secrets = [secret, PASSWORD, plain, *links, *codes.group(1).split()]
    assert len(secrets) == 15
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = str(cursor.fetchall())
            assert [one for one in secrets if one in rows] == [], table
    assert [one for one in secrets if one in caplog.text] == []
    assert Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]


def test_recovery_codes_are_shown_once_and_can_be_downloaded(guarded: tuple[User, Client, str]) -> None:
    _user, browser, _secret = guarded
    first = browser.get("/account/recovery-codes/").content.decode()
    codes = re.search(r'<pre class="codes">(.*?)</pre>', first, re.S)
    assert codes is not None
    assert len(codes.group(1).split()) == 10
    assert 'download="lyhord-recovery-codes.txt"' in first
    again = browser.get("/account/recovery-codes/").content.decode()
    assert codes.group(1).split()[0] not in again
    assert browser.get("/account/recovery-codes/file/").status_code == 403


def test_a_password_alone_does_not_open_the_door(guarded: tuple[User, Client, str]) -> None:
    user, _browser, _secret = guarded
    browser = Client()
    assert log_in(browser, user.email).headers["Location"] == "/account/second-factor/code/"
    assert browser.get("/inbox/").json() == {"user": ""}
    assert browser.post("/account/second-factor/code/", {"code": "000000"}).status_code == 200
    assert AuditEvent.objects.filter(verb="log_in.wrong_code").count() == 1
    assert browser.get("/inbox/").json() == {"user": ""}


def test_a_recovery_code_lets_in_once(guarded: tuple[User, Client, str]) -> None:
    user, _browser, _secret = guarded
    code = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()[0]
    outcomes = []
    for _ in range(2):
        browser = Client()
        log_in(browser, user.email)
        browser.post("/account/second-factor/code/", {"code": code})
        outcomes.append(browser.get("/inbox/").json()["user"])
    assert outcomes == [user.email, ""]


def test_guessing_codes_is_stopped_by_account(guarded: tuple[User, Client, str]) -> None:
    user, _browser, _secret = guarded
    statuses = []
    for _ in range(limits.CODE_ACCOUNT.size + 1):
        browser = Client()
        log_in(browser, user.email)
        statuses.append(browser.post("/account/second-factor/code/", {"code": "000000"}).status_code)
    assert statuses[-1] == 429
    assert statuses[0] == 200


def test_a_new_second_factor_ends_the_other_sessions(make_user: MakeUser) -> None:
    user, here, there = make_user(), Client(), Client()
    for browser in (here, there):
        log_in(browser, user.email)
    page = here.get("/account/second-factor/begin/").content.decode()
    found = re.search(r"<code>(\w+)</code>", page)
    assert found is not None
    here.post("/account/second-factor/begin/", {"code": code_for(found.group(1))})
    assert here.get("/inbox/").json() == {"user": user.email}
    assert there.get("/inbox/").json() == {"user": ""}


def test_a_new_password_by_link_does_not_skip_the_second_factor(
    guarded: tuple[User, Client, str], administrator: User, now: datetime
) -> None:
    user, _browser, _secret = guarded
    link = actions.reset_link(user, by=administrator, now=datetime.now(now.tzinfo))
    browser = Client()
    path = link.removeprefix("http://localhost:8000")
    assert browser.get(path).status_code == 200
    assert browser.post(path, {"password": GOOD}).headers["Location"] == "/login/"
    assert browser.get("/inbox/").json() == {"user": ""}
    assert log_in(browser, user.email, GOOD).headers["Location"] == "/account/second-factor/code/"
    assert browser.get(path).status_code == 404, "the link was used"


def test_an_administrator_resets_a_lost_second_factor(
    guarded: tuple[User, Client, str], administrator: User, client_of: ClientOf
) -> None:
    user, browser, _secret = guarded
    client_of(administrator).post(f"/settings/people/{user.pk}/second-factor/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert browser.get("/inbox/").json() == {"user": ""}
