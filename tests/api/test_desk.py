"""Conversations by API."""

from datetime import timedelta
from typing import Any

import pytest

from lyhord.desk.models import Draft, Turn
from lyhord.outbox.models import Dispatch
from tests.api.conftest import Caller
from tests.world import World


def at(world: World) -> str:
    return f"conversations/{world.conversation.pk}"


def test_the_inbox_gives_rows_with_what_pages_show(agent: Caller, world: World) -> None:
    world.said("Bo", "Kaffet är kallt")
    found = agent.get("conversations").told
    assert [row["customer"] for row in found["items"]] == ["Bo"]
    assert found["items"][0]["waits"] is True
    assert found["items"][0]["last_at"].endswith("Z")
    assert found["next"] is None


def test_a_view_that_does_not_exist_is_told(agent: Caller) -> None:
    assert agent.get("conversations", view="nonsense").status == 422


def test_filters_narrow_and_strangers_see_nothing(agent: Caller, stranger: Caller, world: World) -> None:
    assert agent.get("conversations", view="waiting", q="tåg").told["items"][0]["id"] == world.conversation.pk
    assert agent.get("conversations", view="waiting", q="båt").told["items"] == []
    assert stranger.get("conversations", view="waiting").told["items"] == []


def test_pages_walk_through_all_without_repeats(agent: Caller, world: World) -> None:
    for n in range(7):
        world.said(f"Person{n}", "Hej")
    found: list[int] = []
    after: str | None = ""
    while after is not None:
        page = agent.get("conversations", limit=3, after=after).told
        found += [row["id"] for row in page["items"]]
        after = page["next"]
    assert len(found) == len(set(found)) == 7


def test_a_cursor_of_one_s_own_making_is_refused(agent: Caller, world: World) -> None:
    for path in ("conversations", f"{at(world)}/turns", "dispatches", "people"):
        assert agent.get(path, after="nonsense").status == 400


def test_a_conversation_tells_how_to_answer(agent: Caller, world: World) -> None:
    told = agent.get(at(world)).told
    assert told["answer_strand"] == told["strands"][0]["id"]
    assert told["strands"][0]["longest"] > 0
    assert told["newest_turn"] == Turn.objects.filter(conversation=world.conversation).latest("pk").pk


def test_turns_come_in_order_and_can_be_followed(agent: Caller, world: World) -> None:
    first = agent.get(f"{at(world)}/turns", limit=1).told
    second = agent.get(f"{at(world)}/turns", limit=1, after=first["next"]).told
    assert [first["items"][0]["kind"], second["items"][0]["kind"]] == ["post", "reply"]
    assert second["next"] is None
    assert agent.get(f"{at(world)}/turns", since=second["items"][0]["id"]).told["items"] == []


def test_card_counts_colleagues_and_next(agent: Caller, world: World) -> None:
    assert agent.get(f"{at(world)}/card").told["name"] == "Anna"
    assert agent.get("conversations/counts").told["waiting"] == 1
    names = {row["name"] for row in agent.get(f"{at(world)}/colleagues").told}
    assert "Lead A" in names
    assert "Agent B" not in names
    assert agent.get("conversations/next").told == {"id": None}


def answer_to(world: World, agent: Caller, **fields: Any) -> dict[str, Any]:
    return {
        "text": "Tåget står i Umeå.",
        "is_public": True,
        "seen": agent.get(at(world)).told["newest_turn"],
        **fields,
    }


def test_a_reply_is_queued_once_for_one_idempotency_key(agent: Caller, world: World) -> None:
    body = answer_to(world, agent)
    first = agent.post(f"{at(world)}/replies", body, Idempotency_Key="a")
    again = agent.post(f"{at(world)}/replies", body, Idempotency_Key="a")
    assert (first.status, again.status) == (201, 201)
    assert first.told == again.told
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.told["state"] == "queued"
    assert Dispatch.objects.filter(text__startswith="Tåget står").count() == 1


