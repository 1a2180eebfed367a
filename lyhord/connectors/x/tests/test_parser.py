"""What X sends by its hook and when it is asked, told as events: by its pages, with our own words."""

import json
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.x import CONNECTOR, parser
from lyhord.connectors.x.tests.spec import OURS, document

KARI = {
    "id": "2222222222222222222",
    "username": "kari",
    "name": "Kari Nord",
    "public_metrics": {"followers_count": 7},
}
US = {"id": OURS, "username": "nordbanan", "name": "Nordbanan"}
NAMES_US = {"mentions": [{"start": 4, "end": 14, "username": "nordbanan", "id": OURS}]}


def parsed(told: Any, **headers: str) -> list[Item]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return CONNECTOR.parse(json.dumps(told).encode(), named, "/hooks/x/e1/", "POST")


def only(told: Any, **headers: str) -> Event:
    (event,) = parsed(told, **headers)
    assert isinstance(event, Event)
    return event


def activity(kind: str, payload: dict[str, Any], users: Any = (KARI, US), **includes: Any) -> dict[str, Any]:
    filtered = {"user_id": OURS}
    beside = {"users": list(users), **includes}
    return {
        "data": {
            "event_uuid": "-2781149976877970683",
            "filter": filtered,
            "event_type": kind,
            "payload": payload,
            "includes": beside,
        }
    }


def post(**fields: Any) -> dict[str, Any]:
    usual = {"id": "500", "text": "hej @nordbanan", "author_id": KARI["id"], "conversation_id": "500",
             "created_at": "2026-11-22T11:00:00.000Z", "entities": NAMES_US, "lang": "sv"}  # fmt: skip
    return {**usual, **fields}


def test_a_mention_by_hook_and_by_asking_is_one() -> None:
    hooked = only(activity("post.mention.create", post()))
    asked = only({"data": [post()], "includes": {"users": [KARI, US]}}, x_account=OURS)
    assert hooked == asked
    assert (hooked.kind, hooked.item, hooked.thread, hooked.account) == ("created", "500", "500", OURS)
    assert (hooked.link, hooked.is_spoken_to, hooked.extra["summons"]) == (
        "https://x.com/kari/status/500",
        True,
        True,
    )
    assert hooked.author is not None and (hooked.author.handle, hooked.author.followers) == ("kari", 7)


@pytest.mark.parametrize(
    ("fields", "includes", "is_summoned"),
    [
        ({}, {}, True),
        ({"entities": {}}, {}, False),
        # X puts our name before an answer by itself: the part that is shown begins after it.
        ({"text": "@nordbanan Och nu då?", "display_text_range": [11, 21], "referenced_posts": [{"type": "replied_to", "id": "400"}],
          "in_reply_to_user_id": OURS, "entities": {"mentions": [{"start": 0, "end": 10, "username": "nordbanan", "id": OURS}]}}, {}, False),
        ({"display_text_range": [0, 14], "referenced_posts": [{"type": "replied_to", "id": "400"}]}, {}, True),
        ({"entities": {}, "referenced_posts": [{"type": "quoted", "id": "300"}]}, {"posts": [{"id": "300", "text": "x", "author_id": OURS}]}, True),
        ({"entities": {}, "referenced_posts": [{"type": "quoted", "id": "300"}]}, {"posts": [{"id": "300", "text": "x", "author_id": "9"}]}, False),
    ],
)  # fmt: skip
def test_who_summoned_us(fields: dict[str, Any], includes: dict[str, Any], is_summoned: bool) -> None:
    assert only(activity("post.create", post(**fields), **includes)).extra["summons"] is is_summoned


def test_an_answer_to_us_speaks_to_us_though_it_may_not_be_answered() -> None:
    event = only(
        activity(
            "post.create",
            post(
                entities={}, in_reply_to_user_id=OURS, referenced_posts=[{"type": "replied_to", "id": "400"}]
            ),
        )
    )
    assert (event.is_spoken_to, event.parent, event.extra["summons"]) == (True, "400", False)


def test_an_edit_is_the_first_post_with_new_words() -> None:
    event = only(activity("post.create", post(id="501", edit_history_post_ids=["500", "501"], text="ny")))
    assert (event.kind, event.item, event.aliases, event.key) == ("edited", "500", ("501",), "edited:501")
    assert event.extra["newest"] == "501"


