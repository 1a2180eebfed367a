"""What the hook tells, kind by kind, as Meta's documentation has it; the recordings lie with each connector."""

import json
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors._meta import parser

PAGE, POST, COMMENT = "10", "10_20", "20_30"
KARI = {"id": "77", "name": "Kari"}


def feed(field: Any = "feed", **value: Any) -> list[Item]:
    change = {"field": field, "value": {"created_time": 1_790_000_000, **value}}
    entry = {"id": PAGE, "time": 1_790_000_060, "changes": [change]}
    return parser.parse(json.dumps({"object": "page", "entry": [entry]}).encode(), {}, "", "facebook")


def talk(
    what: str = "page", connector: str = "facebook", field: str = "messaging", **part: Any
) -> list[Item]:
    told = {"sender": {"id": "77"}, "recipient": {"id": PAGE}, "timestamp": 1_790_000_000_123, **part}
    entry = {"id": PAGE, "time": 1_790_000_000_200, field: [told]}
    return parser.parse(json.dumps({"object": what, "entry": [entry]}).encode(), {}, "", connector)


def only(items: list[Item]) -> Event:
    (event,) = items
    assert isinstance(event, Event)
    return event


def comment(verb: str, **more: Any) -> Event:
    told = {
        "item": "comment",
        "comment_id": COMMENT,
        "post_id": POST,
        "parent_id": POST,
        "from": KARI,
        **more,
    }
    return only(feed(verb=verb, **told))


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("add", "created"),
        ("edited", "edited"),
        ("edit", "edited"),
        ("remove", "deleted"),
        ("hide", "hidden"),
        ("unhide", "shown"),
    ],
)
def test_each_verb_of_a_comment_is_told_with_its_place(verb: str, kind: str) -> None:
    event = comment(verb, message="Hej")
    assert (event.kind, event.item, event.thread, event.parent) == (kind, COMMENT, POST, POST)
    assert (event.connector, event.account, event.visibility) == ("facebook", PAGE, "public")


def test_two_edits_are_two_and_the_same_again_is_one() -> None:
    first, second = comment("edited", message="A"), comment("edited", message="B")
    assert first.key != second.key
    assert first.key == comment("edited", message="A").key
    assert comment("hide").key == comment("hide").key
    assert comment("add").key == "created:20_30"


def test_what_the_page_writes_is_our_own_whoever_sat_at_it() -> None:
    assert comment("add", **{"from": {"id": PAGE, "name": "Vi"}}).is_own
    assert not comment("add").is_own


def test_a_removed_comment_without_a_name_or_a_text_is_a_deletion_all_the_same() -> None:
    event = only(
        feed(item="comment", verb="remove", comment_id=COMMENT, post_id=POST, **{"from": {"id": "77"}})
    )
    assert (event.kind, event.text) == ("deleted", "")
    assert only(feed(item="comment", verb="remove", comment_id=COMMENT, post_id=POST)).author is None


@pytest.mark.parametrize(
    ("verb", "kind", "sign"),
    [("add", "love", "❤️"), ("edit", "angry", "😡"), ("add", "new one", "★"), ("remove", "love", "")],
)
def test_a_reaction_is_the_newest_sign_of_a_person(verb: str, kind: str, sign: str) -> None:
    event = only(feed(item="reaction", verb=verb, reaction_type=kind, post_id=POST, **{"from": KARI}))
    assert (event.kind, event.item, event.text) == ("reaction", POST, sign)


def test_a_visitors_post_with_pictures_is_told_with_them() -> None:
    photos = ["https://scontent.example/1.jpg", "https://scontent.example/2.jpg"]
    event = only(feed(item="status", verb="add", post_id=POST, photos=photos, message="Se", **{"from": KARI}))
    assert [media.url for media in event.media] == photos
    assert (event.thread, event.parent, event.is_own) == (POST, None, False)
    video = only(
        feed(item="video", verb="add", post_id=POST, link="https://video.example/a.mp4", **{"from": KARI})
    )
    assert [media.kind for media in video.media] == ["video"]


