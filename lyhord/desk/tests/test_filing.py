from datetime import timedelta
from uuid import uuid4

import pytest

from lyhord.channels.models import Account
from lyhord.desk import actions, queries, steps
from lyhord.desk.models import Conversation, Filing, Status, Strand, Tally, Turn
from lyhord.desk.queries import day
from lyhord.desk.tests.conftest import World, assess, make_account
from lyhord.intake.models import Counter, Post, PostChange, Reaction, Ticket
from lyhord.outbox.models import Hold, Receipt, ReceiptAlias, State
from lyhord.staff.models import User
from lyhord.web.models import Change

pytestmark = pytest.mark.django_db


def outcome(post: Post) -> str | None:
    return Filing.objects.filter(post=post).values_list("outcome", flat=True).first()


def test_a_first_word_opens_a_conversation_that_waits_for_us(world: World) -> None:
    conversation = world.says(
        "Aino", "Missä juna on?", told={"language": "fi", "kind": "complaint", "sentiment": -1}
    )
    assert (conversation.status, conversation.waiting_since) == (Status.OPEN, world.now)
    assert (conversation.kind, conversation.lang, conversation.sentiment) == ("complaint", "fi", -1)
    assert conversation.snippet == "Missä juna on?"
    assert conversation.customer.name == "Aino"
    assert conversation.assignee is None and conversation.closed_at is None
    assert Turn.objects.count() == Strand.objects.count() == 1


def test_open_pages_hear_of_it_and_only_those_who_see_the_account(world: World) -> None:
    conversation = world.says("Aino")
    told = set(Change.objects.values_list("topic", "object_id", "audience"))
    audience = f"a{world.account.pk}"
    assert told == {("conversation", conversation.pk, audience), ("counts", world.account.pk, audience)}


def test_filing_again_changes_nothing(world: World) -> None:
    world.says("Aino")
    assert steps.file_posts(world.now) == 0
    assert Conversation.objects.count() == Turn.objects.count() == 1


def test_a_second_word_joins_and_the_first_one_still_counts_as_waiting(world: World) -> None:
    first = world.says("Aino")
    began = world.now
    world.later(minutes=5)
    second = world.says("Aino", "Hallå?")
    assert second.pk == first.pk
    assert (second.waiting_since, second.last_at, second.snippet) == (began, world.now, "Hallå?")
    assert second.version == first.version + 1
    assert Strand.objects.count() == 1


def test_a_public_thread_holds_a_conversation_for_each_customer(world: World) -> None:
    posts = [world.post(name, thread="page") for name in ("Aino", "Maja", "Erik", "Aino")]
    assert steps.file_posts(world.now) == 4
    of = [Turn.objects.get(post=post).conversation_id for post in posts]
    assert of[0] == of[3] and len(set(of)) == 3
    assert Strand.objects.filter(thread=world.thread("page")).count() == 3


def test_a_private_thread_holds_one_conversation_whoever_writes(world: World) -> None:
    first = world.says("Aino", thread="dm", is_public=False)
    second = world.says("Maja", thread="dm", is_public=False)
    assert first.pk == second.pk
    assert Strand.objects.filter(conversation=first).count() == 2
    assert not first.is_public


def test_what_is_not_said_to_us_is_context_and_opens_nothing(world: World) -> None:
    post = world.post("Erik", is_spoken_to=False, is_assessed=False)
    steps.file_posts(world.now)
    assert outcome(post) == Filing.CONTEXT
    assert not Conversation.objects.exists()


def test_a_post_that_is_not_assessed_yet_waits_for_its_assessment(world: World) -> None:
    post = world.post("Aino", is_assessed=False)
    assert steps.file_posts(world.now) == 0
    assert outcome(post) is None
    assess(post, world.now)
    assert steps.file_posts(world.now) == 1
    assert outcome(post) == Filing.TURN


def test_a_post_that_never_gets_ready_holds_up_no_other_and_is_not_lost(world: World) -> None:
    stuck = world.post("Aino", thread="a", is_assessed=False)
    for minute in range(3):
        world.later(minutes=minute)
        world.says("Maja", thread="b")
    assert outcome(stuck) == Filing.WAITING
    assess(stuck, world.now)
    steps.file_posts(world.now)
    assert outcome(stuck) == Filing.TURN


