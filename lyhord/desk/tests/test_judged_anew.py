"""A judgement that was renewed reaches the open conversation, and leaves the closed ones alone."""

import pytest

from lyhord.desk import actions
from lyhord.desk.steps import changes
from lyhord.desk.tests.conftest import World
from lyhord.intake.actions import renewing
from lyhord.intake.models import Post
from lyhord.staff.models import User
from lyhord.triage.models import Assessment

pytestmark = pytest.mark.django_db


def renew(world: World, post: Post) -> None:
    Assessment.objects.filter(post=post).update(kind="complaint", is_urgent=True, priority=88)
    renewing.judge_again([post.pk], world.now)
    changes.take_changes(world.now)


def test_an_open_conversation_follows(world: World) -> None:
    conversation = world.says("Aino", "Var är tåget?")
    renew(world, Post.objects.get())
    conversation.refresh_from_db()
    assert (conversation.kind, conversation.is_urgent, conversation.priority) == ("complaint", True, 88)
    assert conversation.snippet == "Var är tåget?"


def test_a_closed_one_and_an_older_word_change_nothing(world: World, linnea: User) -> None:
    closed = world.says("Aino", "Var är tåget?")
    actions.close(closed, by=linnea, now=world.now)
    renew(world, Post.objects.get())
    closed.refresh_from_db()
    assert closed.priority != 88
    talking = world.says("Erik", "Var är bussen?")
    first = Post.objects.latest("pk")
    world.later(minutes=1)
    world.says("Erik", "Hallå?")
    renew(world, first)
    talking.refresh_from_db()
    assert talking.priority != 88
