"""The operator's own topics by API: the same as the pages."""

from typing import Any

import pytest

from lyhord.triage.models import Assessment, Topic, TopicExample, TopicModel
from tests.api.conftest import Caller
from tests.world import World


@pytest.fixture
def seats(world: World, now: Any) -> Topic:
    return Topic.objects.create(name="Seats", by=world.people["lead_a"], at=now)


def test_topics_are_made_changed_moved_and_retired(agent: Caller, lead: Caller, seats: Topic) -> None:
    given = {"name": " Tickets ", "description": "To ride"}
    assert agent.post("triage/topics", given).status == 403
    made = lead.post("triage/topics", given)
    assert (made.status, made.told["name"], made.told["position"]) == (201, "Tickets", 1)
    assert lead.post("triage/topics", {"name": "tickets"}).code == "name_taken"
    assert lead.post("triage/topics", {"name": "  "}).code == "bad_topic"
    assert lead.post("triage/topics", {"name": "x" * 61}).status == 422
    pk = made.told["id"]
    told = lead.patch(f"triage/topics/{pk}", {"description": "New", "position": 0}).told
    assert (told["name"], told["description"], told["position"]) == ("Tickets", "New", 0)
    assert [one["name"] for one in agent.get("triage/topics").told["topics"]] == ["Tickets", "Seats"]
    assert agent.patch(f"triage/topics/{pk}", {"name": "x"}).status == 403
    assert lead.post(f"triage/topics/{pk}/retire").told["retired_at"]
    told = agent.get("triage/topics").told["topics"]
    assert [(one["name"], one["retired_at"] is None) for one in told] == [("Seats", True), ("Tickets", False)]
    assert lead.post(f"triage/topics/{pk}/bring-back").told["retired_at"] is None
    assert agent.get(f"triage/topics/{pk}").told["name"] == "Tickets"
    assert agent.get("triage/topics/999999").status == 404


def test_beginning_leaves_out_what_is_there(lead: Caller, seats: Topic) -> None:
    assert len(lead.post("triage/topics/begin").told) == 17
    assert lead.post("triage/topics/begin").told == []


def test_examples_are_listed_added_and_removed(agent: Caller, lead: Caller, seats: Topic) -> None:
    at = f"triage/topics/{seats.pk}/examples"
    assert agent.post(at, {"texts": ["x"]}).status == 403
    report = lead.post(at, {"texts": ["Wrong seat", "wrong SEAT", "?"]}).told
    assert (report["taken"], [one["line"] for one in report["doubled"]]) == (1, [2])
    assert [one["line"] for one in report["refused"]] == [3]
    given = {
        "examples": [{"text": "Wrong seat", "topic": "Tickets"}, {"text": "Ticket gone", "topic": "tickets"}]
    }
    assert lead.post("triage/topics/examples", given).told["taken"] == 0
    told = lead.post("triage/topics/examples", given | {"make_topics": True}).told
    assert (told["taken"], told["topics"]) == (1, ["Tickets"]) and "Seats" in told["refused"][0]["why"]
    lead.post(at, {"texts": ["Other seat"]})
    first = agent.get(at, limit=1).told
    assert [one["text"] for one in first["items"]] == ["Other seat"]
    (second,) = agent.get(at, limit=1, after=first["next"]).told["items"]
    assert (second["text"], second["source"], second["post"]) == ("Wrong seat", "written", None)
    assert agent.delete(f"{at}/{second['id']}").status == 403
    assert lead.delete(f"{at}/{second['id']}").status == 204
    assert lead.delete(f"{at}/{second['id']}").status == 404
    assert TopicExample.objects.filter(topic=seats).count() == 1


