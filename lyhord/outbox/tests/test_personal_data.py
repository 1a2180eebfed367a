"""What we said to a person is hers to have, and to have forgotten."""

from datetime import datetime

from lyhord.channels.tests.fakes import Paper
from lyhord.intake.models import Post, Thread
from lyhord.lib.persons import Person
from lyhord.outbox import personal_data, steps
from lyhord.outbox.models import Dispatch, Receipt, State
from lyhord.outbox.tests.conftest import Queue

ANNA = Person(native_ids=(("paper", "anna"),))


def test_she_gets_our_words_to_her_and_to_nobody_else(queue: Queue, now: datetime) -> None:
    queue("Hello Anna")
    queue("Hello Bertil", person="bertil", answers=None, newest=None)
    told = personal_data.export(ANNA)["dispatches"]
    assert [row["text"] for row in told] == ["Hello Anna"]


def test_private_words_in_her_thread_are_hers_whoever_they_name(
    queue: Queue, thread: Thread, post: Post
) -> None:
    queue("Hello you", person="", answers=None, newest=None, is_public=False)
    assert [row["text"] for row in personal_data.export(ANNA)["dispatches"]] == ["Hello you"]


def test_the_same_id_on_another_network_is_another_person(queue: Queue) -> None:
    queue("Hello Anna")
    assert personal_data.export(Person(native_ids=(("mastodon", "anna"),)))["dispatches"] == []


def test_erasure_empties_what_was_sent_and_never_sends_what_waits(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    sent, waiting, other = (
        queue("one"),
        queue("two"),
        queue("three", person="bertil", answers=None, newest=None),
    )
    steps.send(sent.pk, now)
    assert personal_data.erase(ANNA, now) == 2
    for _account, pk in steps.due_dispatches(now):
        steps.send(pk, now)
    assert paper.texts() == ["one", "three"]
    for dispatch in Dispatch.objects.filter(pk__in=[sent.pk, waiting.pk]):
        assert (dispatch.text, dispatch.person, dispatch.person_handle) == ("", "", "")
    assert Dispatch.objects.get(pk=waiting.pk).state == State.DROPPED
    assert Dispatch.objects.get(pk=other.pk).text == "three"
    assert Receipt.objects.get(dispatch=sent).link == ""
    assert {row["text"] for row in personal_data.export(ANNA)["dispatches"]} == {""}


def test_words_erased_after_their_worker_died_do_not_leave_empty(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    """The network honours keys, so the words would be sent again: but there are none any more."""
    paper.keeps("key")
    dispatch = queue()
    Dispatch.objects.update(state=State.SENDING, due_at=now, state_at=now)
    personal_data.erase(ANNA, now)
    steps.send(dispatch.pk, now)
    assert (Dispatch.objects.get().state, paper.asked) == (State.HELD, 0)
