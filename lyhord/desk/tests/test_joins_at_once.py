"""A customer writes while her conversation is merged: her words come to the one that stays, and none is lost."""

import pytest

from lyhord.desk import actions, steps
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.tests.conftest import World
from lyhord.desk.tests.test_at_once import together
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_words_that_come_during_a_merge_are_where_their_strand_is(world: World, linnea: User) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "Två", thread="t2")
    world.later(minutes=1)
    post = world.post("Anna", "Hallå?", thread="t2")
    told = together(
        lambda: actions.merge(two, one, by=linnea, now=world.now), lambda: steps.file_posts(world.now)
    )
    assert not any(isinstance(one_told, Exception) for one_told in told), told
    turn = Turn.objects.select_related("strand").get(post=post)
    assert turn.strand is not None
    assert turn.conversation_id == turn.strand.conversation_id == one.pk
    assert Conversation.objects.get(pk=two.pk).status == "closed"
