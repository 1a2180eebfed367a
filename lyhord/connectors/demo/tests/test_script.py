"""The story of the demo: enough of it, in five languages, the same for the same seed, and with an ear for answers."""

import itertools
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from lyhord.channels.contract import AccountSide, Event, Outgoing, Sent
from lyhord.connectors.demo import CONNECTOR, rhythm, script, story
from lyhord.connectors.demo.network import Network
from lyhord.connectors.demo.parser import parse

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NO_HTTP = cast(httpx.Client, None)


def lived(folder: Path, seconds: int, seed: int = 1, start: datetime = NOW, speed: float = 1.0) -> datetime:
    """The demo runs for so long, called every second."""
    now = start
    for _second in range(seconds):
        now += timedelta(seconds=1)
        script.go_on(folder, now, seed, speed=speed)
    return now


def events(folder: Path) -> list[dict[str, Any]]:
    return Network(folder).look("", story.PAGE)[0]


def test_there_is_enough_to_tell_in_five_languages() -> None:
    said = [
        (scene.lang, line)
        for scene in story.scenes()
        for line in scene.lines
        if line.role != "us" and line.what == "say"
    ]
    assert len(said) >= 120
    assert len({line.text for _lang, line in said}) == len(said)
    assert set(Counter(lang for lang, _line in said)) == {"sv", "fi", "nb", "da", "en"}
    assert {scene.kind for scene in story.scenes()} == {"page", "wall", "dm"}
    assert {line.what for scene in story.scenes() for line in scene.lines} == {
        "say",
        "edit",
        "delete",
        "like",
    }


def test_every_scene_is_whole() -> None:
    for scene in story.scenes():
        assert scene.lines, scene
        assert all(line.text for line in scene.lines if line.what in {"say", "edit"}), scene
        assert set(scene.then) <= set(scene.roles), scene
        assert scene.lines[0].what == "say", scene
        assert len({each["id"] for each in scene.cast("1").values()}) == len(scene.roles), scene


def test_the_past_is_written_once_and_lies_within_two_days(tmp_path: Path) -> None:
    count = script.fill(tmp_path, NOW, 1)
    assert script.fill(tmp_path, NOW, 1) == 0
    told = events(tmp_path)
    assert len(told) == count >= 60
    times = [datetime.fromisoformat(event["at"]) for event in told]
    assert times == sorted(times)
    assert NOW - timedelta(days=2) <= times[0]
    assert times[-1] <= NOW


