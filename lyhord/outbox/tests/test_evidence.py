"""R21: what comes in later decides what became of a lost answer."""

from datetime import datetime, timedelta

import pytest

from lyhord.channels import contract
from lyhord.channels.models import Account
from lyhord.channels.models import State as AccountState
from lyhord.channels.tests import fakes
from lyhord.channels.tests.fakes import Paper
from lyhord.intake.models import Report
from lyhord.outbox import queries, steps
from lyhord.outbox.models import Dispatch, Receipt, ReceiptAlias, State
from lyhord.outbox.tests.conftest import MakePost, Queue

MINUTE = timedelta(minutes=1)


def again(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


@pytest.fixture
def unsure(queue: Queue, paper: Paper, now: datetime) -> Dispatch:
    dispatch = queue("Hello Anna,\nwe look into it.")
    paper.answers = [fakes.loses_the_answer]
    steps.send(dispatch.pk, now)
    return again(dispatch)


@pytest.mark.parametrize(
    "text",
    [
        "Hello Anna,\nwe look into it.",
        "@anna@paper.example Hello Anna, we look  into it.",
        "@anna hello anna, we look into it.",
    ],
)
def test_our_own_post_settles_the_unsure_one(
    unsure: Dispatch, make_post: MakePost, now: datetime, text: str
) -> None:
    post = make_post(text, is_own=True, author="us", stored_at=now + MINUTE, link="https://paper.example/5")
    assert steps.take_echoes(now + MINUTE) == 1
    receipt = Receipt.objects.get()
    assert (receipt.native, receipt.evidence, receipt.link) == (
        post.native,
        "echo",
        "https://paper.example/5",
    )
    assert again(unsure).state == State.SENT
    assert steps.take_echoes(now + MINUTE * 2) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Something else"},
        {"is_own": False},
        {"stored_at": datetime.fromisoformat("2026-11-20T11:00:00+00:00")},
    ],
)
def test_other_posts_settle_nothing(
    unsure: Dispatch, make_post: MakePost, now: datetime, fields: dict[str, object]
) -> None:
    usual = {"text": unsure.text, "is_own": True, "author": "us", "stored_at": now + MINUTE}
    make_post(**{**usual, **fields})
    assert steps.take_echoes(now + MINUTE) == 0
    assert again(unsure).state == State.UNSURE


def test_a_public_post_of_ours_does_not_settle_private_words(
    queue: Queue, paper: Paper, make_post: MakePost, now: datetime
) -> None:
    dispatch = queue("We look into it.", thread=None, is_public=False)
    paper.answers = [fakes.hears_nothing]
    steps.send(dispatch.pk, now)
    make_post("We look into it.", is_own=True, author="us", stored_at=now + MINUTE)
    assert steps.take_echoes(now + MINUTE) == 0
    make_post(
        "We look into it.", is_own=True, author="us", stored_at=now + MINUTE, is_public=False, parent="post1"
    )
    assert steps.take_echoes(now + MINUTE) == 1


def test_one_echo_settles_one_dispatch(
    queue: Queue, paper: Paper, make_post: MakePost, now: datetime
) -> None:
    theirs = make_post("I have the same question", author="bertil")
    paper.answers = [fakes.loses_the_answer, fakes.hears_nothing]
    first = queue("We look into it.")
    second = queue(
        "We look into it.", answers=theirs, newest=theirs, person="bertil", person_handle="@bertil"
    )
    steps.send(first.pk, now)
    steps.send(second.pk, now)
    make_post("We look into it.", is_own=True, author="us", parent="post1", stored_at=now + MINUTE)
    assert steps.take_echoes(now + MINUTE) == 1
    assert (again(first).state, again(second).state) == (State.SENT, State.UNSURE)


def test_the_echo_of_a_sent_one_changes_nothing(queue: Queue, make_post: MakePost, now: datetime) -> None:
    dispatch = queue("We look into it.")
    steps.send(dispatch.pk, now)
    version = again(dispatch).version
    make_post("We look into it.", native="n1", is_own=True, author="us", stored_at=now + MINUTE)
    assert steps.take_echoes(now + MINUTE) == 0
    assert again(dispatch).version == version
    assert Receipt.objects.get().evidence == "answer"