def test_a_mention_elsewhere_names_us() -> None:
    event = only(feed("mention", item="comment", verb="add", post_id="5_6", comment_id="6_7", message="@Vi hej",
                      sender_id="77", sender_name="Kari"))  # fmt: skip
    assert (event.item, event.thread, [each.native for each in event.mentions]) == ("6_7", "5_6", [PAGE])


def test_a_recommendation_is_a_post_with_its_thumb() -> None:
    told = {"item": "rating", "open_graph_story_id": "55", "reviewer_id": "77", "reviewer_name": "Kari"}
    event = only(feed("ratings", verb="add", recommendation_type="negative", review_text="Sent", **told))
    assert (event.item, event.thread, event.text) == ("55", "55", "👎 Sent")
    assert only(feed("ratings", verb="add", recommendation_type="positive", **told)).text == "👍"
    edit = only(feed("ratings", verb="edit", recommendation_type="positive", review_text="Bra", **told))
    assert (edit.kind, edit.text) == ("edited", "👍 Bra")
    assert only(feed("ratings", verb="remove", **told)).kind == "deleted"
    below = only(
        feed(
            "ratings",
            **told | {"item": "comment"},
            verb="add",
            comment_id="55_9",
            message="Tack",
            **{"from": KARI},
        )
    )
    assert (below.item, below.thread) == ("55_9", "55")


@pytest.mark.parametrize(
    "value",
    [
        {"item": "page", "verb": "add"},
        {"item": "like", "verb": "add", "from": KARI},
        {"item": "comment", "verb": "mute", "comment_id": COMMENT},
        {"item": "photo", "verb": "add"},
        {"item": "reaction", "verb": "add", "post_id": POST},
    ],
)
def test_what_is_known_and_not_used_says_so(value: dict[str, Any]) -> None:
    (item,) = feed(**value)
    assert isinstance(item, Unsupported)


def test_one_broken_change_stands_in_its_place_and_the_others_go_on() -> None:
    good = {
        "field": "feed",
        "value": {"item": "comment", "verb": "add", "comment_id": COMMENT, "message": "Hej"},
    }
    broken = [
        {"field": "feed", "value": {"item": "comment", "verb": "add", "message": 7, "comment_id": "1_2"}},
        7,
        {"field": 7},
    ]
    entries = [{"id": PAGE, "changes": [*broken, good]}, "x", {"id": PAGE, "changes": 3}]
    items = parser.parse(json.dumps({"object": "page", "entry": entries}).encode(), {}, "", "facebook")
    assert [type(item) for item in items] == [
        Unreadable,
        Unreadable,
        Unreadable,
        Event,
        Unreadable,
        Unreadable,
    ]
    assert items[0].item == "1_2"


def test_no_odd_part_anywhere_is_more_than_unreadable() -> None:
    whole = {"item": "comment", "verb": "add", "comment_id": COMMENT, "post_id": POST, "parent_id": POST, "from": KARI,
             "message": "Hej", "photo": "https://a.example/", "post": {"permalink_url": "https://a.example/"}}  # fmt: skip
    odds: list[Any] = [None, 7, [], {}, True, "x", [1], {"id": []}]
    for name in whole:
        for odd in odds:
            for item in feed(**{**whole, name: odd}):
                assert isinstance(item, Event | Unsupported | Unreadable)
    message = {
        "mid": "m1",
        "text": "Hej",
        "reply_to": {"mid": "m0"},
        "attachments": [{"type": "image", "payload": {}}],
    }
    for name in message:
        for odd in odds:
            for item in talk(message={**message, name: odd}):
                assert isinstance(item, Event | Unsupported | Unreadable)


