"""Accounts are tried before they are kept, their secrets lie sealed, and each change is somebody's."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lyhord.channels import actions
from lyhord.channels.contract import Connected, ConnectFailed, Field
from lyhord.channels.models import Account, App, State
from lyhord.channels.tests.fakes import Paper
from lyhord.conftest import MakeUser
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User
from lyhord.web.models import Change

VALUES = {"place": "table", "token": "right", "colour": "red"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def account(paper: Paper, brand: Brand, administrator: User, now: datetime) -> Account:
    return actions.connect("paper", brand, [], "Kundtjänst", VALUES, administrator, now)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_what_connecting_told_is_kept_and_the_secret_lies_sealed(
    account: Account, administrator: User
) -> None:
    account = Account.objects.get()
    assert (account.native, account.handle, account.admins, account.is_verified) == (
        "page1",
        "@page",
        2,
        True,
    )
    assert account.settings == {"place": "table", "colour": "red"}
    assert account.owner == administrator
    assert "right" not in account.sealed
    assert actions.side_of(account).secrets == {"token": "right"}
    assert verbs() == ["account.connected"]
    assert Change.objects.get(topic="account").audience == f"a{account.pk}"


def test_a_secret_moved_to_another_row_does_not_open(account: Account, now: datetime) -> None:
    other = Account.objects.create(
        app=account.app, brand=account.brand, connector="paper", name="x", sealed=account.sealed, made_at=now
    )
    with pytest.raises(Exception, match=r".") as problem:
        actions.side_of(other)
    assert "right" not in str(problem.value)


LONG = "a" * 501


@pytest.mark.parametrize(
    "found", [Connected(LONG), Connected("page1", handle=LONG), Connected("page1", link=LONG)]
)
def test_what_is_too_long_to_be_kept_is_refused_and_not_cut(
    paper: Paper, brand: Brand, administrator: User, now: datetime, found: Connected
) -> None:
    paper.found = found
    with pytest.raises(ConnectFailed, match="501 characters"):
        actions.connect("paper", brand, [], "Kundtjänst", VALUES, administrator, now)
    assert not Account.objects.exists()


def test_the_side_carries_the_app_and_where_the_hook_is(account: Account) -> None:
    side = actions.side_of(account)
    assert side.app["hook_url"] == actions.hook_url(account.app)
    assert side.app["hook_url"].endswith(f"/hooks/paper/{account.app.endpoint}/")
    assert side.app["hook_secret"] == actions.secrets_of(account.app)["hook_secret"]
    assert len(account.app.endpoint) == 32


def test_what_does_not_work_is_not_kept(
    paper: Paper, brand: Brand, administrator: User, now: datetime
) -> None:
    with pytest.raises(ConnectFailed, match="does not know this token"):
        actions.connect("paper", brand, [], "Kundtjänst", {**VALUES, "token": "wrong"}, administrator, now)
    assert not Account.objects.exists()
    assert not App.objects.exists()
    assert verbs() == []


def test_the_same_page_is_connected_once(
    account: Account, brand: Brand, administrator: User, now: datetime
) -> None:
    with pytest.raises(actions.AlreadyConnected, match="Kundtjänst"):
        actions.connect("paper", brand, [], "Again", VALUES, administrator, now)
    assert Account.objects.count() == 1
    assert App.objects.count() == 1


def test_a_retired_page_may_be_connected_anew(
    account: Account, brand: Brand, administrator: User, now: datetime
) -> None:
    actions.retire(account, administrator, now, name="Kundtjänst")
    again = actions.connect("paper", brand, [], "Again", VALUES, administrator, now)
    assert again.native == "page1"
    assert again.pk != account.pk


def test_two_pages_of_one_app_share_it(
    paper: Paper, brand: Brand, administrator: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Paper, "app_fields", (Field("client", "Client"), Field("key", "Key", is_secret=True)))
    given = {**VALUES, "client": "c1", "key": "k1"}
    first = actions.connect("paper", brand, [], "One", given, administrator, now)
    paper.found = replace(paper.found, native="page2")
    second = actions.connect("paper", brand, [], "Two", given, administrator, now)
    paper.found = replace(paper.found, native="page3")
    third = actions.connect("paper", brand, [], "Three", {**given, "key": "k2"}, administrator, now)
    assert first.app == second.app != third.app
    assert actions.secrets_of(first.app)["key"] == "k1"
    assert "k1" not in first.app.sealed


@pytest.mark.parametrize("role", ["agent", "lead"])
def test_only_who_manages_accounts_connects_them(
    paper: Paper, brand: Brand, make_user: MakeUser, now: datetime, role: str
) -> None:
    with pytest.raises(NotYours):
        actions.connect("paper", brand, [], "Kundtjänst", VALUES, make_user(role), now)
    assert paper.seen == []
    assert not Account.objects.exists()


def test_a_test_that_fails_shows_on_the_account_and_one_that_works_mends_it(
    account: Account, paper: Paper, administrator: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> Connected:
        raise ConnectFailed("The token was revoked.")

    with monkeypatch.context() as patch:
        patch.setattr(paper, "connect", fail)
        with pytest.raises(ConnectFailed):
            actions.test(account, administrator, now + MINUTE)
    account.refresh_from_db()
    assert (account.state, account.state_why) == (State.BROKEN, "The token was revoked.")
    assert account.checked_at == now + MINUTE
    actions.test(account, administrator, now + MINUTE * 2)
    account.refresh_from_db()
    assert (account.state, account.failures, account.last_success_at) == (State.ACTIVE, 0, now + MINUTE * 2)


def test_a_network_that_is_down_for_a_moment_does_not_break_the_account(
    account: Account, paper: Paper, administrator: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> Connected:
        raise ConnectFailed("No answer.", is_permanent=False)

    monkeypatch.setattr(paper, "connect", fail)
    with pytest.raises(ConnectFailed):
        actions.test(account, administrator, now)
    account.refresh_from_db()
    assert (account.state, account.failures, account.last_problem) == (State.ACTIVE, 1, "No answer.")


def test_renewing_keeps_the_secret_that_was_left_empty(
    account: Account, administrator: User, now: datetime
) -> None:
    actions.renew(account, {"place": "shelf", "token": ""}, administrator, now)
    side = actions.side_of(Account.objects.get())
    assert side.secrets == {"token": "right"}
    assert side.settings["place"] == "shelf"


def test_new_credentials_that_do_not_work_leave_the_old_ones(
    account: Account, administrator: User, now: datetime
) -> None:
    with pytest.raises(ConnectFailed):
        actions.renew(account, {"place": "shelf", "token": "wrong"}, administrator, now)
    account.refresh_from_db()
    assert actions.side_of(account).secrets == {"token": "right"}
    assert account.settings["place"] == "table"
    assert account.state == State.ACTIVE


def test_credentials_of_another_page_are_not_taken(
    account: Account, paper: Paper, administrator: User, now: datetime
) -> None:
    paper.found = replace(paper.found, native="page2", handle="@other")
    with pytest.raises(ConnectFailed, match="@other"):
        actions.renew(account, {"token": "right"}, administrator, now)
    account.refresh_from_db()
    assert account.native == "page1"


def test_pausing_twice_is_pausing_once(account: Account, make_user: MakeUser, now: datetime) -> None:
    lead = make_user("lead")
    actions.pause(account, lead, now)
    actions.pause(account, lead, now)
    assert verbs() == ["account.connected", "account.paused"]
    actions.resume(account, lead, now)
    assert account.state == State.ACTIVE


def test_a_retired_account_stays_retired(account: Account, administrator: User, now: datetime) -> None:
    with pytest.raises(actions.WrongName):
        actions.retire(account, administrator, now, name="kundtjanst")
    actions.retire(account, administrator, now, name="Kundtjänst", why="The network closed.")
    for again in (actions.pause, actions.resume):
        with pytest.raises(actions.Retired):
            again(account, administrator, now)
    with pytest.raises(actions.Retired):
        actions.renew(account, {}, administrator, now)
    account.refresh_from_db()
    assert (account.state, account.state_why) == (State.RETIRED, "The network closed.")


def test_problems_count_up_and_a_success_ends_them(account: Account, now: datetime) -> None:
    actions.note_problem(account, "Down.", now)
    actions.note_problem(account, "Down.", now)
    assert (account.failures, account.state) == (2, State.ACTIVE)
    told = Change.objects.filter(topic="account").count()
    actions.note_success(account, now + MINUTE)
    actions.note_success(account, now + MINUTE * 2)
    account.refresh_from_db()
    assert (account.failures, account.last_success_at) == (0, now + MINUTE * 2)
    assert Change.objects.filter(topic="account").count() == told + 1


def test_a_revoked_token_breaks_it_once_and_leaves_a_paused_one_alone(
    account: Account, make_user: MakeUser, now: datetime
) -> None:
    actions.note_problem(account, "Revoked.", now, state="token_revoked")
    actions.note_problem(account, "Revoked.", now, state="token_revoked")
    assert account.state == State.BROKEN
    assert verbs().count("account.broken") == 1
    actions.pause(account, make_user("lead"), now)
    actions.note_problem(account, "Revoked.", now, state="token_revoked")
    assert account.state == State.PAUSED


def test_what_colleagues_know_of_it_is_changed_and_noted(
    account: Account, team: Team, administrator: User, make_user: MakeUser, now: datetime
) -> None:
    owner = make_user("lead")
    actions.rename(account, "Kundservice", administrator, now)
    actions.rename(account, "Kundservice", administrator, now)
    actions.set_purpose(account, "brand", administrator, now)
    actions.set_owner(account, owner, administrator, now)
    actions.set_teams(account, [team], administrator, now)
    account.refresh_from_db()
    assert (account.name, account.purpose, account.owner) == ("Kundservice", "brand", owner)
    assert list(account.team_ids) == [team.pk]
    assert verbs()[1:] == ["account.changed"] * 3 + ["account.teams"]


def test_nobody_and_no_team_of_another_brand_gets_it(
    account: Account, administrator: User, make_user: MakeUser, now: datetime
) -> None:
    elsewhere = Team.objects.create(brand=Brand.objects.create(name="Södertåg"), name="Support")
    with pytest.raises(actions.ElsewhereBelonging):
        actions.set_teams(account, [elsewhere], administrator, now)
    with pytest.raises(actions.ElsewhereBelonging):
        actions.set_owner(account, make_user("lead", team=elsewhere), administrator, now)
    with pytest.raises(actions.ElsewhereBelonging):
        actions.connect("paper", account.brand, [elsewhere], "New", VALUES, administrator, now)
    account.refresh_from_db()
    assert list(account.team_ids) == []
    assert account.owner == administrator
