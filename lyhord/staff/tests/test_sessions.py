"""Where people are logged in: shown in words, ended one by one and all at once, and by age; and whom the MFA rule meets."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff import actions, devices, mandates, rules
from lyhord.staff.models import AuditEvent, LogIn, User
from lyhord.staff.tests.doing import log_in
from lyhord.web.models import Change

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
TELEPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"


def who(browser: Client) -> str:
    return str(browser.get("/inbox/").json()["user"])


def here(user: User, agent: str = FIREFOX, address: str = "192.0.2.77") -> Client:
    browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    log_in(browser, user.email)
    return browser


def aged(browser: Client, **seconds: float) -> None:
    """The session's marks, so many seconds back."""
    session = browser.session
    for name, ago in seconds.items():
        session[f"staff.{name}"] = time.time() - ago
    session.save()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (TELEPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "Chrome on macOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        ("curl/8.9", "curl/8.9"),
        ("", "Unknown browser"),
        ("x" * 200, "x" * 60),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_words(agent: str, name: str) -> None:
    assert devices.name_of(agent) == name


def test_the_profile_lists_browsers_by_name_and_coarse_network(make_user: MakeUser) -> None:
    user = make_user()
    browser = here(user)
    here(user, TELEPHONE, "2001:db8:7:1::9")
    page = browser.get("/profile/").content.decode()
    assert all(
        word in page
        for word in ("Firefox on Windows", "Safari on iPhone", "192.0.2.0/24", "2001:db8:7::/48", "this one")
    )
    assert "192.0.2.77" not in page + str(list(LogIn.objects.values()))


def test_all_others_are_logged_out_and_this_one_goes_on_and_stays_in_the_list(make_user: MakeUser) -> None:
    user = make_user()
    browser, others = here(user), [here(user, TELEPHONE) for _ in range(2)]
    stranger = here(make_user())
    browser.post("/profile/sessions/others/")
    assert [who(browser), *(who(one) for one in others)] == [user.email, "", ""]
    assert who(stranger) != ""
    assert LogIn.objects.filter(user=user).count() == 1
    page = browser.get("/profile/").content.decode()
    assert "this one" in page
    assert "Log out all others" not in page
    assert Change.objects.filter(topic="rights", object_id=user.pk).exists(), "streams end too"


def test_a_changed_second_factor_keeps_this_browser_in_the_list(make_user: MakeUser) -> None:
    """Ending the others gives this session a new key; the list must follow."""
    user = make_user()
    browser = here(user)
    before = LogIn.objects.get(user=user).session
    browser.post("/profile/sessions/others/")
    row = LogIn.objects.get(user=user)
    assert row.session == browser.session.session_key != before


def test_an_administrator_ends_a_persons_sessions(
    make_user: MakeUser, administrator: User, client_of: ClientOf
) -> None:
    user = make_user()
    browser, chief = here(user), client_of(administrator)
    assert b"Firefox on Windows" in chief.get(f"/settings/people/{user.pk}/").content
    chief.post(f"/settings/people/{user.pk}/end-sessions/")
    assert who(browser) == ""
    assert who(chief) == administrator.email
    assert not LogIn.objects.filter(user=user).exists()
    event = AuditEvent.objects.get(verb="person.sessions_ended")
    assert (event.actor, event.object_id) == (administrator, user.pk)
    assert Change.objects.filter(topic="rights", object_id=user.pk).exists()


@pytest.mark.parametrize("role", ["agent", "lead", "moderator"])
def test_who_may_not_manage_people_ends_nobodys_sessions(
    role: str, make_user: MakeUser, now: datetime
) -> None:
    user = make_user()
    browser = here(user)
    with pytest.raises(mandates.NotYours):
        actions.end_sessions_of(user, by=make_user(role=role), now=now)
    assert who(browser) == user.email


# Age ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "idle", "marks", "lives"),
    [
        (10, 2, {"began": 9.9 * 3600, "seen": 60}, True),
        (10, 2, {"began": 10.1 * 3600, "seen": 60}, False),
        (10, 2, {"began": 5 * 3600, "seen": 1.9 * 3600}, True),
        (10, 2, {"began": 5 * 3600, "seen": 2.1 * 3600}, False),
        (0, 0, {"began": 9000 * 3600, "seen": 9000 * 3600}, True),
    ],
)
def test_a_session_ends_by_age_and_by_idleness(
    hours: float, idle: float, marks: dict[str, float], lives: bool, make_user: MakeUser, settings: Settings
) -> None:
    settings.LYHORD_SESSION_HOURS, settings.LYHORD_SESSION_IDLE_HOURS = hours, idle
    user = make_user()
    browser = here(user)
    aged(browser, **marks)
    assert who(browser) == (user.email if lives else "")


def test_a_click_renews_an_idle_session_and_an_open_page_alone_does_not(make_user: MakeUser) -> None:
    user = make_user()
    browser = here(user)
    LogIn.objects.update(seen_at=None)
    aged(browser, seen=3600)
    browser.get("/live/token/")
    assert LogIn.objects.get(user=user).seen_at is None
    browser.get("/profile/")
    row = LogIn.objects.get(user=user)
    assert row.seen_at is not None
    assert time.time() - browser.session["staff.seen"] < 60
    # Not at each request: that would be a write for each.
    LogIn.objects.update(seen_at=None)
    browser.get("/profile/")
    assert LogIn.objects.get(user=user).seen_at is None


# The rule of the second factor ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "person", "is_asked"),
    [
        ("required", {}, True),
        ("required", {"is_administrator": True}, True),
        ("required", {"is_demo": True}, False),
        ("admins", {}, False),
        ("admins", {"is_administrator": True}, True),
        ("admins", {"is_administrator": True, "is_demo": True}, False),
        ("optional", {"is_administrator": True}, False),
    ],
)
def test_of_whom_a_second_factor_is_asked(
    rule: str, person: dict[str, Any], is_asked: bool, make_user: MakeUser, settings: Settings
) -> None:
    settings.LYHORD_MFA = rule
    told = {"is_administrator": False, "is_demo": False} | person
    assert rules.needs_factor(rule, **told) is is_asked
    answer = here(make_user(**told)).get("/profile/")
    assert answer.status_code == (302 if is_asked else 200)


def test_days_of_grace_are_told_once_and_then_end(make_user: MakeUser, settings: Settings) -> None:
    settings.LYHORD_MFA_GRACE_DAYS = 7
    user = make_user(is_demo=False)
    browser = here(user)
    first, second = (browser.get("/profile/").content.decode() for _ in range(2))
    assert "Set up a second factor in your profile before" in first
    assert "Set up a second factor in your profile before" not in second
    user.refresh_from_db()
    assert user.factor_due_at is not None
    assert timedelta(days=6.9) < user.factor_due_at - timezone.now() <= timedelta(days=7)
    due = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=user.pk).update(factor_due_at=due)
    assert browser.get("/profile/").headers["Location"] == "/account/second-factor/begin/"
    assert here(user).get("/profile/").headers["Location"] == "/account/second-factor/begin/", (
        "a new log-in is no new grace"
    )


def test_a_reset_second_factor_gives_no_new_days_of_grace(
    make_user: MakeUser, administrator: User, settings: Settings, now: datetime
) -> None:
    settings.LYHORD_MFA_GRACE_DAYS = 7
    user = make_user(is_demo=False)
    actions.reset_second_factor(user, by=administrator, now=timezone.now())
    assert here(user).get("/profile/").headers["Location"] == "/account/second-factor/begin/"