@pytest.mark.parametrize(
    ("days", "is_same"), [(0, True), (13.9, True), (14, True), (14.1, False), (400, False)]
)
def test_a_word_within_fourteen_days_of_closing_reopens(
    world: World, linnea: User, days: float, is_same: bool
) -> None:
    first = world.says("Aino")
    actions.close(first, by=linnea, now=world.now)
    world.later(days=days)
    second = world.says("Aino", "En sak till")
    first.refresh_from_db()
    assert (second.pk == first.pk) is is_same
    assert second.status == Status.OPEN and second.waiting_since == world.now
    if is_same:
        assert Turn.objects.filter(conversation=first, what="reopened").count() == 1
        assert first.closed_at is None
    else:
        assert second.continues_id == first.pk
        assert first.status == Status.CLOSED
        assert Strand.objects.filter(ended_at=None).get().conversation_id == second.pk


def test_the_number_of_a_form_becomes_that_of_its_conversation(world: World) -> None:
    ticket = Ticket.objects.create(number=77, token="t", account=world.account, thread="form-1", at=world.now)
    first = world.says("Aino", thread="form-1", is_public=False)
    other = world.says("Maja", thread="else")
    assert (first.number, first.ticket_id) == (77, ticket.pk)
    assert other.ticket_id is None and other.number != 77


def test_numbers_rise_by_one_and_are_never_given_twice(world: World) -> None:
    for n in range(5):
        world.post(f"P{n}", thread=f"t{n}")
    steps.file_posts(world.now)
    numbers = sorted(Conversation.objects.values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + 5))
    assert Counter.objects.get().value == numbers[-1]


def test_spam_is_counted_and_stands_in_no_open_view(world: World) -> None:
    conversation = world.says("Bot", "Billiga klockor!", told={"kind": "spam", "needs_answer": False})
    assert conversation.is_spam
    assert Tally.objects.get(is_spam=True).n == 1
    assert not Tally.objects.filter(is_spam=False, n__gt=0).exists()


def test_one_good_word_takes_a_conversation_out_of_spam(world: World) -> None:
    world.says("Aino", told={"kind": "spam", "needs_answer": False})
    assert not world.says("Aino", "Jag frågar ju bara").is_spam


