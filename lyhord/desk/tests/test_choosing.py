"""Where an answer goes when it could go to several places: where the customer likes to be written to (IN-17)."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.channels import registry
from lyhord.channels.models import Account
from lyhord.conftest import ClientOf
from lyhord.customers.models import Wish
from lyhord.desk import queries
from lyhord.desk.models import Conversation, Strand
from lyhord.desk.tests.conftest import Network, World, make_account
from lyhord.staff.models import Brand, User


class Letters(Network):
    name = "letters"
    label = "Letters"


@pytest.fixture(autouse=True)
def two_networks(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "connectors", lambda: {"network": network, "letters": Letters()})


@pytest.fixture
def world(account: Any) -> World:
    return World(account, timezone.now())


@pytest.fixture
def letters(brand: Brand, world: World) -> Account:
    account = make_account(brand, world.now, name="Brev")
    account.connector = "letters"
    account.save()
    return account


@pytest.fixture
def both(world: World, letters: Account) -> tuple[Conversation, Strand, Strand]:
    """One matter with a strand in each place; she waits in the first."""
    conversation = world.says("Aino")
    second = Strand.objects.create(
        thread=world.thread("x1", account=letters, is_public=False),
        identity=world.person("Aino"), conversation=conversation, begun_at=world.now,
    )  # fmt: skip
    return conversation, Strand.objects.exclude(pk=second.pk).get(), second


def chosen(user: User, conversation: Conversation, **asked: Any) -> tuple[int | None, str]:
    detail = queries.conversation(user, conversation.pk, **asked)
    assert detail is not None
    return detail.answer_strand, detail.because


def wish(conversation: Conversation, by: User, **fields: Any) -> Wish:
    usual = {
        "kind": "channel",
        "value": "letters",
        "state": Wish.STANDS,
        "made_at": timezone.now(),
        "made_by": by,
    }
    return Wish.objects.create(customer=conversation.customer, **(usual | fields))


def test_an_answer_goes_where_she_waits_until_we_know_better(
    both: tuple[Conversation, Strand, Strand], linnea: User
) -> None:
    conversation, first, _second = both
    assert chosen(linnea, conversation) == (first.pk, "")


def test_a_wish_chooses_and_a_suggestion_does_not(
    both: tuple[Conversation, Strand, Strand], linnea: User
) -> None:
    conversation, first, second = both
    row = wish(conversation, linnea, state=Wish.SUGGESTED)
    assert chosen(linnea, conversation) == (first.pk, "")
    row.state = Wish.STANDS
    row.save()
    assert chosen(linnea, conversation) == (second.pk, "wished")
    assert chosen(linnea, conversation, asked=first.pk) == (first.pk, "")  # a person decides
    assert chosen(linnea, conversation, asked=10**6) == (second.pk, "wished")


def test_what_she_usually_uses_chooses(
    both: tuple[Conversation, Strand, Strand], world: World, letters: Account, linnea: User
) -> None:
    conversation, _first, second = both
    for n in range(4):
        world.post("Aino", f"brev {n}", thread="x1", account=letters)
    assert chosen(linnea, conversation) == (second.pk, "usual")


def test_where_she_blocked_us_nothing_is_chosen(
    both: tuple[Conversation, Strand, Strand], world: World, linnea: User
) -> None:
    conversation, first, second = both
    wish(conversation, linnea)
    other = world.person("Erik")
    other.blocks_us = True
    other.save()
    Strand.objects.filter(pk=second.pk).update(identity=other)
    assert chosen(linnea, conversation) == (first.pk, "")


def test_the_page_says_why_and_offers_the_other_place(
    both: tuple[Conversation, Strand, Strand], linnea: User, client_of: ClientOf
) -> None:
    conversation, first, second = both
    wish(conversation, linnea)
    web: Client = client_of(linnea)
    html = web.get(f"/inbox/{conversation.pk}/").content.decode()
    assert f'name="strand" value="{second.pk}"' in html
    assert "The customer asked us to answer here." in html
    assert (
        f'href="/inbox/{conversation.pk}/?strand={first.pk}"' in html and "Answer on Norrtåg instead" in html
    )
    html = web.get(f"/inbox/{conversation.pk}/?strand={first.pk}").content.decode()
    assert f'name="strand" value="{first.pk}"' in html
    assert f'/news/?strand={first.pk}"' in html
    assert "asked us to answer here" not in html