def test_a_reply_after_newer_words_is_refused_and_they_come_along(agent: Caller, world: World) -> None:
    body = answer_to(world, agent)
    world.said("Anna", "Hallå?")
    refused = agent.post(f"{at(world)}/replies", body)
    assert refused.status == 409
    assert refused.code == "newer_turn"
    assert [turn["text"] for turn in refused.told["error"]["turns"]] == ["Hallå?"]
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": "x" * 5000}, 422),
        ({"text": ""}, 422),
        ({"is_public": False}, 409),
        ({"strand": 10**9}, 422),
        ({"state": "sent"}, 422),
        ({"is_public": None}, 422),
    ],
)
def test_a_reply_that_cannot_be_is_refused(agent: Caller, world: World, change: Any, status: int) -> None:
    assert agent.post(f"{at(world)}/replies", answer_to(world, agent) | change).status == status
    assert Dispatch.objects.count() == 1


def test_notes_stay_in_the_house_and_experts_may_write_them(caller: Any, world: World) -> None:
    expert = caller("expert_a")
    assert expert.post(f"{at(world)}/notes", {"text": "Ask the depot."}).told["kind"] == "note"
    assert expert.post(f"{at(world)}/replies", answer_to(world, expert)).status == 403
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "body", "field", "value"),
    [
        ("take", None, "assignee", "Agent A"),
        ("close", None, "status", "closed"),
        ("reopen", None, "status", "open"),
        ("tag", {"name": "Delay"}, "tags", ["Delay"]),
        ("spam", None, "is_spam", True),
        ("unread", None, "is_new", True),
        ("read", {}, "is_new", False),
    ],
)
def test_verbs_give_the_conversation_as_it_now_stands(
    agent: Caller, stranger: Caller, world: World, verb: str, body: Any, field: str, value: Any
) -> None:
    assert stranger.post(f"{at(world)}/{verb}", body).status == 404
    done = agent.post(f"{at(world)}/{verb}", body)
    assert (done.status, done.told[field]) == (200, value)


def test_priority_subject_snooze_wake_untag_and_team(agent: Caller, world: World) -> None:
    assert agent.put(f"{at(world)}/priority", {"priority": 90}).told["priority"] == 90
    assert agent.put(f"{at(world)}/priority", {"priority": 900}).status == 422
    assert agent.put(f"{at(world)}/subject", {"subject": "Tåget"}).told["subject"] == "Tåget"
    until = (world.now + timedelta(hours=3)).isoformat()
    assert agent.post(f"{at(world)}/snooze", {"until": until}).told["status"] == "snoozed"
    assert agent.post(f"{at(world)}/snooze", {"until": "2026-11-20T12:00:00"}).status == 422
    assert agent.post(f"{at(world)}/wake").told["status"] == "open"
    agent.post(f"{at(world)}/tag", {"name": "a"})
    assert agent.post(f"{at(world)}/untag", {"name": "a"}).told["tags"] == []
    assert agent.post(f"{at(world)}/assign-team", {"team": world.team.pk}).status == 200
    assert agent.post(f"{at(world)}/not-spam").status == 200


def test_it_goes_only_to_those_who_see_it(agent: Caller, world: World) -> None:
    assert agent.post(f"{at(world)}/assign", {"to": world.people["lead_a"].pk}).told["assignee"] == "Lead A"
    assert agent.post(f"{at(world)}/assign", {"to": world.people["agent_b"].pk}).status == 409
    hidden = agent.post(f"{at(world)}/assign", {"to": world.people["agent_other"].pk})
    nobody = agent.post(f"{at(world)}/assign", {"to": 10**12})
    assert hidden.status == nobody.status == 422
    assert hidden.code == nobody.code
    assert agent.post(f"{at(world)}/assign", {"to": None}).told["assignee_id"] is None


def test_ids_of_all_that_match_go_to_bulk(agent: Caller, stranger: Caller, world: World) -> None:
    for n in range(3):
        world.said(f"Person{n}", "Hej")
    told = agent.get("conversations/ids", q="is:theirs is:odd").told
    listed = [row["id"] for row in agent.get("conversations").told["items"]]
    assert told == {"ids": listed, "total": len(listed), "is_more": False, "unknown": ["is:odd"]}
    assert agent.post("conversations/bulk", {"ids": told["ids"], "verb": "take"}).told["refused"] == {}
    assert agent.get("conversations", q="assignee:me").told["unknown"] == []
    assert len(agent.get("conversations", q="assignee:me").told["items"]) == len(listed)
    assert stranger.get("conversations/ids").told["ids"] == []
    assert agent.get("conversations/ids", view="nonsense").status == 422


