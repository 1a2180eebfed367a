"""What was written down of a place that no program reads."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import AccountSide, ConnectFailed, Event, Outgoing, Unreadable, Unsure
from lyhord.connectors.manual import CONNECTOR, TO_DO

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SEEN = json.loads((Path(__file__).parents[1] / "fixtures" / "seen.json").read_text(encoding="utf-8"))


def event(**more: Any) -> Event:
    raw = json.dumps({name: value for name, value in (SEEN | more).items() if value is not None}).encode()
    [item] = CONNECTOR.parse(raw, {}, "/by-hand/", "POST")
    assert isinstance(item, Event)
    return item


def test_what_was_seen_is_a_post_with_link_author_and_time() -> None:
    found = event()
    assert (found.kind, found.text, found.visibility) == ("created", "Missä juna on?", "public")
    assert found.thread == "https://keskustelu.example/t/123?page=2"
    assert found.link == SEEN["link"]
    assert found.at is not None
    assert found.at.isoformat() == "2026-11-20T07:15:00+00:00"
    assert found.author is not None
    assert (found.author.name, found.author.native[:5]) == ("Matti", "name:")


def test_an_author_is_one_by_profile_and_by_name_within_a_site_alone() -> None:
    by_profile = event(author_link="https://keskustelu.example/u/matti")
    assert by_profile.author is not None
    assert by_profile.author.native == "https://keskustelu.example/u/matti"
    here, there = event().author, event(link="https://else.example/t/1").author
    assert here is not None
    assert there is not None
    assert here.native != there.native
    assert event(author="MATTI", form_key="2").author == event(author="MATTI", form_key="3").author


def test_a_picture_lies_within_the_note() -> None:
    raw = json.dumps(
        SEEN | {"picture": base64.b64encode(b"PNG").decode(), "picture_name": "seen.png"}
    ).encode()
    [item] = CONNECTOR.parse(raw, {}, "", "POST")
    assert isinstance(item, Event)
    assert [media.url for media in item.media] == ["part:picture"]
    assert CONNECTOR.part(raw, {}, "part:picture") == b"PNG"
    assert CONNECTOR.part(raw, {}, "part:else") is None
    assert CONNECTOR.part(b"{}", {}, "part:picture") is None


@pytest.mark.parametrize(("outcome", "kind"), [("stands", "shown"), ("gone", "deleted")])
def test_looking_again_tells_whether_it_still_stands(outcome: str, kind: str) -> None:
    told = {
        "what": "looked",
        "form_key": "1",
        "item": "seen:0b6f",
        "outcome": outcome,
        "at": "2026-11-22T10:00:00Z",
    }
    [item] = CONNECTOR.parse(json.dumps(told).encode(), {}, "", "POST")
    assert isinstance(item, Event)
    assert (item.kind, item.item) == (kind, "seen:0b6f")


@pytest.mark.parametrize(
    "wrong",
    [
        {"link": "javascript:alert(1)"},
        {"link": None},
        {"author": " "},
        {"text": ""},
        {"at": "yesterday"},
        {"form_key": 1},
    ],
)
def test_what_lacks_its_proof_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        event(**wrong)


def test_an_answer_waits_for_a_person() -> None:
    side = AccountSide(id=1, native="m", handle="", settings={"place": "Suomi24"}, secrets={})
    with httpx.Client() as http:
        assert CONNECTOR.send(http, side, Outgoing("reply", "1", "Hei"), NOW) == Unsure(TO_DO)
        assert CONNECTOR.connect(http, side, NOW).name == "Suomi24"
        with pytest.raises(ConnectFailed):
            CONNECTOR.connect(http, AccountSide(1, "", "", {}, {}), NOW)
