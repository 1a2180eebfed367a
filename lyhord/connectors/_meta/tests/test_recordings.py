"""Others' recordings of all three: right posts, or a reason. None is lost in silence."""

import json
from pathlib import Path

import pytest

from lyhord.channels.contract import Event, Unreadable, Unsupported
from lyhord.connectors._meta import parser

ROOT = Path(__file__).parents[2]
RECORDINGS = sorted(
    path
    for name in ("facebook", "messenger", "instagram")
    for path in (ROOT / name / "fixtures").rglob("*.json")
    if path.parent.name != "security-vectors"
)
# Known, and not ones that we use: a message of Meta's own, games, hand-overs, links of accounts, errors.
UNUSED = {
    "account_linking_linked", "app_roles", "branded_camera", "customer_chat_plugin_referral", "error",
    "game_play_with_non_valid_payload", "messenger_webhook_test_request", "pass_thread_control",
    "request_thread_control_from_inbox",
}  # fmt: skip


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
def test_every_recording_becomes_posts_or_says_why_not(path: Path) -> None:
    items = parser.parse(path.read_bytes(), {}, "", path.relative_to(ROOT).parts[0])
    assert not [item for item in items if isinstance(item, Unreadable)]
    assert all(isinstance(item, Unsupported) for item in items) is (path.stem in UNUSED)
    for event in (item for item in items if isinstance(item, Event)):
        assert event.key
        assert event.kind == "account" or event.item


def told(place: str, connector: str) -> list[Event]:
    items = parser.parse((ROOT / connector / "fixtures" / place).read_bytes(), {}, "", connector)
    return [item for item in items if isinstance(item, Event)]


def test_a_comment_has_one_name_by_hook_and_within_its_post() -> None:
    events = told("graph-responses/multi_posts_data.json", "facebook")
    comments = [event for event in events if event.parent]
    assert comments
    for event in comments:
        assert event.item is not None
        assert event.item.count("_") == 1
        assert event.aliases == (f"{str(event.thread).partition('_')[0]}_{event.item}",)


def test_an_answer_without_its_id_is_known_by_its_address() -> None:
    events = told("graph-responses/comments_p2.json", "facebook")
    answer = next(event for event in events if event.parent != event.thread)
    assert (answer.thread, answer.parent, answer.item) == (
        "19292868552_10158407654328553", "10158407654328553_10158412899928553", "10158407654328553_10158413660043553",
    )  # fmt: skip


def test_a_story_is_told_with_what_hangs_on_it() -> None:
    (mention,) = told("webhook-events/story_mention.json", "instagram")
    assert (mention.extra["story_mention"], len(mention.media)) == (True, 1)
    (reply,) = told("webhook-events/story_reply.json", "instagram")
    assert reply.extra["story"]
    assert reply.at is not None
    assert reply.at.isoformat() == "2021-09-08T06:34:04+00:00"


def test_the_recorded_edit_of_time_and_place_is_exact() -> None:
    (event,) = told("webhook-feed/comment_add.json", "facebook")
    recorded = json.loads((ROOT / "facebook/fixtures/webhook-feed/comment_add.json").read_bytes())["value"]
    assert (event.item, event.parent, event.thread) == (
        recorded["comment_id"],
        recorded["parent_id"],
        recorded["post_id"],
    )
    assert event.at is not None
    assert event.at.timestamp() == recorded["created_time"]
