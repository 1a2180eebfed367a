"""Accounts are looked at now and then: tokens are renewed by one worker, and what broke is shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lyhord.channels import actions, steps
from lyhord.channels.contract import Connected, ConnectFailed
from lyhord.channels.models import Account, State
from lyhord.channels.tests.fakes import Paper
from lyhord.staff.models import AuditEvent, Brand, User

HOUR = timedelta(hours=1)
VALUES = {"place": "table", "token": "right"}


@pytest.fixture
def account(paper: Paper, brand: Brand, administrator: User, now: datetime) -> Account:
    return actions.connect("paper", brand, [], "Kundtjänst", VALUES, administrator, now)


def test_an_account_is_looked_at_each_six_hours(account: Account, paper: Paper, now: datetime) -> None:
    paper.found = replace(paper.found, admins=1)
    asked = len(paper.seen)
    assert steps.due_checks(now + HOUR * 5) == []
    assert steps.due_checks(now + HOUR * 6) == [(account.pk, account.pk)]
    assert steps.check(account.pk, now + HOUR * 6)
    assert not steps.check(account.pk, now + HOUR * 6)
    account.refresh_from_db()
    assert (account.admins, account.checked_at) == (1, now + HOUR * 6)
    assert len(paper.seen) == asked + 1


def test_a_token_that_ends_soon_is_renewed_each_hour(account: Account, paper: Paper, now: datetime) -> None:
    Account.objects.update(expires_at=now + HOUR * 20)
    paper.found = replace(
        paper.found, secrets={"token": "right", "refresh": "r2"}, expires_at=now + HOUR * 2000
    )
    assert steps.check(account.pk, now + HOUR)
    account.refresh_from_db()
    assert account.expires_at == now + HOUR * 2000
    assert actions.side_of(account).secrets["refresh"] == "r2"
    assert steps.due_checks(now + HOUR * 2) == []


@pytest.mark.parametrize("state", [State.PAUSED, State.RETIRED])
def test_what_a_person_stopped_is_not_looked_at(account: Account, now: datetime, state: State) -> None:
    Account.objects.update(state=state)
    assert steps.due_checks(now + HOUR * 100) == []
    assert not steps.check(account.pk, now + HOUR * 100)


def failing(why: str) -> Callable[..., Connected]:
    def fail(*args: Any) -> Connected:
        raise ConnectFailed(why)

    return fail


def test_what_broke_is_shown_and_mends_itself(
    account: Account, paper: Paper, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(paper, "connect", failing("The token was revoked."))
        assert not steps.check(account.pk, now + HOUR * 6)
    account.refresh_from_db()
    assert (account.state, account.state_why) == (State.BROKEN, "The token was revoked.")
    assert steps.check(account.pk, now + HOUR * 12)
    account.refresh_from_db()
    assert (account.state, account.state_why) == (State.ACTIVE, "")
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["account.connected", "account.broken", "account.mended"]


def test_credentials_given_while_we_asked_with_the_old_ones_stay(
    account: Account, paper: Paper, administrator: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = paper.connect

    def meanwhile(*args: Any) -> Connected:
        monkeypatch.setattr(paper, "connect", connect)
        actions.renew(account, {"place": "shelf"}, administrator, now)
        return connect(*args)

    monkeypatch.setattr(paper, "connect", meanwhile)
    steps.check(account.pk, now + HOUR * 6)
    account.refresh_from_db()
    assert account.settings["place"] == "shelf"
