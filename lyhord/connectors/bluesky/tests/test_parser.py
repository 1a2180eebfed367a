"""Cases that the recordings do not hold: each a few lines of JSON, as the lexicons have it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.bluesky import CONNECTOR
from lyhord.connectors.bluesky.names import address, digest, is_did, key_of
from lyhord.connectors.bluesky.tests.test_recordings import COLLECTED

US, HER, KARI = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb", "did:web:kari.example"
CID = "bafyreidxrvs5wtaaszkvt4hfl7a7w47o3aewijkmr7b3eksspa7dlbr5my"


def uri(did: str = HER, key: str = "3n2tvgbwtt225") -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def view(**record: Any) -> dict[str, Any]:
    said = {"$type": "app.bsky.feed.post", "text": "Hej", "createdAt": "2026-11-21T20:02:50.000Z", **record}
    author = {"did": HER, "handle": "alice.test", "displayName": "Alice"}
    return {
        "uri": uri(),
        "cid": CID,
        "author": author,
        "record": said,
        "indexedAt": "2026-11-21T20:02:51.000Z",
    }


def read(document: Any, **headers: str) -> list[Item]:
    return CONNECTOR.parse(json.dumps(document).encode(), headers, "", "GET")


def one(document: Any, **headers: str) -> Event:
    (event,) = read(document, **headers)
    assert isinstance(event, Event)
    return event


def reply(root: str, parent: str) -> dict[str, Any]:
    return {"root": {"uri": root, "cid": CID}, "parent": {"uri": parent, "cid": CID}}


def test_one_bad_item_stands_in_its_place_and_the_others_go_on() -> None:
    good = view()
    bad: list[Any] = [
        None,
        7,
        {},
        {**good, "uri": "at://x"},
        {**good, "author": {}},
        {**good, "record": {"text": 5}},
    ]
    for place in range(len(bad) + 1):
        posts = [*bad[:place], good, *bad[place:]]
        found = read({"posts": posts})
        assert len(found) == len(posts)
        assert [item.item for item in found if isinstance(item, Event)] == [uri()]
        assert all(item.why for item in found if not isinstance(item, Event))


def test_a_post_of_another_is_not_put_into_her_mouth() -> None:
    (item,) = read({"posts": [{**view(), "uri": uri(KARI)}]})
    assert isinstance(item, Unreadable)


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2026-11-21T20:02:50.000Z", "2026-11-21T20:02:50+00:00"),
        ("2026-11-21T21:02:50.000+01:00", "2026-11-21T20:02:50+00:00"),
        ("2026-11-20T00:00:00", "2026-11-20T00:00:00+00:00"),
        ("2038-01-01T00:00:00Z", "2026-11-21T20:02:51+00:00"),  # a clock ahead: when the network knew of it
        ("yesterday", "2026-11-21T20:02:51+00:00"),
        (None, "2026-11-21T20:02:51+00:00"),
    ],
)
def test_a_wrong_clock_costs_no_words(created: Any, expected: str) -> None:
    event = one(view(createdAt=created))
    assert event.at is not None
    assert event.at.isoformat() == expected


@pytest.mark.parametrize(
    ("record", "spoken_to"),
    [
        ({}, False),
        ({"reply": reply(uri(US), uri(KARI))}, True),
        ({"reply": reply(uri(KARI), uri(US))}, True),
        ({"reply": reply(uri(KARI), uri(KARI))}, False),
        ({"embed": {"$type": "app.bsky.embed.record", "record": {"uri": uri(US), "cid": CID}}}, True),
        (
            {
                "text": "@us hej",
                "facets": [
                    {
                        "index": {"byteStart": 0, "byteEnd": 3},
                        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": US}],
                    }
                ],
            },
            True,
        ),
    ],
)
def test_whom_it_speaks_to(record: dict[str, Any], spoken_to: bool) -> None:
    event = one(view(**record), **{"x-account": US})
    assert event.is_spoken_to is spoken_to
    assert event.key == f"{'created' if spoken_to else 'seen'}:{uri()}"


def test_places_of_facets_are_bytes_and_bad_ones_name_nobody() -> None:
    text = "👋🏽 @kari.example och @alla"
    start = len("👋🏽 ".encode())
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": KARI}
    facets = [
        {"index": {"byteStart": start, "byteEnd": start + 13}, "features": [feature]},
        {"index": {"byteStart": 900, "byteEnd": 5}, "features": [{**feature, "did": HER}]},
        {"index": None, "features": [{**feature, "did": 5}, None]},
        7,
    ]
    event = one(view(text=text, facets=facets))
    assert [(author.native, author.handle) for author in event.mentions] == [
        (KARI, "kari.example"),
        (HER, ""),
    ]


def test_what_hangs_on_a_post() -> None:
    blob = {"$type": "blob", "ref": {"$link": "bafkreia"}, "mimeType": "image/png", "size": 7}
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": "En sko", "image": blob}]}
    record = {"uri": uri(KARI), "cid": CID}
    both = {"$type": "app.bsky.embed.recordWithMedia", "record": {"record": record}, "media": images}
    event = one(view(embed=both, labels={"values": [{"val": "graphic-media"}]}, langs=["sv-FI", "en"]))
    assert [(medium.url, medium.alt) for medium in event.media] == [
        (f"https://cdn.bsky.app/img/feed_fullsize/plain/{HER}/bafkreia@jpeg", "En sko")
    ]
    assert event.extra["quotes"]["uri"] == uri(KARI)
    assert event.extra["labels"] == ["graphic-media"]
    assert event.lang == "sv-FI"
    film = one(view(embed={"$type": "app.bsky.embed.video", "video": blob, "alt": "Ett tåg"}))
    assert [medium.alt for medium in film.media] == ["Ett tåg"]
    card = {"uri": "https://nordbanan.example/", "title": "Nordbanan", "description": ""}
    page = one(view(embed={"$type": "app.bsky.embed.external", "external": card}))
    assert page.extra["card"] == {"uri": "https://nordbanan.example/", "title": "Nordbanan"}
    assert page.media == ()


def test_moderators_take_a_post_out_of_sight() -> None:
    marked = {**view(), "labels": [{"val": "!hide", "uri": uri()}, {"val": "spam", "neg": True}]}
    found = [item for item in read(marked) if isinstance(item, Event)]
    assert [event.kind for event in found] == ["created", "hidden"]
    assert found[0].extra["labels"] == ["!hide"]


def test_a_thread_deeper_than_any_stack_is_read() -> None:
    thread: dict[str, Any] = {"post": view(), "$type": "app.bsky.feed.defs#threadViewPost"}
    for _each in range(400):
        thread = {"post": view(), "parent": thread, "replies": [{"notFound": True, "uri": uri()}]}
    found = read({"thread": thread})
    assert sum(isinstance(item, Event) for item in found) == 401


# Streams ------------------------------------------------------------------------------------------------------

RECORD = {"$type": "app.bsky.feed.post", "text": "Tåget står still", "createdAt": "2026-11-21T20:02:50.000Z"}
PLACE = {"collection": "app.bsky.feed.post", "rkey": "3n2tvgbwtt225"}


@pytest.mark.parametrize(
    "message",
    [
        {"did": HER, "time_us": 1795291370000000, "kind": "commit",
         "commit": {"rev": "3n", "operation": "create", **PLACE, "record": RECORD, "cid": CID}},
        {"did": HER, "time_us": 1795291370000000, "type": "com",
         "commit": {"rev": "3n", "type": "c", **PLACE, "record": RECORD, "cid": CID}},
        {"payload": {"$type": "network.bsky.jetstream.subscribeEvents#commit", "did": HER, "seq": 5,
                     "time": "2026-11-21T20:02:50Z", "operation": "create", **PLACE, "record": RECORD, "cid": CID}},
    ],
)  # fmt: skip
def test_jetstream_in_its_forms_tells_one_event(message: dict[str, Any]) -> None:
    event = one(message)
    assert (event.kind, event.item, event.text) == ("created", uri(), "Tåget står still")
    assert event.at == datetime(2026, 11, 21, 20, 2, 50, tzinfo=UTC)
    assert event.extra["cid"] == CID


@pytest.mark.parametrize(
    ("operation", "kind", "key"),
    [("update", "edited", f"edited:{uri()}:{CID}"), ("delete", "deleted", f"deleted:{uri()}")],
)
def test_jetstream_tells_edits_and_deletions(operation: str, kind: str, key: str) -> None:
    commit = {"operation": operation, **PLACE} | (
        {"record": RECORD, "cid": CID} if operation == "update" else {}
    )
    event = one({"did": HER, "time_us": 1795291380000000, "kind": "commit", "commit": commit})
    assert (event.kind, event.key) == (kind, key)
    assert event.at == datetime(2026, 11, 21, 20, 3, 0, tzinfo=UTC)


def test_who_leaves_the_network_is_forgotten_and_who_sleeps_is_not() -> None:
    about = {"did": HER, "time_us": 1795291380000000, "kind": "account"}
    gone = one({**about, "account": {"active": False, "did": HER, "status": "deleted"}})
    assert (gone.kind, gone.author.native if gone.author else "") == ("erasure", HER)
    for status in ("deactivated", "takendown", "suspended", None):
        (item,) = read({**about, "account": {"active": False, "did": HER, "status": status}})
        assert isinstance(item, Unsupported)
    ours = one({**about, "did": US, "account": {"active": False, "did": US}}, **{"x-account": US})
    assert (ours.kind, ours.text) == ("account", "disabled")


def test_a_new_name_is_told_and_no_name_is_not() -> None:
    about = {"did": HER, "time_us": 1795291380000000, "kind": "identity"}
    event = one({**about, "identity": {"did": HER, "handle": "alice.example"}})
    assert event.kind == "author_changed"
    assert event.author is not None
    assert event.author.handle == "alice.example"
    (item,) = read({**about, "identity": {"did": HER, "handle": "handle.invalid"}})
    assert isinstance(item, Unsupported)


def test_our_own_gate_hides_replies_and_others_do_not() -> None:
    record = {"post": uri(US), "hiddenReplies": [uri(), 5], "createdAt": "2026-11-21T20:02:50Z"}
    commit = {"operation": "update", "collection": "app.bsky.feed.threadgate", "rkey": "3n2tvgbwtt225",
              "record": record, "cid": CID}  # fmt: skip
    event = one(
        {"did": US, "time_us": 1795291380000000, "kind": "commit", "commit": commit}, **{"x-account": US}
    )
    assert (event.kind, event.item) == ("hidden", uri())
    (item,) = read({"did": HER, "time_us": 1, "kind": "commit", "commit": commit}, **{"x-account": US})
    assert isinstance(item, Unsupported)


def test_several_messages_a_line_each() -> None:
    line = json.dumps({"did": HER, "time_us": 1795291370000000, "kind": "commit",
                       "commit": {"operation": "create", **PLACE, "record": RECORD, "cid": CID}})  # fmt: skip
    found = CONNECTOR.parse(f"{line}\n{{broken}}\n{line}".encode(), {}, "", "GET")
    assert [type(item) for item in found] == [Event, Unreadable, Event]


# Direct messages ----------------------------------------------------------------------------------------------

MESSAGE = {
    "id": "3m1",
    "rev": "r1",
    "text": "Mitt nummer är 070",
    "sender": {"did": HER},
    "sentAt": "2026-11-21T20:02:50Z",
}
MEMBERS = [{"did": HER, "handle": "alice.test", "displayName": "Alice"}, {"did": US, "handle": "brand.test"}]


def entry(kind: str, **more: Any) -> dict[str, Any]:
    return {"$type": f"chat.bsky.convo.defs#{kind}", "rev": "r2", "convoId": "c1", **more}


def test_a_direct_message_is_private_and_of_its_conversation() -> None:
    event = one(
        {"logs": [entry("logCreateMessage", message=MESSAGE, relatedProfiles=MEMBERS)]}, **{"x-account": US}
    )
    assert (event.kind, event.item, event.thread, event.visibility) == ("created", "3m1", "c1", "private")
    assert event.author is not None
    assert (event.author.native, event.author.handle) == (HER, "alice.test")
    assert event.is_spoken_to
    assert not event.is_own
    listed = one({"convos": [{"id": "c1", "rev": "r2", "members": MEMBERS, "muted": False, "unreadCount": 1,
                              "lastMessage": {"$type": "chat.bsky.convo.defs#messageView", **MESSAGE}}]})  # fmt: skip
    assert listed.key == event.key
    own = one(
        {"logs": [entry("logCreateMessage", message={**MESSAGE, "sender": {"did": US}})]}, **{"x-account": US}
    )
    assert own.is_own


def test_what_happens_to_a_direct_message() -> None:
    deleted = {"$type": "chat.bsky.convo.defs#deletedMessageView", "id": "3m1", "rev": "r", "sender": {"did": HER},
               "sentAt": "2026-11-21T20:02:50Z"}  # fmt: skip
    sign = {"value": "👍", "sender": {"did": HER}, "createdAt": "2026-11-21T20:03:00Z"}
    logs = [
        entry("logAddReaction", message=MESSAGE, reaction=sign),
        entry("logRemoveReaction", message=MESSAGE, reaction=sign),
        entry("logDeleteMessage", message=deleted),
        entry("logReadMessage", message=MESSAGE),
        entry("logBeginConvo"),
        entry("logCreateMessage", message={"id": "x"}),
    ]
    found = read({"logs": logs})
    assert [(item.kind, item.text) for item in found if isinstance(item, Event)] == [
        ("reaction", "👍"),
        ("reaction", ""),
        ("deleted", ""),
    ]
    assert {item.visibility for item in found if isinstance(item, Event)} == {"private"}
    assert isinstance(found[-1], Unreadable)


@pytest.mark.skipif(
    not (COLLECTED / "lexicons").is_dir(), reason="The lexicons are not here (LYHORD_TEST_DATA)."
)
def test_the_messages_of_these_tests_are_what_the_lexicon_wants() -> None:
    defs = json.loads((COLLECTED / "lexicons" / "chat.bsky.convo.defs.json").read_text("utf-8"))["defs"]
    made = {
        "messageView": MESSAGE,
        "logCreateMessage": entry("logCreateMessage", message=MESSAGE),
        "logAddReaction": entry("logAddReaction", message=MESSAGE, reaction={}),
        "logDeleteMessage": entry("logDeleteMessage", message={}),
    }
    for name, value in made.items():
        assert set(defs[name]["required"]) <= set(value), name
        assert set(value) - {"$type"} <= set(defs[name]["properties"]), name


# Names --------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(
    not (COLLECTED / "interop-syntax").is_dir(), reason="The lists are not here (LYHORD_TEST_DATA)."
)
@pytest.mark.parametrize(("name", "check"), [("aturi", lambda text: address(text)), ("did", is_did)])
def test_names_that_the_protocol_refuses_are_none(name: str, check: Any) -> None:
    lines = (COLLECTED / "interop-syntax" / f"{name}_syntax_invalid.txt").read_text("utf-8").split("\n")
    wrong = [line for line in lines if line.strip() and not line.startswith("#")]
    assert len(wrong) > 15
    assert [line for line in wrong if check(line)] == []


def test_a_record_key_is_a_time_and_follows_from_the_order() -> None:
    at = datetime(2026, 11, 21, 20, 2, 50, 123456, tzinfo=UTC)
    key = key_of("k-1", at)
    assert key == key_of("k-1", at)
    assert key != key_of("k-2", at)
    assert len(key) == 13
    assert key[0] in "234567abcdefghij"
    assert key_of("k-1", at) < key_of("k-1", at.replace(second=51)) < "3zzzzzzzzzzzz"
    assert (
        key_of("k", datetime(2026, 11, 21, 20, 2, 50, tzinfo=UTC))[:6] == "3n2tvg"
    )  # as a server made it then
    assert key_of("k-1", None) == key_of("k-1", None) != key_of("k-2", None)


def test_digests_are_read_in_their_three_forms() -> None:
    raw = bytes.fromhex("01711220") + bytes(32)
    assert digest(raw) == digest({"$link": digest(raw)}) == digest(digest(raw))
    assert digest(raw).startswith("bafyrei")
    assert digest(None) == digest(5) == ""