def report(account: Account, now: datetime, **fields: object) -> Report:
    return Report.objects.create(**{"account": account, "kind": "delivered", "at": now, **fields})


def test_a_delivery_told_by_our_key_settles_the_unsure_one(
    unsure: Dispatch, account: Account, now: datetime
) -> None:
    told = report(account, now, item=str(unsure.key))
    assert steps.take_reports(now) == 1
    told.refresh_from_db()
    assert told.taken_at == now
    assert again(unsure).state == State.SENT
    assert Receipt.objects.get().evidence == "webhook"


def test_a_failed_delivery_shows_on_what_was_sent(queue: Queue, account: Account, now: datetime) -> None:
    dispatch = queue()
    steps.send(dispatch.pk, now)
    report(account, now, item="n1", ok=False, text="The number does not exist.")
    assert steps.take_reports(now + MINUTE) == 1
    assert (again(dispatch).state, again(dispatch).problem) == (State.REFUSED, "The number does not exist.")


def test_a_report_that_comes_before_the_answer_waits_for_it(
    queue: Queue, account: Account, now: datetime
) -> None:
    dispatch = queue()
    report(account, now, kind="read", item="n1")
    assert steps.take_reports(now) == 0
    steps.send(dispatch.pk, now)
    assert steps.take_reports(now + MINUTE) == 1
    assert Receipt.objects.get().read_at == now


def test_a_report_of_something_that_is_not_ours_is_let_go(account: Account, now: datetime) -> None:
    report(account, now, item="unknown")
    assert steps.take_reports(now + MINUTE) == 0
    assert steps.take_reports(now + MINUTE * 11) == 1


def test_read_up_to_a_moment_marks_all_to_that_person(queue: Queue, account: Account, now: datetime) -> None:
    first, other = queue("one"), queue("two", person="bertil")
    steps.send(first.pk, now)
    steps.send(other.pk, now)
    report(account, now + MINUTE, kind="read", person="anna")
    steps.take_reports(now + MINUTE)
    assert Receipt.objects.get(dispatch=first).read_at == now + MINUTE
    assert Receipt.objects.get(dispatch=other).read_at is None


def test_a_revoked_token_is_told_on_the_account_and_erasures_are_left_to_others(
    account: Account, now: datetime
) -> None:
    report(account, now + MINUTE, kind="account", text="token_revoked")
    erasure = report(account, now, kind="erasure", person="anna")
    assert steps.take_reports(now + MINUTE) == 1
    account.refresh_from_db()
    erasure.refresh_from_db()
    assert account.state == AccountState.BROKEN
    assert erasure.taken_at is None


def test_old_news_of_an_account_that_was_mended_since_breaks_nothing(account: Account, now: datetime) -> None:
    report(account, now - MINUTE, kind="account", text="token_revoked")
    assert account.checked_at == now
    assert steps.take_reports(now + MINUTE) == 1
    account.refresh_from_db()
    assert (account.state, account.failures) == (AccountState.ACTIVE, 0)


def test_a_second_id_of_ours_is_kept_and_recognised_wherever_it_comes_back(
    queue: Queue, paper: Paper, make_post: MakePost, account: Account, now: datetime
) -> None:
    """Mastodon answers with an id and tells the same post elsewhere by its uri."""
    uri = "https://paper.example/s/1"
    paper.answers = [fakes.answers(contract.Sent("n1", aliases=(uri, "n1", ""))), fakes.hears_nothing]
    first = queue("We look into it.")
    steps.send(first.pk, now)
    assert list(ReceiptAlias.objects.values_list("receipt", "native")) == [(first.pk, uri)]
    assert queries.receipts_by_native([account.pk], [uri]) == {(account.pk, uri): first.pk}
    # The same words to somebody else are unsure: an echo under the second id of the first does not settle them.
    second = queue("We look into it.", person="bertil", person_handle="@bertil")
    steps.send(second.pk, now)
    make_post("We look into it.", native=uri, is_own=True, author="us", stored_at=now + MINUTE)
    assert steps.take_echoes(now + MINUTE) == 0
    assert again(second).state == State.UNSURE
    Report.objects.create(account=account, kind="read", item=uri, at=now + MINUTE)
    steps.take_reports(now + MINUTE)
    assert Receipt.objects.get(dispatch=first).read_at == now + MINUTE
