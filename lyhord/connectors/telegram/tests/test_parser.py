"""Updates, told as events."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.contract import Author, Event, Item, Unreadable, Unsupported
from lyhord.connectors.telegram import CONNECTOR, words
from lyhord.connectors.telegram.tests import spec

KARI: dict[str, Any] = {
    "id": 77, "is_bot": False, "first_name": "Kari", "last_name": "Nord", "username": "kari", "language_code": "nb",
}  # fmt: skip
TALK = {"id": 77, "type": "private", "first_name": "Kari"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Resenärer", "username": "resenarer"}
CHANNEL = {"id": -1002, "type": "channel", "title": "Nordbanan"}
AT = 1_790_000_000


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": AT, "chat": TALK, "from": KARI, **fields}


def parsed(kind: str, part: dict[str, Any], **headers: str) -> list[Item]:
    update = {"update_id": 1, kind: part}
    assert spec.faults_of("Update", update) == [], "the test's own update is not as the Bot API has it"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return CONNECTOR.parse(json.dumps(update).encode(), named, "/hooks/telegram/x/", "POST")


def one(kind: str, part: dict[str, Any], **headers: str) -> Event:
    (event,) = parsed(kind, part, **headers)
    assert isinstance(event, Event)
    return event


def test_a_message_to_the_bot_is_private() -> None:
    event = one("message", message(text="Hej"))
    assert (event.kind, event.key, event.item, event.thread) == ("created", "created:77:5", "77:5", "77")
    assert (event.text, event.visibility, event.is_own, event.is_spoken_to) == ("Hej", "private", False, True)
    assert event.at == datetime.fromtimestamp(AT, UTC)
    assert event.author == Author("77", "kari", "Kari Nord", lang="nb", profile="https://t.me/kari")


def test_the_same_message_by_webhook_and_by_asking_is_one() -> None:
    update = {"update_id": 1, "message": message(text="Hej")}
    asked = CONNECTOR.parse(json.dumps({"ok": True, "result": [update]}).encode(), {}, "getUpdates", "GET")
    assert asked == parsed("message", message(text="Hej"))


@pytest.mark.parametrize(
    ("fields", "thread", "visibility"),
    [
        ({"chat": GROUP}, "-1001", "public"),
        ({"chat": GROUP, "message_thread_id": 9, "is_topic_message": True}, "-1001/9", "public"),
        ({"chat": GROUP, "message_thread_id": 9}, "-1001", "public"),
        ({"chat": {**GROUP, "is_direct_messages": True}, "direct_messages_topic": {"topic_id": 8}}, "-1001/d8", "private"),
        ({"chat": TALK, "business_connection_id": "Bc_1"}, "b:Bc_1:77", "private"),
    ],
)  # fmt: skip
def test_where_a_message_belongs(fields: dict[str, Any], thread: str, visibility: str) -> None:
    event = one("message", message(text="Hej", **fields))
    assert (event.thread, event.visibility) == (thread, visibility)


def test_an_answer_names_what_it_answers_and_quotes() -> None:
    asked = {"message_id": 3, "date": AT, "chat": GROUP, "from": KARI, "text": "När går tåget?"}
    quote = {"text": "När", "position": 0}
    event = one("message", message(chat=GROUP, text="Nu", reply_to_message=asked, quote=quote))
    assert (event.parent, event.extra["quotes"]) == ("-1001:3", "När")
    assert event.link == "https://t.me/resenarer/5"
    topic = {**asked, "forum_topic_created": {"name": "Tåg", "icon_color": 1}}
    assert one("message", message(chat=GROUP, text="Nu", reply_to_message=topic)).parent is None


def test_each_edit_is_an_event_of_its_own() -> None:
    first = one("edited_message", message(text="Hej då", edit_date=AT + 60))
    again = one("edited_message", message(text="Hej då!", edit_date=AT + 60))
    assert (first.kind, first.item, first.text) == ("edited", "77:5", "Hej då")
    assert first.at == datetime.fromtimestamp(AT + 60, UTC)
    assert first.key != again.key
    assert first == one("edited_message", message(text="Hej då", edit_date=AT + 60))


def test_a_deletion_in_a_business_account_names_each_message() -> None:
    part = {"business_connection_id": "Bc", "chat": TALK, "message_ids": [5, 6]}
    told = parsed("deleted_business_messages", part)
    assert [(item.kind, item.item) for item in told if isinstance(item, Event)] == [
        ("deleted", "b:Bc:77:5"),
        ("deleted", "b:Bc:77:6"),
    ]
    assert one("business_message", message(business_connection_id="Bc", text="x")).item == "b:Bc:77:5"


def test_whose_word_a_business_message_is() -> None:
    owner = {"id": 9, "is_bot": False, "first_name": "Maja"}
    bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
    base = {"business_connection_id": "Bc", "text": "Hej"}
    assert not one("business_message", message(**base)).is_own
    assert one("business_message", message(**{**base, "from": owner})).is_own
    assert one("business_message", message(**{**base, "from": owner, "sender_business_bot": bot})).is_own


def test_a_channel_s_own_post_is_nobody_s_question() -> None:
    event = one("channel_post", {"message_id": 2, "date": AT, "chat": CHANNEL, "text": "Tågen går"})
    assert (event.is_spoken_to, event.visibility, event.thread) == (False, "public", "-1002")
    assert event.author == Author("-1002", name="Nordbanan")


def test_links_behind_words_are_written_out_and_offsets_count_utf_16() -> None:
    entities = [
        {"type": "text_link", "offset": 3, "length": 3, "url": "https://a.example/"},
        {"type": "mention", "offset": 7, "length": 14},
        {"type": "bold", "offset": 0, "length": 2},
    ]
    event = one("message", message(text="😀 här @nordbanan_bot", entities=entities))
    assert event.text == "😀 här (https://a.example/) @nordbanan_bot"
    assert [author.handle for author in event.mentions] == ["nordbanan_bot"]


@pytest.mark.parametrize(
    ("fields", "text", "kinds"),
    [
        ({"photo": [{"file_id": "s", "file_unique_id": "s", "width": 9, "height": 9}, {"file_id": "L", "file_unique_id": "L", "width": 90, "height": 90}], "caption": "Här"}, "Här", [("ask:L", "picture")]),
        ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "", [("ask:v", "sound")]),
        ({"document": {"file_id": "d", "file_unique_id": "d", "file_name": "kvitto.pdf"}}, "", [("ask:d", "file")]),
        ({"sticker": {"file_id": "k", "file_unique_id": "k", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False, "emoji": "😡"}}, "😡", [("ask:k", "picture")]),
        ({"contact": {"phone_number": "+4670", "first_name": "Kari", "last_name": "Nord"}}, "Kari Nord, +4670", []),
        ({"location": {"latitude": 59.3, "longitude": 18.1}}, "59.3, 18.1", []),
        ({"dice": {"emoji": "🎲", "value": 3}}, "🎲", []),
    ],
)  # fmt: skip
def test_what_is_no_text_says_something_too(
    fields: dict[str, Any], text: str, kinds: list[tuple[str, str]]
) -> None:
    event = one("message", message(**fields))
    assert (event.text, [(each.url, each.kind) for each in event.media]) == (text, kinds)


def test_pictures_of_an_album_know_one_another() -> None:
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    told = [one("message", message(message_id=n, photo=photo, media_group_id="a1")) for n in (5, 6)]
    assert [event.extra["album"] for event in told] == ["a1", "a1"]
    assert told[0].item != told[1].item


def test_what_was_forwarded_tells_from_whom() -> None:
    origin = {"type": "hidden_user", "date": AT, "sender_user_name": "Någon"}
    assert one("message", message(text="x", forward_origin=origin)).extra["forwarded_from"] == "Någon"


@pytest.mark.parametrize(
    ("new", "sign"), [([{"type": "emoji", "emoji": "👎"}], "👎"), ([], ""), ([{"type": "paid"}], "⭐")]
)
def test_a_reaction_and_its_taking_back(new: list[dict[str, str]], sign: str) -> None:
    part = {"chat": GROUP, "message_id": 5, "user": KARI, "date": AT, "old_reaction": [], "new_reaction": new}
    event = one("message_reaction", part)
    assert (event.kind, event.item, event.text) == ("reaction", "-1001:5", sign)
    assert event.author is not None and event.author.native == "77"


def test_a_button_speaks_for_the_person() -> None:
    part = {
        "id": "q1",
        "from": KARI,
        "chat_instance": "c",
        "data": "Ja",
        "message": message(text="Hjälpte det?"),
    }
    event = one("callback_query", part)
    assert (event.text, event.item, event.parent, event.thread) == ("Ja", "button:q1", "77:5", "77")


@pytest.mark.parametrize(("status", "blocks"), [("kicked", True), ("member", False)])
def test_a_person_who_blocks_the_bot_is_told_of_and_our_account_is_not_broken(
    status: str, blocks: bool
) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
    until = {"until_date": 0} if status == "kicked" else {}
    part = {
        "chat": TALK, "from": KARI, "date": AT,
        "old_chat_member": {"status": "member", "user": bot},
        "new_chat_member": {"status": status, "user": bot, **until},
    }  # fmt: skip
    event = one("my_chat_member", part)
    assert (event.kind, event.ok, event.extra["blocks_us"]) == ("author_changed", not blocks, blocks)
    assert event.author is not None and event.author.native == "77"


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("message", message(new_chat_title="Ny")),
        ("inline_query", {"id": "1", "from": KARI, "query": "x", "offset": ""}),
        ("my_chat_member", {"chat": GROUP, "from": KARI, "date": AT, "old_chat_member": {"status": "member", "user": KARI}, "new_chat_member": {"status": "left", "user": KARI}}),
    ],
)  # fmt: skip
def test_what_we_do_not_use_is_left_out_with_a_reason(kind: str, part: dict[str, Any]) -> None:
    (item,) = parsed(kind, part)
    assert isinstance(item, Unsupported) and item.why


def test_one_bad_update_does_not_spoil_its_batch() -> None:
    good = {"update_id": 1, "message": message(text="Hej")}
    for bad in (7, {}, {"message": {"text": "x"}}, {"message": message(chat={"id": "x"})}, {"message": message(text=7)},
                {"message": message(text="x", date=10**30)}, {"message": message(text="x", entities=[7])}):  # fmt: skip
        told = CONNECTOR.parse(json.dumps([good, bad, good]).encode(), {}, "", "POST")
        assert [type(item) for item in told] == [Event, Unreadable, Event], bad


@pytest.mark.parametrize(
    "entity", [{"offset": 10**9, "length": 5}, {"offset": -5, "length": 5}, {"offset": 0, "length": -1}]
)
def test_odd_offsets_leave_the_text_alone(entity: dict[str, int]) -> None:
    told = {"type": "text_link", "url": "https://a.example/", **entity}
    assert words.with_links("Hej", [told]) == "Hej"


# What others recorded -----------------------------------------------------------------------------------------


def recordings() -> list[Any]:
    folder = spec.DATA / "updates"
    folder = folder if folder.is_dir() else Path(__file__).parents[1] / "fixtures"
    return [pytest.param(path, id=path.stem) for path in sorted(folder.glob("*.json"))]


@pytest.mark.parametrize("path", recordings())
def test_every_recorded_update_is_read_or_left_out_with_a_reason(path: Path) -> None:
    (item,) = CONNECTOR.parse(path.read_bytes(), {}, "/hooks/telegram/x/", "POST")
    if path.stem in {"inline_query", "shipping_query", "pre_checkout_query"}:
        assert isinstance(item, Unsupported) and item.why
        return
    assert isinstance(item, Event)
    assert item.kind == ("edited" if "edited" in path.stem else "created")
    assert item.thread and item.item and item.item.startswith(item.thread)
    assert item.author is not None and item.at is not None
    assert item.text or item.media


def test_the_checker_itself_finds_faults() -> None:
    if not spec.contract():
        pytest.skip("The description is not here.")
    assert spec.faults_of_call("sendMessage", {"chat_id": 1}) == ["sendMessage lacks text"]
    assert spec.faults_of_call("sendMessage", {"chat_id": 1, "text": "x", "reply_to": 1}) != []
    assert spec.faults_of_call("sendMessage", {"chat_id": 1.5, "text": "x"}) != []
    assert spec.faults_of_call("sendNothing", {}) != []
