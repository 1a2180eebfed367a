from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from lyhord.conftest import MakeUser
from lyhord.desk import actions, queries, steps
from lyhord.desk.models import Conversation, Draft, Status, Strand, Turn
from lyhord.desk.steps.dispatches import NEWS
from lyhord.desk.tests.conftest import Network, World
from lyhord.intake.models import Post
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch, State
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, User

pytestmark = pytest.mark.django_db


def test_a_reply_is_queued_signed_and_she_is_not_waiting_any_more(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.save_draft(conversation, "public", "Klockan", by=linnea, now=world.now)
    turn = world.answer(conversation, linnea)
    conversation.refresh_from_db()
    dispatch = Dispatch.objects.get()
    assert turn.dispatch_id == dispatch.pk
    assert dispatch.text == "Klockan tolv. /Linnea"
    assert (dispatch.verb, dispatch.person, dispatch.is_public) == ("reply", "aino", True)
    assert dispatch.answers is not None and dispatch.answers.native == "p1"
    assert dispatch.due_at == world.now + timedelta(seconds=linnea.undo_seconds)
    assert (conversation.status, conversation.waiting_since) == (Status.WAITING, None)
    assert conversation.first_answer_at is None  # it has not left yet
    assert Strand.objects.get().waiting_since is None
    assert not Draft.objects.exists()
    assert AuditEvent.objects.filter(verb="conversation.replied", actor=linnea).count() == 1


def test_a_double_click_is_one_reply(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    key, seen = uuid4(), queries.newest_turn(conversation.pk)
    turns = {world.answer(conversation, linnea, form_key=key, seen=seen).pk for _ in range(3)}
    assert len(turns) == 1
    assert Dispatch.objects.count() == 1


def test_the_same_form_with_other_words_is_refused(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    key = uuid4()
    world.answer(conversation, linnea, form_key=key)
    with pytest.raises(outbox.KeyReused):
        world.answer(conversation, linnea, "Något annat", form_key=key)
    assert Dispatch.objects.count() == 1


def test_a_newer_word_of_hers_refuses_the_reply_and_is_shown(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    seen = queries.newest_turn(conversation.pk)
    world.says("Aino", "Glöm det, det löste sig")
    with pytest.raises(actions.NewerTurn) as refused:
        world.answer(conversation, linnea, seen=seen)
    assert [turn.post.text for turn in refused.value.turns if turn.post] == ["Glöm det, det löste sig"]
    assert not Dispatch.objects.exists()


def test_a_second_answer_is_refused_with_who_and_what(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    seen = queries.newest_turn(conversation.pk)
    world.answer(conversation, linnea)
    with pytest.raises(
        actions.NewerTurn, match=r"Linnea Nord has answered since you began: “Klockan tolv\. /Linnea”"
    ):
        world.answer(conversation, petri, "Klockan ett.", seen=seen)
    assert Dispatch.objects.count() == 1


def test_who_has_seen_it_may_answer_again(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    world.answer(conversation, linnea)
    world.answer(conversation, petri, "Och spår fyra.")
    assert Dispatch.objects.count() == 2


def test_notes_and_events_since_do_not_refuse_a_reply(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    seen = queries.newest_turn(conversation.pk)
    actions.note(conversation, "Jag kollar", by=petri, form_key=uuid4(), now=world.now)
    actions.assign(conversation, petri, by=petri, now=world.now)
    world.answer(conversation, linnea, seen=seen)
    assert Dispatch.objects.count() == 1


def test_a_closed_conversation_takes_no_reply(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.close(conversation, by=linnea, now=world.now)
    with pytest.raises(actions.Closed):
        world.answer(conversation, linnea)
    assert not Dispatch.objects.exists()


def test_a_reply_too_long_for_the_network_leaves_everything_as_it_was(
    world: World, linnea: User, network: Network
) -> None:
    conversation = world.says("Aino")
    network.limit = 10
    with pytest.raises(outbox.TooLong, match="Shorten it by"):
        world.answer(conversation, linnea)
    conversation.refresh_from_db()
    assert conversation.status == Status.OPEN and conversation.waiting_since is not None
    assert not Turn.objects.exclude(dispatch=None).exists()


def test_words_for_the_customer_alone_never_go_into_a_public_strand(world: World, linnea: User) -> None:
    conversation = world.says("Aino", is_public=True)
    with pytest.raises(actions.NotPossible):
        world.answer(conversation, linnea, is_public=False)
    assert not Dispatch.objects.exists()


def test_a_listener_may_not_reply(world: World, make_user: MakeUser) -> None:
    conversation = world.says("Aino")
    listener = make_user(role="listener")
    with pytest.raises(NotYours):
        world.answer(conversation, listener)
    assert not Dispatch.objects.exists()


def test_a_brand_that_asks_for_no_names_gets_none(world: World, linnea: User) -> None:
    world.account.brand.must_sign = False
    world.account.brand.save()
    world.answer(world.says("Aino"), linnea)
    assert Dispatch.objects.get().text == "Klockan tolv."


def test_send_and_close_closes_and_does_not_hold_the_words_that_close(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    world.answer(conversation, linnea, close=True)
    conversation.refresh_from_db()
    assert conversation.status == Status.CLOSED
    assert Dispatch.objects.get().state == State.QUEUED


def test_closing_holds_an_older_word_that_has_not_left_and_reopening_lets_it_go(
    world: World, linnea: User, petri: User
) -> None:
    conversation = world.says("Aino")
    world.answer(conversation, linnea)
    world.later(minutes=5)
    actions.close(conversation, by=petri, now=world.now)
    assert Dispatch.objects.get().state == State.HELD
    actions.reopen(conversation, by=petri, now=world.later(minutes=1))
    assert Dispatch.objects.get().state == State.QUEUED


def test_closing_right_after_ones_own_answer_lets_that_answer_leave(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    world.answer(conversation, linnea)
    actions.close(conversation, by=linnea, now=world.later(seconds=3))
    assert Dispatch.objects.get().state == State.QUEUED


def test_undo_takes_the_reply_back_and_its_words_are_a_draft_again(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    began = world.now
    world.answer(conversation, linnea)
    undone = actions.undo(by=linnea, now=world.later(seconds=3))
    conversation.refresh_from_db()
    assert undone.text == "Klockan tolv. /Linnea"
    assert Dispatch.objects.get().state == State.UNDONE
    assert (conversation.status, conversation.waiting_since) == (Status.OPEN, began)
    assert Draft.objects.get().text == "Klockan tolv. /Linnea"


def test_words_taken_back_stand_before_what_was_begun_since(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    world.answer(conversation, linnea)
    actions.save_draft(conversation, "public", "Och spår fyra.", by=linnea, now=world.now)
    undone = actions.undo(by=linnea, now=world.later(seconds=3))
    assert undone.text == Draft.objects.get().text == "Klockan tolv. /Linnea\n\nOch spår fyra."


def test_what_was_undone_refuses_no_later_reply(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    seen = queries.newest_turn(conversation.pk)
    world.answer(conversation, linnea)
    actions.undo(by=linnea, now=world.now)
    world.answer(conversation, petri, "Klockan ett.", seen=seen)
    assert Dispatch.objects.exclude(state=State.UNDONE).count() == 1


def test_undo_comes_too_late_for_what_has_left(world: World, linnea: User) -> None:
    turn = world.answer(world.says("Aino"), linnea)
    world.becomes(turn.dispatch, State.SENT, native="n1")
    with pytest.raises(outbox.TooLate):
        actions.undo(by=linnea, now=world.now)
    assert Dispatch.objects.get().state == State.SENT


def test_one_never_undoes_the_reply_of_another(world: World, linnea: User, petri: User) -> None:
    world.answer(world.says("Aino"), linnea)
    with pytest.raises(actions.NothingToUndo):
        actions.undo(by=petri, now=world.now)
    assert Dispatch.objects.get().state == State.QUEUED


def test_sent_words_stop_the_first_clock(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    turn = world.answer(conversation, linnea)
    world.later(minutes=4)
    world.becomes(turn.dispatch, State.SENT, native="n1")
    assert steps.take_dispatches(world.now) == 1
    conversation.refresh_from_db()
    assert conversation.first_answer_at == world.now
    assert conversation.closed_at is None
    assert steps.take_dispatches(world.now) == 0


@pytest.mark.parametrize("close", [False, True])
def test_refused_words_bring_the_conversation_back_into_work(world: World, linnea: User, close: bool) -> None:
    conversation = world.says("Aino")
    began = world.now
    turn = world.answer(conversation, linnea, close=close)
    world.becomes(turn.dispatch, State.REFUSED)
    steps.take_dispatches(world.later(minutes=1))
    conversation.refresh_from_db()
    assert (conversation.status, conversation.waiting_since) == (Status.OPEN, began)
    assert conversation.first_answer_at is None
    assert Turn.objects.filter(conversation=conversation, what="not_sent").count() == 1
    assert steps.take_dispatches(world.now) == 0


def test_unsure_words_are_shown_and_nobody_waits_twice(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    turn = world.answer(conversation, linnea)
    world.becomes(turn.dispatch, State.UNSURE)
    steps.take_dispatches(world.now)
    conversation.refresh_from_db()
    assert conversation.status == Status.WAITING
    assert queries.turns(conversation)[-1].state == "unsure"


def test_another_thread_of_the_same_matter_still_waits(world: World, linnea: User) -> None:
    conversation = world.says("Aino", thread="a")
    Conversation.objects.filter(pk=conversation.pk).update(invited_at=world.now)
    private = world.says("Aino", "0701", thread="dm", is_public=False)
    assert private.pk == conversation.pk
    public = Strand.objects.select_related("thread", "identity").get(thread__is_public=True)
    world.answer(conversation, linnea, strand=public)
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None and conversation.status == Status.OPEN


def test_moving_to_private_answers_the_public_post_and_finds_its_thread_by_the_echo(
    world: World, linnea: User
) -> None:
    conversation = world.says("Aino", thread="page")
    turn = actions.move_to_private(
        conversation,
        "Skriv numret här",
        seen=queries.newest_turn(conversation.pk),
        by=linnea,
        form_key=uuid4(),
        now=world.now,
    )
    dispatch = Dispatch.objects.get()
    assert (dispatch.is_public, dispatch.thread_id) == (False, None)
    assert dispatch.answers is not None and dispatch.answers.native == "p1"
    assert turn.strand_id is None
    world.becomes(dispatch, State.SENT, native="dm-1")
    world.post("", "Skriv numret här", thread="dm", is_public=False, native="dm-1")
    steps.file_posts(world.now)
    answer = world.says("Aino", "0701", thread="dm", is_public=False)
    turn.refresh_from_db()
    assert answer.pk == conversation.pk
    assert turn.strand is not None and not turn.strand.thread.is_public
    assert Conversation.objects.count() == 1


def test_a_network_without_a_private_way_says_so(world: World, linnea: User, network: Network) -> None:
    network.private_way = "none"
    conversation = world.says("Aino")
    with pytest.raises(actions.NotPossible, match="in private"):
        actions.move_to_private(
            conversation,
            "Hej",
            seen=queries.newest_turn(conversation.pk),
            by=linnea,
            form_key=uuid4(),
            now=world.now,
        )
    conversation.refresh_from_db()
    assert conversation.invited_at is None
    assert not Dispatch.objects.exists()


def test_hiding_goes_through_the_outbox_and_shows_as_a_turn(world: World, make_user: MakeUser) -> None:
    conversation = world.says("Troll", "Dumma ni")
    moderator = make_user(role="moderator")
    post = queries.turns(conversation)[0].post_id
    assert post is not None
    key = uuid4()
    for _ in range(2):
        actions.moderate(
            conversation, "hide", Post.objects.get(pk=post), by=moderator, form_key=key, now=world.now
        )
    assert Dispatch.objects.get().verb == "hide"
    shown = queries.turns(conversation)[-1]
    assert (shown.kind, shown.what, shown.state) == ("event", "hide", "queued")


def test_an_agent_may_not_hide(world: World, linnea: User) -> None:
    conversation = world.says("Troll")
    with pytest.raises(NotYours):
        actions.moderate(conversation, "hide", Post.objects.get(), by=linnea, form_key=uuid4(), now=world.now)
    assert not Dispatch.objects.exists()


def test_looking_for_news_of_dispatches_never_reads_through_all_turns(world: World, linnea: User) -> None:
    world.answer(world.says("Aino"), linnea)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            ("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + NEWS, [500]
        )
        plan = "\n".join(str(line[-1]) for line in cursor.fetchall())
    assert "SCAN t" not in plan and "Seq Scan on desk_turn" not in plan, plan
