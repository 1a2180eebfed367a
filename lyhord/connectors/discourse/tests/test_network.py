"""Connecting, reading and sending against a forum of ours that checks every call against the official description."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    ConnectFailed,
    Denied,
    Event,
    File,
    Found,
    Gone,
    Hidden,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors.discourse import CONNECTOR
from lyhord.connectors.discourse.tests.forum import ALICE, BASE, KEY, US, Forum, refusal

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOOK = "https://kund.example/hooks/discourse/e1/"


@pytest.fixture
def forum() -> Iterator[Forum]:
    there = Forum()
    yield there
    assert there.faults == []


def side(**fields: Any) -> AccountSide:
    usual: dict[str, Any] = {
        "id": 1, "native": str(US), "handle": "nordbanan",
        "settings": {"server": "Forum.Example/", "username": "nordbanan"}, "secrets": {"api_key": KEY},
        "app": {"hook_url": HOOK, "hook_secret": "h00k-secret-long"},
    }  # fmt: skip
    return AccountSide(**{**usual, **fields})


def asks(forum: Forum) -> Outgoing:
    """Our answer to a post of a customer's in a topic."""
    forum.post(ALICE, 17, "Is the train late?")
    post = forum.post(ALICE, 17, "And the bus?", 1)
    return Outgoing(
        verb="reply", key="k1", text="We look into it. /Maja", item=str(post["id"]), thread="topic:17",
        person=str(ALICE), person_handle="alice", made_at=NOW,
        facts={"topic": "17", "number": 2, "title": "Late trains"},
    )  # fmt: skip


def send(forum: Forum, outgoing: Outgoing, **fields: Any) -> object:
    return CONNECTOR.send(forum.http, side(**fields), outgoing, NOW)


def events(forum: Forum, cursor: str = "") -> tuple[list[Event], str]:
    found: list[Event] = []
    for arrival in CONNECTOR.poll(forum.http, side(), cursor, NOW):
        cursor = arrival.cursor
        found += [
            item
            for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, "GET")
            if isinstance(item, Event)
        ]
    return found, cursor


def test_connecting_tells_who_we_are_what_it_takes_and_sets_the_webhook(forum: Forum) -> None:
    told = CONNECTOR.connect(forum.http, side(), NOW)
    assert (told.native, told.handle, told.notes) == ("2", "nordbanan", ())
    assert told.state == {
        "max_post_length": 1000, "min_post_length": 5, "min_private_length": 3, "hook": True, "is_staff": True,
    }  # fmt: skip
    CONNECTOR.connect(forum.http, side(), NOW)
    [hook] = forum.hooks  # the second time the same one was set anew
    assert hook["payload_url"] == f"{HOOK}?me=2"
    assert (hook["secret"], hook["active"], hook["wildcard_web_hook"]) == ("h00k-secret-long", True, False)
    assert hook["web_hook_event_type_ids"] == [104, 201, 202, 203, 307]
    account = side(state=told.state)
    assert CONNECTOR.abilities(account).receive == ("hook", "poll")
    assert CONNECTOR.abilities(account).reply["public"].limit == 1000


def test_without_an_administrators_key_we_ask_and_say_so(forum: Forum) -> None:
    forum.is_admin = False
    told = CONNECTOR.connect(forum.http, side(), NOW)
    assert told.state["hook"] is False
    assert len(told.notes) == 2
    assert CONNECTOR.abilities(side(state=told.state)).receive == ("poll",)


def test_a_revoked_key_says_what_to_do(forum: Forum) -> None:
    dead = {"api_key": "other"}
    with pytest.raises(ConnectFailed, match="API key"):
        CONNECTOR.connect(forum.http, side(secrets=dead), NOW)
    with pytest.raises(Trouble) as caught:
        list(CONNECTOR.poll(forum.http, side(secrets=dead), "", NOW))
    assert caught.value.account_state == "token_revoked"
    outcome = send(forum, asks(forum), secrets=dead)
    assert isinstance(outcome, Refused)
    assert outcome.account_state == "token_revoked"


