"""Who works here: made, invited, moved, let go."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from lyhord.conftest import PASSWORD, ClientOf, MakeUser
from lyhord.lib import crypto
from lyhord.staff import actions, mandates, queries
from lyhord.staff.actions import links, people, shared
from lyhord.staff.models import AccessLink, AuditEvent, Brand, Team, User
from lyhord.web.models import Change

GOOD = "a sentence about trains"
FIRST: dict[str, Any] = {
    "email": "Astrid@Example.com",
    "name": "Astrid Chef",
    "password": GOOD,
    "organisation": "Norrtåg",
    "language": "sv",
}


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def told(user: User) -> bool:
    """Whether the person's open pages hear that her rights changed."""
    return Change.objects.filter(topic="rights", object_id=user.pk, audience=f"u{user.pk}").exists()


@pytest.mark.django_db
def test_the_first_administrator_comes_with_a_brand_and_a_team(now: datetime) -> None:
    user = actions.make_first_administrator(**FIRST, now=now)
    assert (user.email, user.is_administrator, user.language) == ("astrid@example.com", True, "sv")
    assert user.check_password(GOOD)
    assert [team.brand.name for team in Team.objects.all()] == ["Norrtåg"]
    assert verbs() == ["installation.set_up"]


def test_nobody_becomes_first_administrator_where_somebody_is(administrator: User, now: datetime) -> None:
    with pytest.raises(people.AlreadySetUp):
        actions.make_first_administrator(**FIRST, now=now)
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password1234", "astrid@example.com"])
def test_a_password_that_others_guess_is_refused_with_the_reason(password: str, now: datetime) -> None:
    with pytest.raises(shared.WeakPassword) as problem:
        actions.make_first_administrator(**FIRST | {"password": password}, now=now)
    assert str(problem.value)
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_first_administrators_at_once_there_is_one(now: datetime) -> None:
    outcomes = []

    def make(number: int) -> None:
        try:
            actions.make_first_administrator(**FIRST | {"email": f"first{number}@example.com"}, now=now)
            outcomes.append("made")
        except people.AlreadySetUp:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused", "refused", "refused"]
    assert User.objects.count() == Brand.objects.count() == 1


# Links ----------------------------------------------------------------------------------------------------------


def token_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def test_an_invited_person_chooses_name_and_password_once(
    administrator: User, team: Team, now: datetime
) -> None:
    user, link = actions.invite("New@Example.com", "New", [(team, "agent")], by=administrator, now=now)
    token = token_of(link)
    assert not user.has_usable_password()
    assert AccessLink.objects.get().digest == crypto.digest(token) != token
    came, kind = actions.accept(token, name="Nils Ny", password=GOOD, now=now)
    assert (came.pk, came.name, kind) == (user.pk, "Nils Ny", AccessLink.INVITATION)
    assert came.check_password(GOOD)
    with pytest.raises(links.LinkEnded):
        actions.accept(token, name="Somebody", password="another sentence here", now=now)
    came.refresh_from_db()
    assert came.check_password(GOOD)


@pytest.mark.parametrize(
    ("kind", "lives"), [("invitation", timedelta(days=7)), ("reset", timedelta(hours=2))]
)
def test_a_link_ends(kind: str, lives: timedelta, administrator: User, team: Team, now: datetime) -> None:
    user, link = actions.invite("new@example.com", "New", [(team, "agent")], by=administrator, now=now)
    if kind == "reset":
        link = actions.reset_link(user, by=administrator, now=now)
    assert links.opened(token_of(link), now + lives - timedelta(seconds=1)).user == user
    with pytest.raises(links.LinkEnded):
        actions.accept(token_of(link), name="New", password=GOOD, now=now + lives)
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_a_token_has_256_bits_and_is_nowhere_in_the_database(
    administrator: User, team: Team, now: datetime
) -> None:
    _user, link = actions.invite("new@example.com", "New", [(team, "agent")], by=administrator, now=now)
    token = token_of(link)
    assert len(token) >= 43  # 32 bytes in base 64
    for row in AccessLink.objects.values():
        assert token not in str(row)
    for event in AuditEvent.objects.select_related("detail"):
        assert token not in str(event.detail.plain if hasattr(event, "detail") else "")


