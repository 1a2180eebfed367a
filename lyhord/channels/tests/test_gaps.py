"""R11, R25, IN-16: an account that brings nothing is noticed, told of once, and shown until it brings something again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from lyhord.channels import actions, queries, rhythm, rules, steps
from lyhord.channels.models import Account, Cause, Gap, Heard, State
from lyhord.channels.tests.fakes import Paper
from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff.models import AuditEvent, Brand, Team, User

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)  # a Monday
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def account(paper: Paper, brand: Brand, administrator: User) -> Account:
    made = actions.connect(
        "paper",
        brand,
        [],
        "Kundtjänst",
        {"place": "table", "token": "right"},
        administrator,
        NOON - HOUR * 800,
    )
    Account.objects.update(last_item_at=NOON, owner=administrator, admins=2, is_verified=True)
    made.refresh_from_db()
    return made


def heard(account: Account, an_hour: int) -> None:
    hours = [rhythm.hour_of(NOON) - HOUR * back for back in range(1, 28 * 24)]
    rows = [Heard(account=account, hour=hour, posts=an_hour) for hour in hours if 6 <= hour.hour < 20]
    Heard.objects.bulk_create(rows)


def watched(*moments: datetime) -> None:
    for at in moments:
        steps.watch(at)


def test_a_silence_in_working_hours_is_noticed_within_a_quarter_and_shown(account: Account) -> None:
    heard(account, 30)
    watched(NOON + MINUTE * 5, NOON + MINUTE * 14)
    gap = Gap.objects.get()
    assert (gap.cause, gap.begun_at, gap.noticed_at) == (Cause.QUIET, NOON, NOON + MINUTE * 14)
    assert gap.usual == 7
    account.refresh_from_db()
    assert account.checked_at is None  # tested at once, which renews what the network forgot
    (warning,) = rules.warnings(queries.facts_of(account, NOON), NOON + MINUTE * 14)
    assert (warning.kind, warning.name) == ("bad", "quiet")
    assert AuditEvent.objects.filter(verb="account.gap_noticed").count() == 1


def test_a_night_is_no_silence(account: Account) -> None:
    heard(account, 30)
    Account.objects.update(last_item_at=NOON + HOUR * 8)  # 20:00, the last hour with posts is over
    watched(*(NOON + HOUR * 8 + MINUTE * step for step in range(0, 600, 10)))
    assert not Gap.objects.exists()


def test_the_next_word_ends_it_and_a_second_silence_is_a_second_gap(account: Account) -> None:
    heard(account, 30)
    watched(NOON + MINUTE * 20)
    Account.objects.update(last_item_at=NOON + MINUTE * 25)
    watched(NOON + MINUTE * 26, NOON + MINUTE * 27)
    assert Gap.objects.get().ended_at == NOON + MINUTE * 25
    watched(*(NOON + MINUTE * step for step in range(28, 61, 4)))
    assert list(Gap.objects.order_by("pk").values_list("begun_at", flat=True)) == [NOON, NOON + MINUTE * 25]


def test_the_owner_is_written_to_once(account: Account, settings: Settings, administrator: User) -> None:
    settings.LYHORD_SMTP_URL = "smtp://mail.example"
    heard(account, 30)
    watched(NOON + MINUTE * 20, NOON + MINUTE * 21)
    ((_, gap),) = steps.due_alarms(NOON + MINUTE * 21)
    assert [steps.tell(gap, NOON + MINUTE * 21), steps.tell(gap, NOON + MINUTE * 21)] == [1, 0]
    (letter,) = mail.outbox
    assert letter.to == [administrator.email]
    assert "Kundtjänst" in letter.subject and f"/settings/channels/{account.pk}/" in letter.body
    assert steps.due_alarms(NOON + MINUTE * 22) == []


@pytest.mark.parametrize("state", [State.PAUSED, State.BROKEN])
def test_what_stands_still_is_a_gap_until_it_works_again(account: Account, state: State) -> None:
    Account.objects.update(state=state, last_success_at=NOON - MINUTE)
    watched(NOON, NOON + MINUTE)
    assert Gap.objects.get().cause == Cause.STOPPED
    Account.objects.update(state=State.ACTIVE)
    watched(NOON + HOUR)
    gap = Gap.objects.get()
    assert (gap.begun_at, gap.ended_at) == (NOON - MINUTE, NOON + HOUR)


def test_our_own_absence_is_a_gap_of_every_account(account: Account) -> None:
    watched(NOON, NOON + MINUTE * 14)
    assert not Gap.objects.exists()
    watched(NOON + HOUR * 5, NOON + HOUR * 5 + MINUTE)
    gap = Gap.objects.get()
    assert (gap.cause, gap.begun_at, gap.ended_at) == (
        Cause.DOWN,
        NOON + MINUTE * 14,
        NOON + HOUR * 5 + MINUTE,
    )
    assert steps.due_alarms(NOON + HOUR * 6) == []  # who restarted it knows


def test_a_retired_account_has_no_open_gap_and_gets_no_new_one(account: Account, administrator: User) -> None:
    heard(account, 30)
    watched(NOON + MINUTE * 20)
    actions.retire(account, administrator, NOON + MINUTE * 21, name="Kundtjänst")
    watched(NOON + HOUR * 3, NOON + HOUR * 30)
    gap = Gap.objects.get()
    assert (gap.ended_at, gap.filled_at) == (NOON + MINUTE * 21, NOON + MINUTE * 21)


def test_what_was_heard_is_kept_for_four_weeks(account: Account) -> None:
    actions.note_heard({(account.pk, NOON): 3, (account.pk, NOON - HOUR): 1}, {account.pk: NOON + MINUTE})
    actions.note_heard({(account.pk, NOON): 2}, {account.pk: NOON})
    assert dict(Heard.objects.values_list("hour", "posts")) == {NOON: 5, NOON - HOUR: 1}
    account.refresh_from_db()
    assert account.last_item_at == NOON + MINUTE  # a late count does not turn it back
    assert steps.forget_heard(NOON + rhythm.KEPT + MINUTE) == 1
    assert list(Heard.objects.values_list("hour", flat=True)) == [NOON]


def test_the_top_bar_tells_those_who_look_after_accounts_and_nobody_else(
    account: Account, client_of: ClientOf, make_user: MakeUser, team: Team, administrator: User
) -> None:
    heard(account, 30)
    watched(NOON + MINUTE * 20)
    told = client_of(administrator).get("/settings/channels/trouble/").content.decode()
    assert "Kundtjänst brings nothing" in told and f"/settings/channels/{account.pk}/" in told
    agent = client_of(make_user(role="agent"))
    assert "Kundtjänst" not in agent.get("/settings/channels/trouble/").content.decode()
    page = client_of(administrator).get(f"/settings/channels/{account.pk}/").content.decode()
    assert "Nothing came in, though about 10 posts were due" in page and "it lasts" in page
