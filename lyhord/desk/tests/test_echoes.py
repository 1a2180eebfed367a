"""What becomes of our own words on the network, under whatever name they stand there; and who hears us no more."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.conftest import ClientOf
from lyhord.desk import queries, steps
from lyhord.desk.tests.conftest import World
from lyhord.intake.models import PostAlias, PostChange, Reaction
from lyhord.outbox.models import ReceiptAlias, State
from lyhord.staff.models import User


@pytest.fixture
def world(account: Any) -> World:
    return World(account, timezone.now())


@pytest.mark.parametrize("known_as", ["native", "alias of the post", "alias of the receipt"])
def test_a_reaction_to_our_words_is_shown_under_whatever_name_they_stand(
    world: World, linnea: User, known_as: str
) -> None:
    conversation = world.says("Aino")
    turn = world.answer(conversation, linnea)
    world.becomes(turn.dispatch, State.SENT, native="n1")
    echo = world.post("", "Klockan tolv.", native="n1" if known_as == "native" else "n2")
    if known_as == "alias of the post":
        PostAlias.objects.create(account=world.account, native="n1", post=echo)
    elif known_as == "alias of the receipt":
        assert turn.dispatch is not None
        ReceiptAlias.objects.create(receipt=turn.dispatch.receipt, account=world.account, native="n2")
    steps.file_posts(world.now)
    Reaction.objects.create(post=echo, author="aino", sign="❤", at=world.now)
    PostChange.objects.create(post=echo, what="reaction", at=world.now)
    conversation.refresh_from_db()
    version = conversation.version
    steps.take_changes(world.now)
    conversation.refresh_from_db()
    assert conversation.version == version + 1  # open pages look again
    rows = queries.turns(conversation)
    assert [(row.kind, row.reactions) for row in rows if row.is_ours] == [("reply", [{"sign": "❤", "n": 1}])]


def test_a_receipt_without_a_name_shows_nobody_elses_reactions(world: World, linnea: User) -> None:
    conversation = world.says("Aino")
    turn = world.answer(conversation, linnea)
    world.becomes(turn.dispatch, State.SENT, native="n1")
    assert turn.dispatch is not None
    type(turn.dispatch.receipt).objects.update(native="")
    other = world.post("Erik", thread="t2", native="")
    Reaction.objects.create(post=other, author="aino", sign="❤", at=world.now)
    assert [row.reactions for row in queries.turns(conversation) if row.is_ours] == [[]]


def test_the_page_says_that_she_has_blocked_us(world: World, linnea: User, client_of: ClientOf) -> None:
    conversation = world.says("Aino")
    web: Client = client_of(linnea)
    address = f"/conversation/{conversation.pk}/"
    assert b"blocked us" not in web.get(address).content
    world.people["Aino"].blocks_us = True
    world.people["Aino"].save()
    html = web.get(address).content.decode()
    assert "Has blocked us" in html and "an answer will not arrive" in html
    assert "Has blocked us" in web.get(f"/customers/{conversation.customer_id}/").content.decode()
