"""A conversation by the API: whole, with where an answer goes, and the customer's card."""

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.conftest import MakeUser
from lyhord.desk.models import Conversation
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