def test_a_poll_brings_what_is_new_once_public_and_private(forum: Forum) -> None:
    forum.archetypes[18] = "private_message"
    forum.post(ALICE, 17, "Is the train late?")
    forum.post(ALICE, 18, "My number is 070")
    found, cursor = events(forum)
    assert [(event.thread, event.visibility, event.is_own) for event in found] == [
        ("topic:17", "public", False),
        ("topic:18", "private", False),
    ]
    assert events(forum, cursor)[0] == []
    for each in range(120):
        forum.post(US if each == 119 else ALICE, 17, f"Word {each}", 1)
    found, _cursor = events(forum, cursor)
    # A page may hold what was seen before; its key is known then.
    assert [event.text for event in found][-120:] == [f"Word {each}" for each in range(120)]
    assert found[-1].parent == "17:1"
    assert [event.is_own for event in found][-2:] == [False, True]


def test_backfill_goes_back_to_the_day_wanted(forum: Forum) -> None:
    for each in range(70):
        forum.post(ALICE, 17, f"Word {each}")
    arrivals = list(CONNECTOR.backfill(forum.http, side(), "", NOW - timedelta(days=9)))
    told = {
        item.item for arrival in arrivals for item in CONNECTOR.parse(arrival.raw, arrival.headers, "", "GET")
    }
    assert len(told) == 70
    assert len(list(CONNECTOR.backfill(forum.http, side(), "", NOW + timedelta(days=9)))) == 1
    resumed = list(CONNECTOR.backfill(forum.http, side(), arrivals[0].cursor, NOW - timedelta(days=9)))
    assert len(resumed) == 1


def test_a_post_is_fetched_with_its_topic_and_gone_is_gone(forum: Forum) -> None:
    forum.archetypes[18] = "private_message"
    post = forum.post(ALICE, 18, "My number is 070")
    for name in (str(post["id"]), "18:1"):
        found = CONNECTOR.fetch(forum.http, side(), name, NOW)
        assert isinstance(found, Found)
        items = [
            each
            for arrival in found.arrivals
            for each in CONNECTOR.parse(arrival.raw, arrival.headers, "", "GET")
        ]
        assert {(each.item, each.visibility) for each in items if isinstance(each, Event)} == {
            (str(post["id"]), "private")
        }
    assert CONNECTOR.fetch(forum.http, side(), "99", NOW) == Gone()
    forum.next = [refusal(403, "You are not permitted to view the requested resource.", "invalid_access")]
    assert isinstance(CONNECTOR.fetch(forum.http, side(), "99", NOW), Hidden)


def test_an_answer_stands_in_its_topic_below_what_it_answers(forum: Forum) -> None:
    reply = asks(forum)
    assert send(forum, reply) == Sent("1002", f"{BASE}/t/t/17/3", aliases=("17:3",))
    assert forum.calls[-1][2] == {"raw": "We look into it. /Maja", "topic_id": 17, "reply_to_post_number": 2}
    assert isinstance(send(forum, replace(reply, facts={})), Sent)  # asks first where it stands
    assert forum.calls[-1][2]["reply_to_post_number"] == 2
    assert isinstance(send(forum, replace(reply, tag="whisper", visibility="private")), Sent)
    assert forum.calls[-1][2]["whisper"] is True


def test_a_private_answer_to_a_public_word_is_a_private_message(forum: Forum) -> None:
    assert isinstance(send(forum, replace(asks(forum), visibility="private")), Sent)
    assert forum.calls[-1][2] == {
        "title": "Late trains", "raw": "We look into it. /Maja", "archetype": "private_message",
        "target_recipients": "alice",
    }  # fmt: skip
    public = replace(asks(forum), item_visibility="private")
    assert isinstance(send(forum, public), Refused)
    assert isinstance(CONNECTOR.can_reply(side(), public, NOW, NOW), Denied)


def test_pictures_go_along(forum: Forum) -> None:
    picture = File("map.png", "image/png", b"\x89PNG", "Where [we] are")
    assert isinstance(send(forum, replace(asks(forum), files=(picture,))), Sent)
    assert forum.calls[-1][2]["raw"] == "We look into it. /Maja\n\n![Where  we  are](upload://abc.png)"


