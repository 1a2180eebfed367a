"""A conversation by the API: whole, with where an answer goes, and the customer's card."""

from dataclasses import fields

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.conftest import MakeUser
from lyhord.desk.api.shared import ReferralShown, RowShown, TurnShown
from lyhord.desk.models import Conversation
from lyhord.desk.queries import ReferralRow, Row, TurnRow
from lyhord.desk.tests.conftest import World
from lyhord.staff import actions as staff
from lyhord.staff.models import User


@pytest.fixture
def api(make_user: MakeUser) -> Client:
    by: User = make_user("lead", email="lead@example.com")
    _key, plain = staff.make_api_key(
        by=by, name="x", scopes=["read", "write"], expires_at=None, now=timezone.now()
    )
    return Client(headers={"Authorization": f"Bearer {plain}"})


@pytest.fixture
def conversation(world: World) -> Conversation:
    return world.says("Aino", "Kall vagn", extra={"quoted": "> förr"})


def test_a_conversation_says_where_an_answer_goes_and_who_blocks_us(
    api: Client, conversation: Conversation, world: World
) -> None:
    world.person("Aino").blocks_us = True
    world.person("Aino").save()
    told = api.get(f"/api/v1/conversations/{conversation.pk}").json()
    assert (told["answer_strand"], told["because"]) == (world.strand(conversation).pk, "")
    (identity,) = api.get(f"/api/v1/conversations/{conversation.pk}/card").json()["identities"]
    assert identity["blocks_us"] is True


def test_a_thread_is_read_by_the_api_too(api: Client, conversation: Conversation, world: World) -> None:
    thread = world.strand(conversation).thread_id
    told = api.get(f"/api/v1/threads/{thread}/posts").json()
    assert [(one["text"], one["is_new"], one["conversation"]) for one in told["items"]] == [
        ("Kall vagn", True, conversation.pk)
    ]
    read = api.post(f"/api/v1/threads/{thread}/read", {"upto": told["upto"]}, "application/json")
    assert read.json() == {"last_post": told["upto"]}
    assert not api.get(f"/api/v1/threads/{thread}/posts").json()["items"][0]["is_new"]
    assert api.get(f"/api/v1/threads/{thread}/posts?after=x").status_code in {400, 422}


def test_where_no_mailbox_gives_addresses_the_api_says_so(api: Client, conversation: Conversation) -> None:
    answer = api.post(f"/api/v1/conversations/{conversation.pk}/case-address", {}, "application/json")
    assert answer.status_code == 409 and "Switch it on" in answer.content.decode()


def test_the_api_shows_every_field_of_a_row_and_of_a_turn_and_no_other() -> None:
    """The shapes are written out for their descriptions; nothing that a page knows may be forgotten in them."""
    assert set(RowShown.model_fields) == {field.name for field in fields(Row)} | {"waits"}
    assert set(TurnShown.model_fields) == {field.name for field in fields(TurnRow)}
    assert set(ReferralShown.model_fields) == {field.name for field in fields(ReferralRow)}