def test_words_are_whole_and_addresses_lead_where_they_say() -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://nordbanan.example/x"},
        {"url": "https://t.co/b", "expanded_url": "https://x.com/kari/status/5/photo/1", "media_key": "3_1"},
    ]
    part = post(
        text="kort",
        note_post={"text": "lång &amp; https://t.co/a https://t.co/b", "entities": {"urls": urls}},
        attachments={"media_keys": ["3_1", "7_2"]},
    )
    files = [{"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/a.jpg", "alt_text": "Tåg"},
             {"media_key": "7_2", "type": "video", "variants": [{"content_type": "video/mp4", "bit_rate": 1, "url": "https://v/1"}, {"content_type": "video/mp4", "bit_rate": 9, "url": "https://v/9"}]}]  # fmt: skip
    event = only(activity("post.create", part, media=files))
    assert event.text == "lång & https://nordbanan.example/x"
    assert [(each.url, each.kind, each.alt) for each in event.media] == [
        ("https://pbs.twimg.com/a.jpg", "picture", "Tåg"),
        ("https://v/9", "video", ""),
    ]


def test_what_is_answered_stands_before_it_as_context() -> None:
    told = {
        "data": [post(referenced_posts=[{"type": "replied_to", "id": "400"}])],
        "includes": {"users": [KARI, US], "tweets": [{"id": "400", "text": "vi", "author_id": OURS}]},
    }
    first, second = parsed(told, x_account=OURS)
    assert isinstance(first, Event) and isinstance(second, Event)
    assert (first.item, first.is_own, first.is_spoken_to, second.item) == ("400", True, False, "500")


def direct(kind: str = "dm.received", sender: str = str(KARI["id"]), to: str = OURS) -> dict[str, Any]:
    made = {
        "target": {"recipient_id": to},
        "sender_id": sender,
        "message_data": {"text": "hej &lt;3", "entities": {"urls": []}},
    }
    told = {
        "type": "message_create",
        "id": "700",
        "created_timestamp": "1784928224372",
        "message_create": made,
    }
    users = {str(KARI["id"]): {"data": KARI}, OURS: {"data": US}}
    return {
        "data": {
            "event_uuid": "1",
            "filter": {"user_id": OURS},
            "event_type": kind,
            "payload": {"direct_message_events": [told], "users": users},
        }
    }


def test_a_message_by_hook_and_by_asking_is_one_talk() -> None:
    hooked = only(direct())
    asked = only(
        {
            "data": [
                {
                    "id": "700",
                    "event_type": "MessageCreate",
                    "text": "hej &lt;3",
                    "dm_conversation_id": f"{KARI['id']}-{OURS}",
                    "sender_id": KARI["id"],
                    "created_at": "2026-07-24T21:23:44.372Z",
                }
            ],
            "includes": {"users": [KARI]},
        },
        x_account=OURS,
    )
    assert hooked == asked
    assert (hooked.text, hooked.visibility, hooked.thread, hooked.is_own) == (
        "hej <3",
        "private",
        f"dm:{OURS}-{KARI['id']}",
        False,
    )
    ours = only(direct("dm.sent", OURS, str(KARI["id"])))
    assert (ours.is_own, ours.thread) == (True, hooked.thread)


def test_a_picture_in_a_message_is_asked_for_with_our_token() -> None:
    told = direct()
    data = told["data"]["payload"]["direct_message_events"][0]["message_create"]["message_data"]
    data["attachment"] = {
        "type": "media",
        "media": {"media_url_https": "https://ton.twitter.com/1.1/ton/data/dm/700/9/a.jpg"},
    }
    assert [each.url for each in only(told).media] == ["ask:700/9/a.jpg"]