def test_a_new_link_kills_the_one_before(make_user: MakeUser, administrator: User, now: datetime) -> None:
    user = make_user()
    first, second = (actions.reset_link(user, by=administrator, now=now) for _ in range(2))
    with pytest.raises(links.LinkEnded):
        links.opened(token_of(first), now)
    assert links.opened(token_of(second), now).user == user


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_gets_in(
    make_user: MakeUser, administrator: User, now: datetime
) -> None:
    user = make_user()
    token = token_of(actions.reset_link(user, by=administrator, now=now))
    came = []

    def use(number: int) -> None:
        try:
            actions.accept(token, name="", password=f"sentence of number {number}", now=now)
            came.append(number)
        except links.LinkEnded:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came) == 1
    user.refresh_from_db()
    assert user.check_password(f"sentence of number {came[0]}")


def test_a_weak_password_leaves_the_link_usable(
    make_user: MakeUser, administrator: User, now: datetime
) -> None:
    token = token_of(actions.reset_link(make_user(), by=administrator, now=now))
    with pytest.raises(shared.WeakPassword):
        actions.accept(token, name="", password="short", now=now)
    actions.accept(token, name="", password=GOOD, now=now)


def test_an_address_that_is_here_cannot_be_invited_again(
    administrator: User, team: Team, now: datetime
) -> None:
    with pytest.raises(actions.AlreadyHere):
        actions.invite(" CHIEF@example.com", "Twin", [(team, "agent")], by=administrator, now=now)
    with pytest.raises(links.BadAddress):
        actions.invite("no address", "New", [(team, "agent")], by=administrator, now=now)
    assert User.objects.count() == 1


# Who may manage whom --------------------------------------------------------------------------------------------


@pytest.fixture
def other_team() -> Team:
    return Team.objects.create(brand=Brand.objects.create(name="Sydtåg"), name="Resenärer")


@pytest.mark.parametrize(
    "role", ["agent", "senior", "lead", "moderator", "expert", "communications", "listener"]
)
def test_only_administrators_manage_people(role: str, make_user: MakeUser, team: Team, now: datetime) -> None:
    by, user = make_user(role=role), make_user()
    for attempt in (
        lambda: actions.invite("new@example.com", "New", [(team, "agent")], by=by, now=now),
        lambda: actions.reset_link(user, by=by, now=now),
        lambda: actions.deactivate(user, by=by, now=now),
        lambda: actions.set_memberships(user, [(team, "lead")], by=by, now=now),
        lambda: actions.set_administrator(by, True, by=by, now=now),
        lambda: actions.reset_second_factor(user, by=by, now=now),
        lambda: actions.make_team(team.brand, "New", by=by, now=now),
        lambda: actions.make_brand("New", by=by, now=now),
        lambda: actions.set_mandate("agent", "hide", is_allowed=True, team=None, by=by, now=now),
    ):
        with pytest.raises(mandates.NotYours):
            attempt()
    assert verbs() == []


def test_a_team_administrator_rules_in_her_brand_and_not_beyond(
    make_user: MakeUser, team: Team, other_team: Team, administrator: User, now: datetime
) -> None:
    by = make_user(role="administrator")
    user, _link = actions.invite("new@example.com", "New", [(team, "agent")], by=by, now=now)
    for attempt in (
        lambda: actions.invite("b@example.com", "B", [(other_team, "agent")], by=by, now=now),
        lambda: actions.invite("c@example.com", "C", [], by=by, now=now),
        lambda: actions.set_memberships(user, [(other_team, "agent")], by=by, now=now),
        lambda: actions.set_administrator(user, True, by=by, now=now),
        lambda: actions.deactivate(administrator, by=by, now=now),
        lambda: actions.reset_link(administrator, by=by, now=now),
        lambda: actions.reset_link(make_user(team=other_team), by=by, now=now),
    ):
        with pytest.raises(mandates.NotYours):
            attempt()
    assert User.objects.filter(email__in=["b@example.com", "c@example.com"]).count() == 0


def test_memberships_elsewhere_stay_when_a_team_administrator_saves(
    make_user: MakeUser, team: Team, other_team: Team, administrator: User, now: datetime
) -> None:
    user = make_user()
    actions.set_memberships(user, [(team, "agent"), (other_team, "lead")], by=administrator, now=now)
    actions.set_memberships(user, [(team, "senior")], by=make_user(role="administrator"), now=now)
    assert set(user.memberships.values_list("team", "role")) == {(team.pk, "senior"), (other_team.pk, "lead")}
    assert told(user)