def test_bulk_tells_what_changed_and_says_nothing_of_what_one_does_not_see(
    agent: Caller, stranger: Caller, world: World
) -> None:
    ids = [world.conversation.pk, 10**9]
    assert stranger.post("conversations/bulk", {"ids": ids, "verb": "close"}).told == {
        "changed": [],
        "refused": {},
    }
    assert agent.post("conversations/bulk", {"ids": ids, "verb": "close"}).told["changed"] == [
        world.conversation.pk
    ]
    assert agent.post("conversations/bulk", {"ids": ids, "verb": "tag"}).code == "value_missing"
    assert agent.post("conversations/bulk", {"ids": ids, "verb": "erase"}).status == 422


def test_undo_takes_back_the_newest_change_of_one_s_own(agent: Caller, caller: Any, world: World) -> None:
    agent.post(f"{at(world)}/close")
    assert caller("lead_a").post("undo").code == "nothing_to_undo"
    undone = agent.post("undo").told
    assert (undone["verb"], undone["conversations"]) == ("close", [world.conversation.pk])
    assert agent.get(at(world)).told["status"] == "waiting"


def test_drafts_are_kept_read_and_taken_over(
    agent: Caller, lead: Caller, stranger: Caller, world: World
) -> None:
    saved = agent.put(f"{at(world)}/drafts/public", {"text": "Hej Anna"}).told
    assert [draft["text"] for draft in lead.get(f"{at(world)}/drafts").told] == ["Hej Anna"]
    assert stranger.post(f"{at(world)}/drafts/{saved['id']}/take").status == 404
    assert lead.post(f"{at(world)}/drafts/{saved['id']}/take").told["name"] == "Lead A"
    assert lead.put(f"{at(world)}/drafts/public", {"text": ""}).told is None
    assert not Draft.objects.exists()
    assert agent.put(f"{at(world)}/drafts/other", {"text": "x"}).status == 422


def test_presence_is_told_to_colleagues(agent: Caller, lead: Caller, world: World) -> None:
    agent.put(f"{at(world)}/presence", {"doing": "writing"})
    assert lead.put(f"{at(world)}/presence", {"doing": "viewing"}).told[0]["name"] == "Agent A"
    assert len(lead.get(f"{at(world)}/presence").told) == 2
    assert agent.put(f"{at(world)}/presence", {"doing": "dancing"}).status == 422


def test_moderating_asks_for_the_mandate(agent: Caller, caller: Any, world: World) -> None:
    body = {"verb": "hide", "post": world.post.pk}
    assert agent.post(f"{at(world)}/moderate", body).code == "not_yours"
    assert caller("moderator_a").post(f"{at(world)}/moderate", body).told["what"] == "hide"
    assert caller("moderator_a").post(f"{at(world)}/moderate", body | {"post": 10**9}).code == "no_such"


def test_moving_to_private_answers_in_private(agent: Caller, world: World) -> None:
    body = answer_to(world, agent)
    del body["is_public"]
    moved = agent.post(f"{at(world)}/move-to-private", body)
    assert (moved.status, moved.told["is_public"]) == (201, False)
    assert agent.post(f"{at(world)}/move-to-private", body).code == "newer_turn"


def test_saved_views_are_one_s_own_or_the_team_s(
    agent: Caller, lead: Caller, stranger: Caller, world: World
) -> None:
    mine = agent.post("views", {"name": "Mine", "query": "view=mine"}).told
    assert agent.post("views", {"name": "Ours", "query": "", "team": world.team.pk}).status == 403
    shared = lead.post("views", {"name": "Ours", "query": "tag=a", "team": world.team.pk}).told
    assert [view["name"] for view in agent.get("views").told] == ["Mine", "Ours"]
    assert lead.delete(f"views/{mine['id']}").status == 404
    assert agent.delete(f"views/{shared['id']}").status == 403
    assert stranger.delete(f"views/{shared['id']}").status == 404
    assert agent.delete(f"views/{mine['id']}").status == 204
    assert agent.get("tags").told == []