def test_a_persons_word_about_spam_stays(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.mark_spam(conversation, by=linnea, now=world.now)
    assert world.says("Aino", "Köp nu").is_spam
    actions.not_spam(conversation, by=linnea, now=world.now)
    assert not world.says("Aino", "Igen", told={"kind": "spam"}).is_spam


@pytest.mark.parametrize(
    ("model", "purpose", "kind", "flow"),
    [
        ("separated", "service", "chatter", "service"),
        ("separated", "brand", "chatter", "community"),
        ("separated", "brand", "complaint", "service"),
        ("separated", "corporate", "chatter", "corporate"),
        ("integrated", "service", "chatter", "community"),
        ("integrated", "brand", "question", "service"),
        ("integrated", "brand", "corporate", "corporate"),
        ("mixed", "service", "praise", "service"),
        ("mixed", "brand", "praise", "community"),
    ],
)
def test_account_and_brand_decide_the_queue(
    world: World, model: str, purpose: str, kind: str, flow: str
) -> None:
    world.account.brand.channel_model = model
    world.account.brand.save()
    world.account.purpose = purpose
    world.account.save()
    needs = kind in {"question", "complaint", "corporate"}
    assert world.says("Aino", told={"kind": kind, "needs_answer": needs}).flow == flow


# Our own posts ----------------------------------------------------------------------------------------------------


def test_our_own_words_coming_back_make_no_second_turn(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    turn = world.answer(conversation, linnea)
    world.becomes(turn.dispatch, State.SENT, native="ours-1")
    echo = world.post("", "Klockan tolv. /Linnea", native="ours-1", parent="p1")
    steps.file_posts(world.now)
    assert outcome(echo) == Filing.ECHO
    assert Turn.objects.filter(conversation=conversation, what="").count() == 2


def test_an_echo_under_a_second_id_of_ours_is_one_too(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    turn = world.answer(conversation, linnea)
    world.becomes(turn.dispatch, State.SENT, "ours-1")
    receipt = Receipt.objects.get()
    ReceiptAlias.objects.create(receipt=receipt, account=world.account, native="https://net.example/s/1")
    echo = world.post("", "Klockan tolv. /Linnea", native="https://net.example/s/1", parent="p1")
    steps.file_posts(world.now)
    assert outcome(echo) == Filing.ECHO
    assert not Turn.objects.filter(post=echo).exists()


@pytest.mark.parametrize("state", [State.SENDING, State.UNSURE, State.HANDED_OVER])
def test_an_own_post_waits_while_a_dispatch_is_in_doubt(world: World, linnea: User, state: State) -> None:
    conversation = world.says("Aino")
    turn = world.answer(conversation, linnea)
    world.becomes(turn.dispatch, state)
    own = world.post("", native="ours-1", parent="p1")
    other = world.says("Maja", thread="elsewhere")
    assert outcome(own) == Filing.WAITING
    assert other.pk != conversation.pk
    world.becomes(turn.dispatch, State.SENT, native="ours-1")
    steps.file_posts(world.now)
    assert outcome(own) == Filing.ECHO
    assert not Turn.objects.filter(post=own).exists()


def test_words_sent_with_another_tool_answer_her(world: World) -> None:
    conversation = world.says("Aino")
    world.later(minutes=3)
    own = world.post("", "Klockan tolv", parent="p1")
    steps.file_posts(world.now)
    conversation.refresh_from_db()
    assert Turn.objects.get(post=own).conversation_id == conversation.pk
    assert (conversation.status, conversation.waiting_since) == (Status.WAITING, None)
    assert conversation.first_answer_at == world.now


def test_our_own_post_to_nobody_is_context(world: World) -> None:
    own = world.post("", "Trevlig helg!", thread="page")
    steps.file_posts(world.now)
    assert outcome(own) == Filing.CONTEXT


def test_an_old_word_found_late_that_was_answered_does_not_wait(world: World) -> None:
    world.says("Aino")
    world.later(minutes=9)
    world.post("", "Klockan tolv", parent="p1")
    steps.file_posts(world.now)
    late = world.says("Aino", "tillägg", at=world.now - timedelta(minutes=5))
    assert Strand.objects.get(conversation=late).waiting_since is None


# From public to private -------------------------------------------------------------------------------------------


def test_what_she_writes_in_private_after_our_invitation_is_the_same_matter(
    world: World, linnea: User
) -> None:
    public = world.says("Aino", thread="page")
    key = world.answer(public, linnea).dispatch
    world.becomes(key, State.SENT)
    actions.move_to_private(
        public,
        "Skriv ditt nummer här",
        seen=queries.newest_turn(public.pk),
        by=linnea,
        form_key=uuid4(),
        now=world.now,
    )
    world.later(hours=1)
    private = world.says("Aino", "0701", thread="dm", is_public=False)
    assert private.pk == public.pk
    assert {strand.thread.is_public for strand in Strand.objects.filter(conversation=public)} == {True, False}


def test_without_an_invitation_a_private_word_is_a_matter_of_its_own(world: World) -> None:
    public = world.says("Aino", thread="page")
    assert world.says("Aino", thread="dm", is_public=False).pk != public.pk


def test_another_customer_does_not_join_the_invited_matter(world: World, linnea: User) -> None:
    public = world.says("Aino", thread="page")
    Conversation.objects.filter(pk=public.pk).update(invited_at=world.now)
    assert world.says("Maja", thread="dm", is_public=False).pk != public.pk


# What happens to posts afterwards ---------------------------------------------------------------------------------


def test_a_placeholder_that_is_told_later_opens_its_conversation_then(world: World) -> None:
    post = world.post("Aino", is_placeholder=True, is_assessed=False)
    steps.file_posts(world.now)
    assert outcome(post) == Filing.CONTEXT
    Post.objects.filter(pk=post.pk).update(is_placeholder=False)
    assess(post, world.now)
    PostChange.objects.create(post=post, what="filled", at=world.now)
    steps.take_changes(world.now)
    assert outcome(post) == Filing.TURN
    assert steps.take_changes(world.now) == 0


def test_an_edit_renews_what_the_list_shows(world: World) -> None:
    conversation = world.says("Aino", "Var är taget?")
    post = Post.objects.get()
    Post.objects.filter(pk=post.pk).update(text="Var är tåget?", version=2)
    PostChange.objects.create(post=post, what="edited", at=world.now)
    assert steps.take_changes(world.now) == 1
    before = conversation.version
    conversation.refresh_from_db()
    assert conversation.snippet == "Var är tåget?"
    assert conversation.version == before + 1


def test_a_deleted_word_leaves_the_list_and_no_longer_waits(world: World) -> None:
    conversation = world.says("Aino", "Hemligt")
    post = Post.objects.get()
    Post.objects.filter(pk=post.pk).update(text="", deleted_at=world.now)
    PostChange.objects.create(post=post, what="deleted", at=world.now)
    steps.take_changes(world.now)
    conversation.refresh_from_db()
    assert (conversation.snippet, conversation.waiting_since) == ("", None)


def test_a_customers_word_lifts_what_closing_held(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    world.answer(conversation, linnea)
    actions.close(conversation, by=petri, now=world.later(minutes=5))
    assert Hold.objects.filter(lifted_at=None).count() == 1
    world.says("Aino", "Hallå?")
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_nothing_is_left_behind_unseen(world: World, linnea: User) -> None:
    world.says("Aino", told={"kind": "complaint"})
    actions.take(world.says("Maja", thread="m"), by=linnea, now=world.now)
    world.post("Erik", thread="e", is_assessed=False)
    told = day.counts([world.account.pk], day.today(world.now), world.now)
    assert (told.came_in, told.with_owner, told.left, told.not_filed) == (2, 1, 1, 0)
    assert day.not_filed([world.account.pk], world.later(minutes=11)) == 1


def test_two_accounts_never_share_a_conversation(world: World, account: Account) -> None:
    other = make_account(account.brand, world.now, name="Forum")
    first = world.says("Aino", thread="x")
    second = world.says("Aino", thread="y", account=other)
    assert first.pk != second.pk
    assert second.account_id == other.pk


def test_two_threads_found_to_be_one_make_one_matter_of_hers(world: World, linnea: User) -> None:
    first = world.says("Aino", "Var är tåget?", thread="a")
    second = world.says("Aino", "Och väskan?", thread="b")
    other = world.says("Maja", "Jag med", thread="b")
    actions.note(second, "Ring", by=linnea, form_key=uuid4(), now=world.now)
    join(world, "b", "a")
    first.refresh_from_db()
    second.refresh_from_db()
    other.refresh_from_db()
    assert (first.status, first.snippet, second.status) == (Status.OPEN, "Och väskan?", Status.CLOSED)
    assert [turn.text for turn in queries.turns(first) if turn.kind != "event"] == [
        "Var är tåget?",
        "Och väskan?",
        "Ring",
    ]
    assert [turn.what for turn in queries.turns(second)] == ["merged_into"]
    assert Strand.objects.get(conversation=first, ended_at=None).thread == world.thread("a")
    assert other.status == Status.OPEN
    assert Strand.objects.get(conversation=other).thread == world.thread("a")
    assert {cell.status: cell.n for cell in Tally.objects.exclude(n=0)} == {"open": 2, "closed": 1}
    world.answer(
        first,
        linnea,
        strand=Strand.objects.select_related("thread", "identity").get(conversation=first, ended_at=None),
    )


def join(world: World, gone: str, kept: str) -> None:
    """What intake does when it learns that two threads are one."""
    for post in Post.objects.filter(thread=world.thread(gone)):
        PostChange.objects.create(post=post, what="joined", at=world.now)
    Post.objects.filter(thread=world.thread(gone)).update(thread=world.thread(kept))
    steps.take_changes(world.now)


def test_what_happens_to_our_own_words_there_is_shown(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    world.becomes(world.answer(conversation, linnea).dispatch, State.SENT, native="ours-1")
    echo = world.post("", "Klockan tolv. /Linnea", native="ours-1", parent="p1")
    steps.file_posts(world.now)
    conversation.refresh_from_db()
    Reaction.objects.create(post=echo, author="aino", sign="❤", at=world.now)
    Post.objects.filter(pk=echo.pk).update(deleted_at=world.now)
    PostChange.objects.create(post=echo, what="deleted", at=world.now)
    steps.take_changes(world.now)
    reply = queries.turns(conversation)[-1]
    assert (reply.kind, reply.is_deleted, reply.reactions) == ("reply", True, [{"sign": "❤", "n": 1}])
    assert Conversation.objects.get().version == conversation.version + 1