def test_the_same_seed_tells_the_same_story_and_another_another(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        script.fill(tmp_path / name, NOW, seed)
        lived(tmp_path / name, 120, seed)
    assert events(tmp_path / "a") == events(tmp_path / "b")
    assert events(tmp_path / "a") != events(tmp_path / "c")


def test_a_new_post_comes_every_six_to_fifteen_seconds(tmp_path: Path) -> None:
    script.fill(tmp_path, NOW, 1)
    before = len(events(tmp_path))
    lived(tmp_path, 600)
    times = [datetime.fromisoformat(event["at"]) for event in events(tmp_path)[before:]]
    assert 600 / 16 <= len(times) <= 600 / 6
    assert all(6 <= (later - sooner).total_seconds() <= 16 for sooner, later in itertools.pairwise(times))


def test_a_pause_is_not_made_up_for(tmp_path: Path) -> None:
    script.fill(tmp_path, NOW, 1)
    before = len(events(tmp_path))
    lived(tmp_path, 10, start=NOW + timedelta(hours=10))
    assert 1 <= len(events(tmp_path)) - before <= 3


def test_the_story_begins_anew_with_other_people_when_it_is_told(tmp_path: Path) -> None:
    script.fill(tmp_path, NOW, 1)
    lived(tmp_path, 900, speed=12.0)
    told = events(tmp_path)
    assert {event["story"]["turn"] for event in told} >= {0, 1}
    items = [event["item"] for event in told if event["kind"] == "created"]
    assert len(items) == len(set(items))


def test_everything_that_is_told_can_be_read(tmp_path: Path) -> None:
    script.fill(tmp_path, NOW, 1)
    lived(tmp_path, 300, speed=10.0)
    account = side(tmp_path)
    found = [item for arrival in CONNECTOR.poll(NO_HTTP, account, "", NOW) for item in parse(arrival.raw)]
    assert all(isinstance(item, Event) for item in found)
    known = set()
    for item in found:
        assert isinstance(item, Event)
        if item.kind == "created":
            assert item.thread
            assert item.parent is None or item.parent in known
            known.add(item.item)
        else:
            assert item.item in known


def side(folder: Path) -> AccountSide:
    return AccountSide(
        id=1, native=story.PAGE, handle=story.PAGE, settings={}, secrets={}, folder=str(folder)
    )


def answered(folder: Path, post: dict[str, Any], key: str, now: datetime) -> str:
    outgoing = Outgoing(
        verb="reply",
        key=key,
        text="We look into it. /Maja",
        item=post["item"],
        person=post["author"]["id"],
        visibility=post["visibility"],
        item_visibility=post["visibility"],
    )
    outcome = CONNECTOR.send(NO_HTTP, side(folder), outgoing, now)
    assert isinstance(outcome, Sent)
    return str(outcome.native)


def reactions(folder: Path, key: str) -> list[dict[str, Any]]:
    return [event for event in events(folder) if event.get("reacts_to") == key]


def waiting(folder: Path, kind: str) -> dict[str, Any]:
    """A post of somebody who has more to say once she is answered."""
    for post in reversed(Network(folder).posts()):  # in private the newest, whose window is open
        told = post["story"]
        scene = story.scenes()[told["scene"]]
        if scene.kind == kind and scene.then.get(told["role"]) and not post.get("deleted"):
            return post
    raise AssertionError(f"Nobody in a {kind} scene waits for an answer.")


@pytest.mark.parametrize("kind", ["wall", "dm"])
def test_people_react_to_our_answer_in_the_same_place_and_once(tmp_path: Path, kind: str) -> None:
    script.fill(tmp_path, NOW, 1)
    now = lived(tmp_path, 60, speed=10)
    post = waiting(tmp_path, kind)
    native = answered(tmp_path, post, "key-1", now)
    assert reactions(tmp_path, "key-1") == []
    lived(tmp_path, 40, start=now)
    said = [event for event in reactions(tmp_path, "key-1") if event["kind"] == "created"]
    assert [event["text"] for event in said] == [
        story.scenes()[post["story"]["scene"]].then[post["story"]["role"]][0]
    ]
    assert (said[0]["parent"], said[0]["thread"], said[0]["author"]) == (
        native,
        post["thread"],
        post["author"],
    )
    assert said[0]["visibility"] == post["visibility"]
    seen = [event["kind"] for event in reactions(tmp_path, "key-1")]
    assert seen == (["read", "created"] if kind == "dm" else ["created"])


def test_whoever_has_said_all_gives_a_heart_or_nothing_and_the_talk_ends(tmp_path: Path) -> None:
    script.fill(tmp_path, NOW, 1)
    now, post = NOW, waiting(tmp_path, "wall")
    for number in range(4):
        answered(tmp_path, post, f"key-{number}", now)
        now = lived(tmp_path, 40, start=now)
    lines = story.scenes()[post["story"]["scene"]].then[post["story"]["role"]]
    said = [event for number in range(4) for event in reactions(tmp_path, f"key-{number}")]
    assert [event["kind"] for event in said] == ["created"] * len(lines) + ["reaction"] * (4 - len(lines))


def test_a_month_has_its_five_to_seven_thousand_posts_nearly_all_in_open_hours() -> None:
    month = list(
        rhythm.arrivals(
            datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), random.Random(1)
        )
    )
    assert 5000 <= len(month) <= 7000
    open_hours = sum(7 <= at.astimezone(rhythm.ZONE).hour < 22 for at in month)
    assert open_hours / len(month) > 0.9
    assert month == sorted(month)


def test_the_rhythm_is_one_of_local_time() -> None:
    summer, winter = datetime(2026, 7, 7, 15, 30, tzinfo=UTC), datetime(2026, 12, 8, 16, 30, tzinfo=UTC)
    assert rhythm.weight(summer) == rhythm.weight(winter)  # half past five in the afternoon on a Tuesday
