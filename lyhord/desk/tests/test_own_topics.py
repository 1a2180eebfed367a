"""The operator's own topics at the desk: shown, corrected with one click, taken back, and what the list is filtered by."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lyhord.conftest import ClientOf
from lyhord.desk import actions, queries
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.queries import Filters
from lyhord.desk.tests.conftest import World
from lyhord.intake.models import Post
from lyhord.staff.models import User
from lyhord.triage.models import Assessment, Correction, Topic, TopicExample

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def web(linnea: User, client_of: ClientOf) -> Client:
    return client_of(linnea)


@pytest.fixture
def seats(world: World, linnea: User) -> Topic:
    return Topic.objects.create(name="Seats <b>", by=linnea, at=world.now)


@pytest.fixture
def tickets(world: World, linnea: User) -> Topic:
    return Topic.objects.create(name="Tickets", by=linnea, at=world.now, position=1)


def newest(conversation: Conversation) -> Post:
    return Post.objects.filter(turn__conversation=conversation, is_own=False).latest("pk")


def judged(conversation: Conversation, topic: Topic | None) -> None:
    Assessment.objects.filter(post=newest(conversation)).update(own_topic=topic, own_topic_confidence=0.7)


def card(web: Client, conversation: Conversation) -> str:
    page = web.get(f"/conversation/{conversation.pk}/", **HTMX)
    assert page.status_code == 200
    return page.content.decode().split('id="card"', 1)[1]


def test_without_topics_nothing_is_said_of_them(web: Client, world: World) -> None:
    conversation = world.says("Aino", "Var är min plats?")
    assert (
        "Own topic" not in card(web, conversation) and "own_topic" not in web.get("/inbox/").content.decode()
    )


def test_the_card_shows_the_topic_of_the_newest_words_that_have_one(
    web: Client, world: World, seats: Topic, tickets: Topic
) -> None:
    conversation = world.says("Aino", "Var är min plats?")
    judged(conversation, seats)
    world.says("Aino", "Tack!")
    page = card(web, conversation)
    assert "Seats &lt;b&gt;" in page and "Tickets" in page and "Seats <b>" not in page
    assert "No topic of ours fits" not in page
    world.says("Aino", "Och biljetten?")
    judged(conversation, tickets)
    found = queries.conversation(User.objects.get(email="linnea@example.com"), conversation.pk)
    assert found is not None and found.own is not None
    assert (found.own.topic, found.own.post) == (tickets.pk, newest(conversation).pk)


def test_a_corporate_question_without_a_topic_says_so_and_stays_open(
    web: Client, world: World, linnea: User, seats: Topic
) -> None:
    conversation = world.says("Aino", "Varför köper ni kol?")
    assert "No topic of ours fits" not in card(web, conversation)
    Conversation.objects.filter(pk=conversation.pk).update(flow="corporate")
    assert "No topic of ours fits" in card(web, conversation)
    assert [row.id for row in queries.inbox(linnea, "open").rows] == [conversation.pk]
    judged(conversation, seats)
    assert "No topic of ours fits" not in card(web, conversation)


def test_one_click_says_the_topic_and_undo_takes_it_back(
    web: Client, world: World, seats: Topic, tickets: Topic
) -> None:
    conversation = world.says("Aino", "Var är min plats?")
    judged(conversation, tickets)
    post = newest(conversation)
    address = f"/conversation/{conversation.pk}/post/{post.pk}/correct/"
    answer = web.post(address, {"head": "own_topic", "label": str(seats.pk)}, **HTMX)
    assert answer.status_code == 200 and Assessment.objects.get(post=post).own_topic == seats
    example = TopicExample.objects.get()
    assert (example.topic, example.post, example.text) == (seats, post, "Var är min plats?")
    assert Turn.objects.filter(conversation=conversation, what="corrected").count() == 1
    assert web.post("/inbox/undo/", **HTMX).status_code == 200
    assert Assessment.objects.get(post=post).own_topic == tickets and not TopicExample.objects.exists()
    assert Correction.objects.get().undone_at is not None
    refused = web.post(address, {"head": "own_topic", "label": "999"}, **HTMX)
    assert refused.status_code == 422 and b"no such label" in refused.content


def test_that_the_topic_is_right_is_an_example_and_can_be_taken_back(
    world: World, linnea: User, seats: Topic
) -> None:
    conversation = world.says("Aino", "Var är min plats?")
    judged(conversation, seats)
    for _time in range(2):
        actions.correct(
            conversation, newest(conversation), "own_topic", str(seats.pk), by=linnea, now=world.now
        )
    assert TopicExample.objects.count() == Correction.objects.count() == 1
    actions.undo(by=linnea, now=world.now)
    assert not TopicExample.objects.exists() and Assessment.objects.get().own_topic == seats


def test_the_list_is_filtered_by_it_on_the_page_and_in_what_follows(
    web: Client, world: World, linnea: User, seats: Topic, tickets: Topic
) -> None:
    first, second = world.says("Aino", "Var är min plats?"), world.says("Berit", "Min biljett?")
    judged(first, seats)
    judged(second, tickets)
    world.clock += timedelta(minutes=1)
    world.says("Aino", "Tack!")
    page = web.get(f"/inbox/?own_topic={seats.pk}").content.decode()
    assert f'data-id="{first.pk}"' in page and f'data-id="{second.pk}"' not in page
    assert f'<option value="{seats.pk}" selected>Seats &lt;b&gt;</option>' in page and "Filtered" in page
    assert f"own_topic={seats.pk}" in page.split('id="list"', 1)[-1]
    ids = [row.id for row in queries.inbox(linnea, "open", filters=Filters(own_topic=tickets.pk)).rows]
    assert ids == [second.pk]
    rows = web.get(f"/inbox/rows/?view=open&own_topic={seats.pk}&ids={first.pk},{second.pk}").content.decode()
    assert f'data-id="{first.pk}"' in rows and f'data-id="{second.pk}"' not in rows
    assert web.get("/inbox/?own_topic=nonsense").status_code == 200