def test_posts_are_corrected_filtered_and_become_examples(
    agent: Caller, lead: Caller, world: World, seats: Topic
) -> None:
    post, conversation = world.post.pk, world.conversation.pk
    assert agent.get(f"conversations/{conversation}").told["own_topic"] is None
    given = {"head": "own_topic", "label": str(seats.pk)}
    told = agent.post(f"posts/{post}/assessment/correct", given).told
    assert (told["own_topic"], told["own_topic_confidence"]) == (seats.pk, 1.0)
    assert agent.get(f"conversations/{conversation}").told["own_topic"] == {"id": seats.pk, "name": "Seats"}
    view = agent.get(f"conversations/{conversation}").told["status"]
    found = agent.get("conversations", view=view, own_topic=seats.pk).told["items"]
    assert [one["id"] for one in found] == [conversation]
    assert agent.get("conversations", view=view, own_topic=seats.pk + 1).told["items"] == []
    (one,) = agent.get(f"triage/topics/{seats.pk}/posts").told
    assert (one["post"], one["corrected"]) == (post, True)
    (example,) = agent.get(f"triage/topics/{seats.pk}/examples").told["items"]
    assert (example["post"], example["source"]) == (post, "post")
    given = {"post": post, "head": "own_topic", "label": "none"}
    assert agent.post(f"conversations/{conversation}/correct", given).status == 200
    assert agent.get("conversations", view=view, own_topic=seats.pk).told["items"] == []
    assert agent.post(f"conversations/{conversation}/correct", given | {"label": "x"}).code == "no_such_label"


def test_words_of_another_brand_are_not_told(world: World, seats: Topic, now: Any) -> None:
    other = Caller(world.headers("agent_other"))
    TopicExample.objects.create(
        topic=seats, text=world.post.text, key="0", lang="sv", source="post", post=world.post, by=world.people["agent_a"], at=now
    )  # fmt: skip
    Assessment.objects.filter(post=world.post).update(own_topic=seats)
    (example,) = other.get(f"triage/topics/{seats.pk}/examples").told["items"]
    assert (example["text"], example["post"]) == (None, None)
    assert other.get(f"triage/topics/{seats.pk}/posts").told == []
    assert other.get(f"triage/topics/{seats.pk}").told["posts"] == 0


def test_teaching_and_what_was_taught(agent: Caller, lead: Caller, seats: Topic, now: Any) -> None:
    assert agent.post("triage/topics/teach").status == 403
    assert lead.post("triage/topics/teach").code == "too_few"
    assert agent.get("triage/topics").told["missing"]
    rows = {name: [f"{name} word{'y' * n}" for n in range(8)] for name in ("Seats", "Tickets")}
    given = {"examples": [{"text": text, "topic": name} for name, texts in rows.items() for text in texts]}
    assert lead.post("triage/topics/examples", given | {"make_topics": True}).told["taken"] == 16
    assert agent.get("triage/topics").told["missing"] == ""
    assert lead.post("triage/topics/teach").told["state"] == "waiting"
    assert lead.post("triage/topics/teach").code == "under_way"
    figures = {"share": 0.75, "largest": 0.5, "topics": {str(seats.pk): [8, 6]}, "confused": []}
    TopicModel.objects.update(state="serving", figures=figures, labels=[seats.pk], taught=[1, 2])
    (row,) = agent.get("triage/topics/models").told
    assert (row["state"], row["share"], row["examples"], row["topics"]) == ("serving", 0.75, 2, [seats.pk])
    told = agent.get("triage/topics").told
    assert told["serving"] == row["id"] and (told["topics"][0]["right"], told["topics"][0]["taught"]) == (
        6,
        8,
    )


def test_the_chance_and_judging_anew(agent: Caller, lead: Caller, world: World) -> None:
    assert agent.put("triage/topics/chance", {"chance": 0.6}).status == 403
    assert lead.put("triage/topics/chance", {"chance": 0.6}).told == {"chance": 0.6}
    assert agent.get("triage/topics").told["chance"] == 0.6
    for wrong in (0, 0.0001, 1.5):
        assert lead.put("triage/topics/chance", {"chance": wrong}).status == 422
    assert agent.post("triage/topics/apply").status == 403
    assert lead.post("triage/topics/apply").told["posts"] >= 1