# Letting go -----------------------------------------------------------------------------------------------------


def test_who_is_let_go_is_out_at_the_next_request(
    make_user: MakeUser, administrator: User, client_of: ClientOf, now: datetime
) -> None:
    user = make_user(role="lead", is_on_duty=True)
    browser = client_of(user)
    assert browser.get("/profile/").status_code == 200
    key, _plain = actions.make_api_key(by=user, name="x", scopes=["read"], expires_at=None, now=now)
    link = actions.reset_link(user, by=administrator, now=now)
    actions.deactivate(user, by=administrator, now=now)
    assert browser.get("/profile/").headers["Location"].startswith("/login/")
    key.refresh_from_db()
    assert key.revoked_at == now
    assert not user.is_on_duty
    assert told(user)
    with pytest.raises(links.LinkEnded):
        links.opened(token_of(link), now)
    answer = Client().post("/login/", {"login": user.email, "password": PASSWORD})
    assert "sessionid" not in answer.cookies
    assert not Client().login(email=user.email, password=PASSWORD)


def test_who_comes_back_logs_in_anew_and_her_keys_stay_dead(
    make_user: MakeUser, administrator: User, client_of: ClientOf, now: datetime
) -> None:
    user = make_user(role="lead")
    browser = client_of(user)
    key, _plain = actions.make_api_key(by=user, name="x", scopes=["read"], expires_at=None, now=now)
    actions.deactivate(user, by=administrator, now=now)
    actions.reactivate(user, by=administrator, now=now)
    assert browser.get("/profile/").status_code == 302, "an old session does not live again"
    assert client_of(User.objects.get(pk=user.pk)).get("/profile/").status_code == 200
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_the_last_administrator_stays(administrator: User, make_user: MakeUser, now: datetime) -> None:
    make_user(role="", is_administrator=True, is_active=False)
    with pytest.raises(people.LastAdministrator):
        actions.deactivate(administrator, by=administrator, now=now)
    with pytest.raises(people.LastAdministrator):
        actions.set_administrator(administrator, False, by=administrator, now=now)
    administrator.refresh_from_db()
    assert administrator.is_active
    assert administrator.is_administrator


def test_a_changed_password_ends_every_session(
    make_user: MakeUser, administrator: User, client_of: ClientOf, now: datetime
) -> None:
    user = make_user()
    browser = client_of(user)
    link = actions.reset_link(user, by=administrator, now=now)
    assert browser.get("/profile/").status_code == 200
    actions.accept(token_of(link), name="", password=GOOD, now=now)
    assert browser.get("/profile/").status_code == 302


def test_logging_out_everywhere_ends_the_others_and_this(
    make_user: MakeUser, client_of: ClientOf, now: datetime
) -> None:
    user = make_user()
    here, there = client_of(user), client_of(user)
    stranger = client_of(make_user())
    assert here.post("/profile/sessions/end/").headers["Location"] == "/login/"
    assert [browser.get("/profile/").status_code for browser in (here, there, stranger)] == [302, 302, 200]
    assert told(user)


def test_a_changed_role_counts_at_the_next_request(
    make_user: MakeUser, administrator: User, client_of: ClientOf, team: Team, now: datetime
) -> None:
    user = make_user(role="lead")
    browser = client_of(user)
    assert browser.get("/settings/audit/").status_code == 200
    actions.set_memberships(user, [(team, "agent")], by=administrator, now=now)
    assert browser.get("/settings/audit/").status_code == 403


def test_one_session_of_several_is_ended(make_user: MakeUser, now: datetime) -> None:
    user = make_user()
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.post("/login/", {"login": user.email, "password": PASSWORD})
    rows = queries.log_ins(user, now)
    other = next(row for row in rows if row.session == browsers[1].session.session_key)
    assert browsers[0].post(f"/profile/sessions/{other.pk}/end/").status_code == 302
    assert not Session.objects.filter(session_key=other.session).exists()
    assert [browser.get("/profile/").status_code for browser in browsers] == [200, 302]