# Messages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("what", "connector"), [("page", "messenger"), ("instagram", "instagram")])
def test_one_hook_carries_pages_and_talks_and_each_names_its_own(what: str, connector: str) -> None:
    event = only(talk(what, message={"mid": "m1", "text": "Hej", "reply_to": {"mid": "m0"}}))
    assert (event.connector, event.account, event.item, event.thread, event.parent) == (
        connector,
        PAGE,
        "m1",
        "77",
        "m0",
    )
    assert (event.visibility, event.is_own, event.author and event.author.native) == ("private", False, "77")


def test_an_echo_is_our_own_word_to_the_person() -> None:
    event = only(
        talk(
            sender={"id": PAGE},
            recipient={"id": "77"},
            message={"mid": "m2", "text": "Hej!", "is_echo": True, "app_id": 5},
        )
    )
    assert (event.is_own, event.thread, event.extra["app"]) == (True, "77", "5")


def test_what_another_app_answers_is_shown_and_not_asked_of_us() -> None:
    assert not only(talk(field="standby", message={"mid": "m1", "text": "Hej"})).is_spoken_to


def test_an_edit_carries_the_new_text_and_its_count() -> None:
    event = only(talk(message_edit={"mid": "m1", "text": "Hej igen", "num_edit": 1}))
    assert (event.kind, event.item, event.text) == ("edited", "m1", "Hej igen")
    assert event.key != only(talk(message_edit={"mid": "m1", "text": "Hej igen", "num_edit": 2})).key


def test_a_message_that_was_taken_back_is_a_deletion() -> None:
    event = only(talk("instagram", message={"mid": "m1", "is_deleted": True}))
    assert (event.kind, event.item, event.text) == ("deleted", "m1", "")


def test_marks_of_reading_and_of_delivery_are_told() -> None:
    read = only(talk(read={"watermark": 1_790_000_000_000}))
    assert (read.kind, read.thread, read.item) == ("read", "77", None)
    assert only(talk("instagram", read={"mid": "m9"})).item == "m9"
    told = talk(delivery={"mids": ["m1", "m2"], "watermark": 1_790_000_000_000})
    assert [(item.kind, item.item) for item in told if isinstance(item, Event)] == [
        ("delivered", "m1"),
        ("delivered", "m2"),
    ]


def test_shared_things_are_told_by_their_address_and_files_as_files() -> None:
    attachments = [
        {"type": "audio", "payload": {"url": "https://cdn.example/a.mp4"}},
        {"type": "fallback", "title": "Tidtabell", "url": "https://nordbanan.example/t"},
        {"type": "share", "payload": {"url": "https://www.instagram.com/p/x/"}},
    ]
    event = only(talk(message={"mid": "m1", "attachments": attachments}))
    assert [(media.kind, media.url) for media in event.media] == [("sound", "https://cdn.example/a.mp4")]
    assert event.text == "Tidtabell\nhttps://nordbanan.example/t\nhttps://www.instagram.com/p/x/"


def test_a_kind_that_meta_keeps_to_itself_is_seen_all_the_same() -> None:
    assert only(talk("instagram", message={"mid": "m1", "is_unsupported": True})).text == "❓"


def test_a_permission_that_was_taken_back_is_told_of_each_page() -> None:
    change = {"field": "pages_messaging", "value": {"verb": "revoke", "target_ids": [PAGE]}}
    raw = json.dumps(
        {"object": "permissions", "entry": [{"id": "1", "time": 1, "changes": [change]}]}
    ).encode()
    told = parser.parse(raw, {}, "", "facebook")
    assert {(item.connector, item.account, item.text) for item in told if isinstance(item, Event)} == {
        (name, PAGE, "permission_lost") for name in ("facebook", "messenger", "instagram")
    }


@pytest.mark.parametrize("raw", [b"", b"7", b'"x"', b'{"object":"page","entry":7}', b"[7]"])
def test_what_cannot_be_read_at_all_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(Unreadable) as problem:
        parser.parse(raw, {}, "", "facebook")
    assert problem.value.why
