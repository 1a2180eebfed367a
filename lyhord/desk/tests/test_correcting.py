"""What a post really is: said with one click, followed at once, taken back with one more."""

import pytest

from lyhord.desk import actions, queries
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.tests.conftest import World
from lyhord.intake.models import Post
from lyhord.staff.models import AuditEvent, User
from lyhord.triage.models import Assessment, Correction

pytestmark = pytest.mark.django_db


def correct(
    world: World,
    conversation: Conversation,
    by: User,
    label: str,
    head: str = "kind",
    post: Post | None = None,
) -> None:
    post = post or Post.objects.filter(is_own=False).latest("pk")
    actions.correct(conversation, post, head, label, by=by, now=world.now)
    conversation.refresh_from_db()


def test_spam_reaches_the_conversation_and_its_counts_at_once(world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Köp billiga klockor")
    correct(world, conversation, linnea, "spam")
    assert (conversation.kind, conversation.is_spam, conversation.spam_set) == ("spam", True, None)
    assert [row.id for row in queries.inbox(linnea, "open").rows] == []
    assert queries.counts(linnea)["spam"] == 1 and queries.counts(linnea)["open"] == 0


def test_one_click_takes_it_back_and_the_log_tells_both(world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Köp billiga klockor")
    correct(world, conversation, linnea, "spam")
    undone = actions.undo(by=linnea, now=world.now)
    conversation.refresh_from_db()
    assert (undone.verb, conversation.kind, conversation.is_spam) == ("corrected", "question", False)
    assert Assessment.objects.get().kind == "question"
    assert Correction.objects.get().undone_at == world.now
    verbs = AuditEvent.objects.values_list("verb", flat=True)
    assert {"post.corrected", "post.correction_undone", "conversation.corrected"} <= set(verbs)
    assert queries.counts(linnea)["spam"] == 0 and queries.counts(linnea)["open"] == 1


def test_what_others_corrected_stays_when_one_takes_hers_back(
    world: World, linnea: User, petri: User
) -> None:
    conversation = world.says("Aino")
    correct(world, conversation, petri, "billing", "topic")
    correct(world, conversation, linnea, "praise")
    actions.undo(by=linnea, now=world.now)
    told = Assessment.objects.get()
    assert (told.kind, told.topic) == ("question", "billing")


def test_the_same_word_again_is_no_second_turn(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    for _ in range(2):
        correct(world, conversation, linnea, "praise")
    assert Turn.objects.filter(what="corrected").count() == 1


def test_an_older_word_says_nothing_about_the_whole(world: World, linnea: User) -> None:
    conversation = world.says("Aino", "Köp klockor")
    first = Post.objects.get()
    world.later(minutes=1)
    world.says("Aino", "Var är tåget?")
    correct(world, conversation, linnea, "spam", post=first)
    assert (conversation.kind, conversation.is_spam) == ("question", False)
    assert Assessment.objects.get(post=first).kind == "spam"


def test_what_a_person_said_of_the_whole_conversation_stays(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    actions.not_spam(conversation, by=linnea, now=world.now)
    correct(world, conversation, linnea, "spam")
    assert conversation.is_spam is False
