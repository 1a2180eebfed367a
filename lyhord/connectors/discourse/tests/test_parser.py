"""Webhooks and answers of a forum as events: its own examples, and each event in each shape."""

import json
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Media, Request, Unreadable, Unsupported
from lyhord.connectors.discourse import CONNECTOR
from lyhord.connectors.discourse.tests.contract import DATA
from lyhord.connectors.discourse.tests.forum import ALICE, BASE, US, Forum

HOOK = "https://kund.example/hooks/discourse/e1/?me=2"
EXAMPLES = sorted(DATA.glob("responses/*/*.json")) if DATA.is_dir() else []
SECRET = "h00k-secret-long"


@pytest.fixture
def forum() -> Forum:
    return Forum(hooks=[{"secret": SECRET}])


def told(forum: Forum, event: str, kind: str, part: dict[str, Any]) -> list[Item]:
    body, headers = forum.brings(event, kind, part)
    return CONNECTOR.parse(body, headers, HOOK, "POST")


def only(items: list[Item]) -> Event:
    [event] = items
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_official_example_is_read_or_refused_with_a_reason(path: Path) -> None:
    document = json.loads(path.read_bytes())
    items = CONNECTOR.parse(path.read_bytes(), {"x-base": BASE}, f"/{path.parent.name}.json", "GET")
    found = [item for item in items if isinstance(item, Event)]
    document = document if isinstance(document, dict) else {}
    posts = document.get("post_stream", {}).get("posts") or [
        part for part in (document, document.get("post")) if isinstance(part, dict) and "cooked" in part
    ]
    assert {event.item for event in found if event.kind == "created" or event.kind == "edited"} == {
        str(post["id"]) for post in posts
    }
    assert all(event.text and "<p>" not in event.text for event in found)
    assert all(item.why for item in items if not isinstance(item, Event))


def test_a_new_post_is_told_whole(forum: Forum) -> None:
    forum.post(ALICE, 17, "First")
    post = forum.post(ALICE, 17, "See", 1, topic_title="Late trains", topic_archetype="regular")
    post["cooked"] = (
        '<p>Is <b>it</b> late? <img src="/images/emoji/smile.png" class="emoji" alt=":)"> '
        '<img src="/uploads/a.png" alt="platform"> <a class="attachment" href="//cdn.example/b.pdf">b.pdf</a></p>'
    )
    event = only(told(forum, "post_created", "post", post))
    assert (event.kind, event.key, event.item) == ("created", "created:1001", "1001")
    assert (event.thread, event.parent, event.aliases, event.title) == (
        "topic:17",
        "17:1",
        ("17:2",),
        "Late trains",
    )
    assert event.author is not None
    assert (event.author.native, event.author.handle, event.author.name) == ("7", "alice", "Alice")
    assert event.text.startswith("Is it late?")
    assert (event.visibility, event.is_own, event.link) == ("public", False, f"{BASE}/t/t/17/2")
    assert event.media == (
        Media(f"{BASE}/uploads/a.png", "picture", "platform", "a.png"),
        Media("https://cdn.example/b.pdf", "file", "", "b.pdf"),
    )


def test_hook_and_list_give_the_same_key(forum: Forum) -> None:
    post = forum.post(ALICE, 17, "First")
    by_list = CONNECTOR.parse(
        json.dumps({"latest_posts": [post]}).encode(), {"x-account": "2"}, "/posts.json", "GET"
    )
    assert only(by_list).key == only(told(forum, "post_created", "post", post)).key


def test_our_own_post_is_ours_by_the_hooks_address(forum: Forum) -> None:
    post = {**forum.post(US, 17, "We look"), "yours": False}
    assert only(told(forum, "post_created", "post", post)).is_own
    body, headers = forum.brings("post_created", "post", post)
    assert not only(CONNECTOR.parse(body, headers, HOOK.partition("?")[0], "POST")).is_own


def test_private_messages_are_private(forum: Forum) -> None:
    post = forum.post(ALICE, 17, "070", topic_archetype="private_message")
    assert only(told(forum, "post_created", "post", post)).visibility == "private"


def test_edits_count_once_a_version(forum: Forum) -> None:
    post = forum.post(ALICE, 17, "Corrected", version=3)
    assert only(told(forum, "post_edited", "post", post)).key == "edited:1000:3"
    listed = CONNECTOR.parse(json.dumps({"latest_posts": [post]}).encode(), {}, "/posts.json", "GET")
    assert [item.key for item in listed if isinstance(item, Event)] == ["created:1000", "edited:1000:3"]


