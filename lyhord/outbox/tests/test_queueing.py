"""R26: asked once or ten times, it is one dispatch. Zulip's nine cases, and what is refused at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from lyhord.channels import actions as channels
from lyhord.channels.contract import Denied, Length
from lyhord.channels.models import Account
from lyhord.channels.tests import fakes
from lyhord.channels.tests.fakes import Paper
from lyhord.conftest import MakeUser
from lyhord.lib.errors import LyhordError
from lyhord.outbox import actions, steps
from lyhord.outbox.models import Dispatch, State
from lyhord.outbox.tests.conftest import Queue
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Team, User

KEY = UUID("00000000-0000-4000-8000-000000000001")


def send_due(now: datetime) -> None:
    for _account, pk in steps.due_dispatches(now):
        steps.send(pk, now)


def test_success_the_same_form_again_is_the_same_dispatch(queue: Queue, paper: Paper, now: datetime) -> None:
    first = queue(key=KEY)
    send_due(now)
    second = queue(key=KEY, now=now + timedelta(minutes=1))
    send_due(now + timedelta(minutes=2))
    assert (second.pk, second.state) == (first.pk, State.SENT)
    assert paper.texts() == ["Hello Anna"]


def test_early_refusal_keeps_nothing_so_the_key_is_free(queue: Queue) -> None:
    with pytest.raises(actions.TooLong):
        queue("x" * 501, key=KEY)
    assert not Dispatch.objects.exists()
    assert queue("x" * 500, key=KEY).pk


def test_refusal_in_the_work_leaves_nothing(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise LyhordError("No.")

    with monkeypatch.context() as patch:
        patch.setattr("lyhord.outbox.actions.moving.tell", refuse)
        with pytest.raises(LyhordError):
            queue(key=KEY)
    assert not Dispatch.objects.exists()
    assert queue(key=KEY).pk


def test_refusal_after_the_work_is_given_again(queue: Queue, paper: Paper, now: datetime) -> None:
    paper.answers = [fakes.refuses("No.")]
    first = queue(key=KEY)
    send_due(now)
    second = queue(key=KEY)
    send_due(now)
    assert (second.pk, second.state) == (first.pk, State.REFUSED)
    assert paper.asked == 1


@pytest.mark.parametrize(
    "other",
    [{"text": "Other words"}, {"person": "bertil"}, {"verb": "like"}, {"is_public": False}, {"thread": None}],
)
def test_the_same_key_for_another_request_is_refused(queue: Queue, other: dict[str, object]) -> None:
    queue(key=KEY)
    with pytest.raises(actions.KeyReused):
        queue(**{"key": KEY, **other})
    assert Dispatch.objects.get().text == "Hello Anna"


def test_the_same_key_of_another_person_is_refused(queue: Queue, lead: User) -> None:
    queue(key=KEY)
    with pytest.raises(actions.KeyReused):
        queue(key=KEY, by=lead)
    assert Dispatch.objects.count() == 1


def test_rules_changed_between_the_tries_do_not_refuse_what_was_taken(queue: Queue, paper: Paper) -> None:
    first = queue("x" * 400, key=KEY)
    paper.can = replace(paper.can, reply={"public": Length(100)})
    assert queue("x" * 400, key=KEY).pk == first.pk


def test_failure_before_the_work_leaves_the_key_free(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr("lyhord.outbox.actions.queueing.check", fail)
        with pytest.raises(OSError, match="disk"):
            queue(key=KEY)
    assert not Dispatch.objects.exists()
    assert queue(key=KEY).pk


def test_failure_after_the_work_takes_it_back_with_the_callers_transaction(queue: Queue) -> None:
    with pytest.raises(OSError, match="disk"), transaction.atomic():
        queue(key=KEY)
        raise OSError("disk")
    assert not Dispatch.objects.exists()
    assert queue(key=KEY).pk


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_are_one(queue: Queue, paper: Paper, now: datetime) -> None:
    together = Barrier(5)

    def ask(number: int) -> int:
        try:
            together.wait()
            return queue(key=KEY).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        numbers = list(pool.map(ask, range(10)))
    assert len(numbers) == 10
    assert set(numbers) == {Dispatch.objects.get().pk}
    send_due(now)
    assert paper.asked == 1


def test_the_saboteur_without_form_keys_is_caught(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYHORD_TESTING", "1")
    monkeypatch.setenv("LYHORD_SABOTAGE", "outbox.no_form_key")
    queue(key=KEY)
    queue(key=KEY)
    assert Dispatch.objects.count() == 2


def test_too_long_says_how_much_and_what_to_do(queue: Queue) -> None:
    with pytest.raises(actions.TooLong) as problem:
        queue("x" * 510)
    assert str(problem.value) == "The reply has 510 characters; Paper takes 500. Shorten it by 10."


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": " \n"}, "The reply is empty. Write something first."),
        ({"verb": "report"}, "Paper has no way to do this."),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(
    queue: Queue, make_user: MakeUser, fields: dict[str, str], told: str
) -> None:
    with pytest.raises(actions.CannotSend) as problem:
        queue(**{"by": make_user("moderator"), **fields})
    assert str(problem.value) == told
    assert not Dispatch.objects.exists()


def test_a_network_without_private_replies_takes_none(queue: Queue, paper: Paper) -> None:
    paper.can = replace(paper.can, reply={"public": Length(500)})
    with pytest.raises(actions.CannotSend, match="Paper takes no private replies"):
        queue(is_public=False)
    assert not Dispatch.objects.exists()


def test_a_closed_window_is_told_before_anybody_writes(queue: Queue, paper: Paper) -> None:
    paper.allowed = Denied("The 24 hours are over. Write to her in public.")
    with pytest.raises(actions.CannotSend, match="24 hours"):
        queue()
    assert not Dispatch.objects.exists()


def test_nothing_is_sent_from_a_retired_account(
    queue: Queue, account: Account, administrator: User, now: datetime
) -> None:
    channels.retire(account, administrator, now, name="Kundtjänst")
    with pytest.raises(actions.CannotSend, match="Kundtjänst is retired"):
        queue()


@pytest.mark.parametrize(
    ("role", "verb", "may"),
    [
        ("agent", "reply", True),
        ("agent", "hide", False),
        ("moderator", "hide", True),
        ("moderator", "delete", False),
        ("lead", "delete", True),
        ("listener", "reply", False),
    ],
)
def test_each_verb_needs_its_mandate(
    queue: Queue, make_user: MakeUser, role: str, verb: str, may: bool
) -> None:
    ask: Callable[[], Dispatch] = lambda: queue(verb=verb, by=make_user(role))  # noqa: E731
    if may:
        assert ask().pk
    else:
        with pytest.raises(NotYours):
            ask()
        assert not Dispatch.objects.exists()


def test_a_person_of_another_brand_can_send_nothing(
    queue: Queue, make_user: MakeUser, stranger_team: Team
) -> None:
    with pytest.raises(NotYours):
        queue(by=make_user("lead", team=stranger_team), key=uuid4())
    assert not Dispatch.objects.exists()
