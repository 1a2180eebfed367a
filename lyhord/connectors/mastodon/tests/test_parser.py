"""What a server says, as events: by shape, with relatives that differ, and with what is broken in its place."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.mastodon import CONNECTOR

US = {"x-account": "1", "x-account-names": "brand@social.example brand https://social.example/@brand"}
ALICE = {
    "id": "7",
    "username": "alice",
    "acct": "alice",
    "display_name": "Alice Åberg",
    "followers_count": 12,
    "bot": False,
}
BRAND = {"id": "1", "username": "brand", "acct": "brand", "display_name": "Brand", "followers_count": 5}
MENTION = {"id": "1", "username": "brand", "acct": "brand", "url": "https://social.example/@brand"}


def status(**values: Any) -> dict[str, Any]:
    usual = {
        "id": "100",
        "created_at": "2026-11-21T08:00:00.000Z",
        "in_reply_to_id": None,
        "visibility": "public",
        "content": "<p>@brand my train is late</p>",
        "account": ALICE,
        "mentions": [MENTION],
        "edited_at": None,
    }
    return usual | values


def parsed(document: object, url: str = "", method: str = "GET", **headers: str) -> list[Item]:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return CONNECTOR.parse(raw, {**US, **headers}, url, method)


def only(document: object, url: str = "", method: str = "GET", **headers: str) -> Event:
    found = parsed(document, url, method, **headers)
    assert len(found) == 1
    assert isinstance(found[0], Event)
    return found[0]


def mention(**values: Any) -> dict[str, Any]:
    return {
        "id": "9",
        "type": "mention",
        "created_at": "2026-11-21T08:00:01Z",
        "account": ALICE,
        "status": status(**values),
    }


def test_a_mention_is_a_new_post_with_all_that_the_server_told() -> None:
    picture = {"type": "image", "url": "https://social.example/m/a.png", "description": "A cold platform"}
    event = only(
        [
            mention(
                language="sv",
                url="https://social.example/@alice/100",
                media_attachments=[picture],
                spoiler_text="Trains",
            )
        ]
    )
    assert (event.kind, event.key, event.item, event.thread, event.parent) == (
        "created",
        "created:100",
        "100",
        "100",
        None,
    )
    assert event.at == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert event.text == "@brand my train is late"
    assert event.author is not None
    assert (event.author.native, event.author.handle, event.author.name, event.author.followers) == (
        "7",
        "alice",
        "Alice Åberg",
        12,
    )
    assert [(each.kind, each.alt, each.name) for each in event.media] == [
        ("picture", "A cold platform", "a.png")
    ]
    assert (event.lang, event.title, event.is_own, event.is_spoken_to) == ("sv", "Trains", False, True)


def test_an_answer_names_its_parent_and_leaves_the_thread_to_others() -> None:
    event = only([mention(in_reply_to_id="55", in_reply_to_account_id="1")])
    assert (event.parent, event.thread) == ("55", None)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("public", "public"),
        ("unlisted", "public"),
        ("private", "private"),
        ("direct", "private"),
        ("mutuals", "private"),
        (None, "private"),
    ],
)
def test_what_is_not_known_to_be_public_is_private(told: str | None, expected: str) -> None:
    assert only([mention(visibility=told)]).visibility == expected


def test_a_page_is_told_oldest_first_since_answers_come_after_what_they_answer() -> None:
    found = parsed([mention(id="102", in_reply_to_id="101"), mention(id="101")])
    assert [item.item for item in found if isinstance(item, Event)] == ["101", "102"]


def test_the_same_post_has_the_same_key_by_notification_stream_conversation_and_look() -> None:
    post = status()
    stream = f"event: notification\ndata: {json.dumps(mention())}\n\n".encode()
    conversation = [{"id": "3", "unread": True, "accounts": [], "last_status": post}]
    keys = {only(told).key for told in ([mention()], stream, conversation, post, [post])}
    assert keys == {"created:100"}


def test_an_edited_post_is_told_and_its_edit_too_so_that_old_and_new_readers_know() -> None:
    found = parsed(status(edited_at="2026-11-21T08:05:00Z"))
    assert [(item.kind, item.key) for item in found if isinstance(item, Event)] == [
        ("created", "created:100"),
        ("edited", "edited:100:2026-11-21T08:05:00Z"),
    ]


@pytest.mark.parametrize("name", ["status.update", "status_update"])
def test_an_edit_by_stream_carries_the_new_text(name: str) -> None:
    post = status(content="<p>@brand all is well</p>", edited_at="2026-11-21T08:05:00Z")
    event = only(f"event: {name}\ndata: {json.dumps(post)}\n\n".encode())
    assert (event.kind, event.text, event.at) == (
        "edited",
        "@brand all is well",
        datetime(2026, 11, 21, 8, 5, tzinfo=UTC),
    )


def test_a_deletion_by_stream_names_the_post_alone() -> None:
    event = only(b"event: delete\ndata: 100\n\n")
    assert (event.kind, event.key, event.item, event.text) == ("deleted", "deleted:100", "100", "")


def test_several_records_of_a_stream_come_in_order_and_comments_are_no_records() -> None:
    raw = b":thump\n\nevent: delete\ndata: 1\n\n:thump\n\nevent: delete\r\ndata: 2\r\n\r\n"
    assert [item.item for item in parsed(raw) if isinstance(item, Event)] == ["1", "2"]


def test_what_we_wrote_with_another_tool_is_our_own() -> None:
    event = only(b"event: update\ndata: " + json.dumps(status(account=BRAND, mentions=[])).encode() + b"\n\n")
    assert event.is_own


def test_the_answer_to_our_own_post_is_our_own_even_if_we_do_not_know_ourselves() -> None:
    found = CONNECTOR.parse(
        json.dumps(status()).encode(), {}, "https://social.example/api/v1/statuses", "POST"
    )
    assert [item.is_own for item in found if isinstance(item, Event)] == [True]


def test_the_answer_to_a_deletion_is_the_deletion() -> None:
    assert only(status(), "/api/v1/statuses/100", "DELETE").kind == "deleted"


def test_the_home_timeline_tells_only_what_is_for_us() -> None:
    chatter = status(mentions=[], content="<p>What a match!</p>")
    found = parsed(b"event: update\ndata: " + json.dumps(chatter).encode() + b"\n\n")
    assert [type(item) for item in found] == [Unsupported]


def test_each_one_named_has_a_role() -> None:
    others = [
        {"id": "8", "username": "kari", "acct": "kari@else.example"},
        {"id": "9", "username": "olle", "acct": "olle"},
    ]
    event = only(
        [mention(mentions=[others[0], MENTION, others[1]], in_reply_to_id="55", in_reply_to_account_id="9")]
    )
    assert [author.native for author in event.mentions] == ["8", "1", "9"]
    assert event.extra["roles"] == {"8": "named", "1": "us", "9": "answered"}


def test_a_relative_that_counts_mentions_instead_of_giving_ids_is_understood() -> None:
    snac = [
        {
            "id": "0",
            "username": "brand@social.example",
            "acct": "brand@social.example",
            "url": "https://social.example/@brand",
        },
        {
            "id": "1",
            "username": "kari@else.example",
            "acct": "kari@else.example",
            "url": "https://else.example/kari",
        },
    ]
    event = only([mention(id="17952914a4f", mentions=snac)])
    assert event.item == "17952914a4f"
    assert event.mentions[0].native == "1"  # us
    assert event.extra["roles"]["1"] == "us"


def test_a_like_is_a_reaction_to_the_post_even_if_it_comes_wrapped() -> None:
    ours = status(account=BRAND, id="50")
    plain = {
        "id": "30",
        "type": "favourite",
        "created_at": "2026-11-21T08:00:00Z",
        "account": ALICE,
        "status": ours,
    }
    wrapped = {**plain, "status": {**status(id="50"), "content": "", "reblog": ours}}
    for told in (plain, wrapped):
        event = only([told])
        assert (event.kind, event.item, event.text) == ("reaction", "50", "★")


def test_our_account_closed_by_the_moderators_is_told() -> None:
    warned = {"id": "4", "type": "moderation_warning", "created_at": None, "account": BRAND}
    event = only([{**warned, "moderation_warning": {"action": "suspend"}}])
    assert (event.kind, event.text) == ("account", "disabled")
    assert [type(item) for item in parsed([{**warned, "moderation_warning": {"action": "none"}}])] == [
        Unsupported
    ]


def test_a_context_knows_the_thread_of_all_in_it() -> None:
    ancestors = [status(id="10", in_reply_to_id=None), status(id="11", in_reply_to_id="10")]
    found = parsed({"ancestors": ancestors, "descendants": [status(id="13", in_reply_to_id="12")]})
    assert [(item.item, item.thread) for item in found if isinstance(item, Event)] == [
        ("10", "10"),
        ("11", "10"),
        ("13", "10"),
    ]


def test_a_context_whose_first_post_is_gone_does_not_guess_the_thread() -> None:
    found = parsed({"ancestors": [status(id="11", in_reply_to_id="10")], "descendants": []})
    assert [item.thread for item in found if isinstance(item, Event)] == [None]


@pytest.mark.parametrize(
    "told",
    [
        {"id": "1", "type": "mention", "account": ALICE, "status": None},
        {"id": "1", "type": "follow", "account": ALICE},
        {"id": "1", "type": "invented", "account": ALICE},
        {"error": "Record not found"},
        {},
        status(reblog=status(id="99")),
    ],
)
def test_what_is_known_and_not_used_says_so(told: dict[str, Any]) -> None:
    assert [type(item) for item in parsed([told])] == [Unsupported]


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"id": 1.5},
        {"id": True},
        {"account": None},
        {"account": {"acct": "alice"}},
        {"created_at": "yesterday"},
        {"created_at": 17},
        {"content": 5},
        {"mentions": "brand"},
        {"media_attachments": [3]},
    ],
)
def test_one_broken_post_stands_in_its_place_and_the_others_go_on(broken: dict[str, Any]) -> None:
    found = parsed([mention(id="102"), mention(**broken), mention(id="101")])
    assert [type(item) for item in found] == [Event, Unreadable, Event]


@pytest.mark.parametrize(
    "raw", [b"", b"<h1>404</h1>", b"null", b"7", b'"x"', b"[" * 100_000, b"\xff\xfe", b'{"a":']
)
def test_what_cannot_be_read_at_all_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        parsed(raw)
    assert caught.value.why


def test_markup_is_gone_and_links_are_whole() -> None:
    content = (
        '<p>Hej <a href="https://x.example/a/very/long/path"><span class="invisible">https://</span>'
        '<span class="ellipsis">x.example/a/very</span><span class="invisible">/long/path</span></a><br>tack</p><script>x()</script>'
    )
    assert only([mention(content=content)]).text == "Hej https://x.example/a/very/long/path\ntack"


ODD: list[Any] = [
    None,
    True,
    7,
    -1,
    1.5,
    "",
    "\u202e\x00x",
    [],
    {},
    [None],
    [[]],
    {"id": []},
    "9" * 400,
    "2026-13-40T99:00:00Z",
]
WHOLE = mention(
    edited_at="2026-11-21T08:05:00Z",
    quote={"state": "accepted", "quoted_status": {"id": "4"}},
    media_attachments=[{"type": "image", "url": "https://[broken", "description": "x"}],
)


def twisted(value: Any) -> Iterator[Any]:
    """The value with each of its parts replaced by each odd thing, and with each left out."""
    yield from ODD
    if isinstance(value, dict):
        for name in value:
            yield {other: part for other, part in value.items() if other != name}
            yield from ({**value, name: part} for part in twisted(value[name]))
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from ([*value[:at], part, *value[at + 1 :]] for part in twisted(each))


@pytest.mark.parametrize("kind", ["mention", "favourite", "update", "moderation_warning"])
def test_no_odd_part_anywhere_in_a_notification_is_more_than_unreadable(kind: str) -> None:
    whole = WHOLE | {"type": kind, "moderation_warning": {"action": "none"}}
    for document in twisted(whole):
        assert isinstance(parsed([document])[0], Event | Unsupported | Unreadable)


@pytest.mark.parametrize("name", ["update", "status.update", "notification", "conversation"])
def test_no_odd_part_anywhere_in_a_record_of_the_stream_is_more_than_unreadable(name: str) -> None:
    whole = WHOLE if name == "notification" else WHOLE["status"]
    whole = {"last_status": whole, "accounts": []} if name == "conversation" else whole
    for document in twisted(whole):
        found = parsed(f"event: {name}\ndata: {json.dumps(document)}\n\n".encode())
        assert all(isinstance(item, Event | Unsupported | Unreadable) for item in found)