@pytest.mark.parametrize(
    ("told", "kind", "item"),
    [
        (activity("post.delete", {"id": "500", "author_id": OURS}), "deleted", "500"),
        (activity("like.create", {"id": "l1", "liked_tweet_id": "400", "tweet_author_id": OURS}), "reaction", "400"),
        (activity("oauth.revoke", {}), "account", None),
        ({"data": {"delete": {"post": {"id": "500", "author_id": "9"}, "event_at": "2026-11-22T11:00:00Z"}}}, "deleted", "500"),
        ({"data": {"user_delete": {"user": {"id": "9"}, "event_at": "2026-11-22T11:00:00Z"}}}, "erasure", None),
        ({"id": "500", "action": "delete", "created_at": "2026-11-01T00:00:00Z", "reason": "deleted"}, "deleted", "500"),
        ({"id": "9", "action": "delete", "created_at": "2026-11-01T00:00:00Z", "reason": "deactivated"}, "erasure", None),
        ({"user_event": {"revoke": {"date_time": "2026", "target": {"app_id": "1"}, "source": {"user_id": OURS}}}}, "account", None),
        ({"for_user_id": OURS, "tweet_delete_events": [{"status": {"id": "500", "user_id": "9"}, "timestamp_ms": "1784928224372"}]}, "deleted", "500"),
        ({"for_user_id": OURS, "direct_message_mark_read_events": [{"created_timestamp": "1784928224372", "sender_id": "9", "target": {"recipient_id": OURS}}]}, "read", None),
    ],
)  # fmt: skip
def test_news_of_what_was_done(told: dict[str, Any], kind: str, item: str | None) -> None:
    event = only(told)
    assert (event.kind, event.item) == (kind, item)
    assert kind != "account" or event.text == "token_revoked"
    assert kind not in {"erasure", "read"} or (event.author is not None and event.author.native == "9")


def test_a_compliance_list_is_read_line_by_line() -> None:
    lines = [
        {"id": str(number), "action": "delete", "reason": reason}
        for number, reason in enumerate(["deleted", "suspended", "deactivated"])
    ]
    told = CONNECTOR.parse("\n".join(map(json.dumps, lines)).encode(), {}, "", "GET")
    assert [type(item) for item in told] == [Event, Unsupported, Event]


def test_the_older_hook_is_read_as_the_newer() -> None:
    user = {"id_str": KARI["id"], "screen_name": "kari", "name": "Kari Nord", "followers_count": 7}
    part = {"id_str": "500", "text": "kort", "extended_tweet": {"full_text": "hej @nordbanan", "entities": {"user_mentions": [{"id_str": OURS, "screen_name": "nordbanan", "indices": [4, 14]}]}},
            "user": user, "created_at": "Sun Nov 22 11:00:00 +0000 2026", "in_reply_to_status_id_str": "400", "lang": "sv"}  # fmt: skip
    event = only({"for_user_id": OURS, "tweet_create_events": [part]})
    assert (event.item, event.text, event.parent, event.extra["summons"]) == (
        "500",
        "hej @nordbanan",
        "400",
        True,
    )
    assert event.author is not None and event.author.handle == "kari" and event.key == "created:500"


@pytest.mark.parametrize(
    "kind", ["chat.received", "follow.follow", "profile.update.bio", "news.new", "new.in.2027"]
)
def test_what_we_do_not_use_is_left_out_with_a_reason(kind: str) -> None:
    (item,) = parsed(activity(kind, {"before": "a", "after": "b"}))
    assert isinstance(item, Unsupported) and item.why


@pytest.mark.parametrize(
    "bad",
    [
        {"text": 7},
        {"created_at": "soon"},
        {"created_at": "9" * 30},
        {"referenced_posts": 7},
        {"entities": []},
        {"author_id": 7},
    ],
)
def test_one_bad_post_does_not_spoil_its_page(bad: dict[str, Any]) -> None:
    told = parsed({"data": [post(), post(id="502", **bad), post(id="503")]})
    assert [type(item) for item in told] == [Event, Unreadable, Event]


def test_a_repost_is_no_word_of_its_own() -> None:
    (item,) = parsed({"data": [post(referenced_posts=[{"type": "retweeted", "id": "1"}])]})
    assert isinstance(item, Unsupported)


def test_the_tests_own_posts_are_as_x_describes_them() -> None:
    told = document()
    if told is None:
        pytest.skip("The description is not here.")
    assert told.faults(told.schema("Post"), post(), "post") == []
    assert told.faults(told.schema("Post"), post(id=7), "post") == ["post.id is no string"]
    assert parser.OURS == "x-account"