@pytest.mark.parametrize(
    ("change", "method", "path", "body"),
    [
        ({"verb": "edit", "text": "Better"}, "put", "/posts/1001.json", {"post": {"raw": "Better"}}),
        ({"verb": "delete"}, "delete", "/posts/1001.json", None),
        ({"verb": "like"}, "post", "/post_actions.json", {"id": 1001, "post_action_type_id": 2}),
        ({"verb": "unlike"}, "delete", "/post_actions/1001.json", {"post_action_type_id": 2}),
        ({"verb": "hide"}, "post", "/post_actions.json", {"id": 1001, "post_action_type_id": 4, "take_action": True}),
        ({"verb": "unhide"}, "put", "/posts/1001/unhide.json", None),
        ({"verb": "report", "reason": "Spam"}, "post", "/post_actions.json",
         {"id": 1001, "post_action_type_id": 7, "message": "Spam"}),
        ({"verb": "block", "reason": "Threats"}, "put", "/admin/users/7/silence.json",
         {"silenced_till": "2126-10-28", "reason": "Threats"}),
        ({"verb": "block", "tag": "suspend"}, "put", "/admin/users/7/suspend.json",
         {"suspend_until": "2126-10-28", "reason": "-"}),
        ({"verb": "unblock"}, "put", "/admin/users/7/unsilence.json", None),
        ({"verb": "unblock", "tag": "suspend"}, "put", "/admin/users/7/unsuspend.json", None),
        ({"verb": "post", "title": "News"}, "post", "/posts.json", {"title": "News", "raw": "We look into it. /Maja"}),
    ],
)  # fmt: skip
def test_each_deed_is_the_call_of_the_forum(
    forum: Forum, change: dict[str, Any], method: str, path: str, body: Any
) -> None:
    assert isinstance(send(forum, replace(asks(forum), **change)), Sent)
    assert forum.calls[-1] == (method, path, body)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (refusal(429, "Slow down", "rate_limit", wait_seconds=17), Retry, "wait"),
        (refusal(422, "Body is too short", "invalid_parameters"), Refused, "too short"),
        (refusal(422, "Body is too similar to what you recently posted", ""), Unsure, "moment ago"),
        (refusal(403, "You are not permitted to view it.", "invalid_access"), Refused, "forbids"),
        (refusal(404, "No", "not_found"), Refused, "no such"),
        (httpx.Response(502), Unsure, "broke down"),
        (httpx.Response(200, text="<html>"), Unsure, "number"),
        (httpx.Response(200, json={"action": "enqueued", "success": True}), Refused, "review"),
        (httpx.ReadTimeout("slow"), Unsure, "no answer"),
        (httpx.ConnectError("no"), Retry, "reached"),
    ],
)  # fmt: skip
def test_each_answer_of_the_forum_means_one_thing(forum: Forum, answer: Any, kind: Any, says: str) -> None:
    reply = asks(forum)
    forum.next = [answer]
    outcome = send(forum, reply)
    assert isinstance(outcome, kind)
    assert says in outcome.why
    assert len(forum.calls) == 1
    if says == "wait":
        assert isinstance(outcome, Retry)
        assert outcome.at == NOW + timedelta(seconds=17)


def test_what_is_too_short_or_too_long_never_leaves(forum: Forum) -> None:
    reply, state = asks(forum), {"min_post_length": 20, "max_post_length": 30}
    for text in ("No.", "x" * 31):
        outcome = send(forum, replace(reply, text=text), state=state)
        assert isinstance(outcome, Refused)
        assert str(len(text)) in outcome.why
    assert forum.calls == []


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_a_lost_answer_is_found_by_looking(forum: Forum, visibility: Any) -> None:
    reply = replace(asks(forum), visibility=visibility, made_at=NOW - timedelta(minutes=58))
    forum.loses = True
    assert isinstance(send(forum, reply), Unsure)
    found = CONNECTOR.settle(forum.http, side(), reply, NOW)
    assert isinstance(found, Sent)
    assert (found.native, found.evidence) == ("1002", "read_back")
    assert [call[0] for call in forum.calls].count("post") == 1


def test_what_is_certainly_not_there_may_be_sent_again(forum: Forum) -> None:
    reply = replace(asks(forum), made_at=NOW)
    later = NOW + timedelta(minutes=6)
    assert isinstance(CONNECTOR.settle(forum.http, side(), reply, later), Retry)
    assert isinstance(CONNECTOR.settle(forum.http, side(), reply, NOW), Unsure)  # it may be under way
    forum.posts.clear()
    assert isinstance(CONNECTOR.settle(forum.http, side(), reply, later), Unsure)
    forum.next = [httpx.ReadTimeout("slow")]
    assert isinstance(CONNECTOR.settle(forum.http, side(), reply, later), Unsure)