@pytest.mark.parametrize(
    ("event", "change"),
    [
        ("post_destroyed", {}),
        ("post_edited", {"user_deleted": True}),
        ("post_created", {"deleted_at": "2026-11-21T12:00:00Z"}),
    ],
)
def test_deletions_by_anyone_are_deletions(forum: Forum, event: str, change: dict[str, Any]) -> None:
    found = only(told(forum, event, "post", forum.post(ALICE, 17, "Gone", **change)))
    assert (found.kind, found.item, found.text, found.author) == ("deleted", "1000", "", None)


def test_a_destroyed_topic_takes_its_first_post(forum: Forum) -> None:
    found = only(told(forum, "topic_destroyed", "topic", {"id": 17, "title": "x"}))
    assert (found.kind, found.item, found.thread) == ("deleted", "17:1", "topic:17")


def test_hidden_and_recovered_posts(forum: Forum) -> None:
    kinds = [item.kind for item in told(forum, "post_edited", "post", forum.post(ALICE, 17, "Rude", hidden=True))
             if isinstance(item, Event)]  # fmt: skip
    assert kinds == ["edited", "hidden"]
    back = told(forum, "post_recovered", "post", forum.post(ALICE, 17, "Back"))
    assert [item.kind for item in back if isinstance(item, Event)] == ["created", "shown"]


def test_likes_and_users(forum: Forum) -> None:
    user = {"id": 8, "username": "kari", "name": "Kari"}
    like = only(told(forum, "post_liked", "like", {"post": forum.post(US, 17, "x"), "user": user}))
    assert (like.kind, like.item, like.text, like.author and like.author.native) == (
        "reaction",
        "1000",
        "❤",
        "8",
    )
    assert only(told(forum, "user_destroyed", "user", user)).kind == "erasure"
    changed = only(told(forum, "user_updated", "user", user))
    assert (changed.kind, changed.author and changed.author.name) == ("author_changed", "Kari")


@pytest.mark.parametrize(
    ("event", "kind", "part"),
    [
        ("topic_created", "topic", {"id": 17}),
        ("user_logged_in", "user", {"id": 8, "username": "kari"}),
        ("notification_created", "notification", {"id": 3}),
        ("something_new", "thing", {"id": 3}),
    ],
)
def test_what_we_do_not_use_is_kept_as_such(
    forum: Forum, event: str, kind: str, part: dict[str, Any]
) -> None:
    [item] = told(forum, event, kind, part)
    assert isinstance(item, Unsupported)
    assert item.why


@pytest.mark.parametrize("kind", [3, 4, 99])
def test_notes_and_whispers_are_not_customers_words(forum: Forum, kind: int) -> None:
    [item] = told(forum, "post_created", "post", forum.post(ALICE, 17, "x", post_type=kind))
    assert isinstance(item, Unsupported)


def test_one_bad_post_leaves_the_others(forum: Forum) -> None:
    good = forum.post(ALICE, 17, "Fine")
    bad = {**good, "id": 7, "user_id": "x"}
    items = CONNECTOR.parse(json.dumps({"latest_posts": [bad, good, 5]}).encode(), {}, "/posts.json", "GET")
    assert [type(item) for item in items] == [Unreadable, Event, Unreadable]
    assert items[2].item == "7"


def test_only_the_forums_signature_over_these_bytes_counts(forum: Forum) -> None:
    body, headers = forum.brings("post_created", "post", forum.post(ALICE, 17, "Hello"))
    name = "x-discourse-event-signature"
    assert CONNECTOR.verify(Request("POST", HOOK, headers, body), {"hook_secret": SECRET})
    given = headers[name]
    for place in range(len(given)):
        forged = given[:place] + ("0" if given[place] != "0" else "1") + given[place + 1 :]
        assert not CONNECTOR.verify(
            Request("POST", HOOK, {**headers, name: forged}, body), {"hook_secret": SECRET}
        )
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert not CONNECTOR.verify(Request("POST", HOOK, headers, changed), {"hook_secret": SECRET})
    assert not CONNECTOR.verify(Request("POST", HOOK, headers, body), {"hook_secret": "other"})
    assert not CONNECTOR.verify(Request("GET", HOOK, headers, body), {"hook_secret": SECRET})
