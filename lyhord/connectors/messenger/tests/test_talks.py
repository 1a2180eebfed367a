"""Talks against Meta's side: the window, files, a lost answer, polling."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    Allowed,
    Denied,
    Event,
    File,
    Found,
    Hidden,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors._meta.tests.fake import APP, PAGE, SECRET, TOKEN, VERIFY, Broken, Fake
from lyhord.connectors.messenger import CONNECTOR

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOOK = "https://kund.example/hooks/messenger/e1/"
KARI = "5550001"
REPLY = Outgoing("reply", "k1", "Vi ser på det. /Maja", "private", "m_1001", KARI, KARI, item_visibility="private",
                 made_at=NOW)  # fmt: skip
SIDE = AccountSide(1, PAGE, "nordbanan", {}, {"token": TOKEN},
                   {"app_id": APP, "app_secret": SECRET, "hook_url": HOOK, "hook_secret": VERIFY})  # fmt: skip


@pytest.fixture
def meta() -> Fake:
    return Fake(NOW)


@pytest.fixture
def http(meta: Fake) -> Iterator[httpx.Client]:
    with meta.client() as client:
        yield client


def read(arrivals: Any) -> list[Event]:
    told = [CONNECTOR.parse(each.raw, each.headers, each.url, each.method) for each in arrivals]
    return [item for items in told for item in items if isinstance(item, Event)]


def test_an_answer_reaches_the_person_and_its_echo_is_known(meta: Fake, http: httpx.Client) -> None:
    mid = meta.says(KARI, "Hej")
    sent = CONNECTOR.send(http, SIDE, replace(REPLY, item=mid), NOW)
    assert isinstance(sent, Sent)
    assert [each["message"] for each in meta.talks[KARI]] == [REPLY.text, "Hej"]
    assert meta.calls[-1][2]["reply_to"] == {"mid": mid}
    (echo,) = CONNECTOR.parse(meta.notices[-1][0], {}, HOOK, "POST")
    assert isinstance(echo, Event)
    assert (echo.item, echo.is_own, echo.thread) == (sent.native, True, KARI)


@pytest.mark.parametrize(
    ("ago", "tags", "is_sent"),
    [
        (timedelta(hours=23), [None], True),
        (timedelta(hours=25), [None, "HUMAN_AGENT"], True),
        (timedelta(days=8), [None, "HUMAN_AGENT"], False),
    ],
)
def test_a_late_answer_goes_as_a_persons_and_after_seven_days_not_at_all(
    meta: Fake, http: httpx.Client, ago: timedelta, tags: list[str | None], is_sent: bool
) -> None:
    meta.now = NOW - ago
    meta.says(KARI, "Hej")
    meta.now = NOW
    outcome = CONNECTOR.send(http, SIDE, REPLY, NOW)
    assert isinstance(outcome, Sent if is_sent else Refused)
    assert [call[2].get("tag") for call in meta.calls] == tags
    assert len(meta.talks[KARI]) == 1 + is_sent
    if isinstance(outcome, Refused):
        assert outcome.account_state == ""


@pytest.mark.parametrize("ago", [timedelta(hours=1), timedelta(hours=25)])
def test_a_tag_that_was_queued_is_sent_at_once(meta: Fake, http: httpx.Client, ago: timedelta) -> None:
    meta.now = NOW - ago
    meta.says(KARI, "Hej")
    meta.now = NOW
    told = CONNECTOR.can_reply(SIDE, REPLY, NOW - ago, NOW)
    assert isinstance(told, Allowed)
    assert isinstance(CONNECTOR.send(http, SIDE, replace(REPLY, tag=told.tag), NOW), Sent)
    assert [call[2].get("tag") for call in meta.calls] == [told.tag or None]


def test_words_that_nobody_wrote_never_go_as_a_persons(meta: Fake, http: httpx.Client) -> None:
    meta.now = NOW - timedelta(hours=25)
    meta.says(KARI, "Hej")
    meta.now = NOW
    automatic = replace(REPLY, is_automatic=True)
    told = CONNECTOR.can_reply(SIDE, automatic, NOW - timedelta(hours=25), NOW)
    assert isinstance(told, Denied) and told.instead == ("tag",)
    assert isinstance(CONNECTOR.send(http, SIDE, automatic, NOW), Refused)
    assert [call[2].get("tag") for call in meta.calls] == [None]


@pytest.mark.parametrize(
    ("ago", "until"),
    [
        (timedelta(hours=1), timedelta(hours=23)),
        (timedelta(hours=24), timedelta(days=6)),
        (timedelta(days=7), None),
    ],
)
def test_the_deadline_is_told_before_anybody_types(ago: timedelta, until: timedelta | None) -> None:
    told = CONNECTOR.can_reply(SIDE, REPLY, NOW - ago, NOW)
    assert isinstance(told, Denied if until is None else Allowed)
    assert told.until == (None if until is None else NOW + until)
    assert isinstance(CONNECTOR.can_reply(SIDE, replace(REPLY, visibility="public"), NOW, NOW), Denied)


def test_a_file_goes_before_its_words(meta: Fake, http: httpx.Client) -> None:
    meta.says(KARI, "Hej")
    with_file = replace(REPLY, files=(File("k.pdf", "application/pdf", b"%PDF-1"),))
    assert isinstance(CONNECTOR.send(http, SIDE, with_file, NOW), Sent)
    assert len(meta.talks[KARI]) == 3
    meta.next = [None, Broken(551)]
    assert isinstance(CONNECTOR.send(http, SIDE, with_file, NOW), Unsure)  # the file stands there
    assert isinstance(CONNECTOR.send(http, SIDE, replace(with_file, text="x" * 2001), NOW), Refused)
    assert isinstance(
        CONNECTOR.send(http, SIDE, replace(REPLY, files=(File("a", "text/html", b"x"),)), NOW), Refused
    )


@pytest.mark.parametrize(
    ("code", "subcode", "expected"),
    [
        (551, 1545041, Refused),
        (100, 2018001, Refused),
        (613, 0, Retry),
        (10, 2018300, Refused),
        (1200, 0, Unsure),
    ],
)
def test_refusals_of_one_person_say_nothing_of_the_account(
    meta: Fake, http: httpx.Client, code: int, subcode: int, expected: type
) -> None:
    meta.next = [Broken(code, subcode)]
    outcome = CONNECTOR.send(http, SIDE, REPLY, NOW)
    assert isinstance(outcome, expected)
    assert getattr(outcome, "account_state", "") == ""


@pytest.mark.parametrize(("fault", "expected"), [("lost", Sent), ("cut", Retry)])
def test_a_lost_answer_is_settled_by_looking(
    meta: Fake, http: httpx.Client, fault: str, expected: type
) -> None:
    meta.now = NOW - timedelta(hours=1)
    meta.says(KARI, "Hej")
    meta.now, meta.next = NOW, [fault]
    assert isinstance(CONNECTOR.send(http, SIDE, REPLY, NOW), Unsure)
    settled = CONNECTOR.settle(http, SIDE, REPLY, NOW + timedelta(minutes=6))
    assert isinstance(settled, expected)
    if isinstance(settled, Sent):
        assert settled.native == meta.talks[KARI][0]["id"]


def test_hearts_and_blocks_are_done(meta: Fake, http: httpx.Client) -> None:
    for verb in ("block", "unblock"):
        assert CONNECTOR.send(http, SIDE, replace(REPLY, verb=verb), NOW) == Sent()
        assert meta.blocked == ({KARI} if verb == "block" else set())


def test_a_poll_brings_talks_in_which_something_happened(meta: Fake, http: httpx.Client) -> None:
    meta.says(KARI, "Hej")
    meta.says("77", "Hallå")
    first = list(CONNECTOR.poll(http, SIDE, "", NOW))
    told = read(first)
    by_hook = {CONNECTOR.parse(raw, {}, HOOK, "POST")[0].key for raw, _ in meta.notices}  # type: ignore[union-attr]
    assert {event.key for event in told} == by_hook
    assert {event.thread for event in told} == {KARI, "77"}
    assert list(CONNECTOR.poll(http, SIDE, first[-1].cursor, NOW)) == []
    meta.now = NOW + timedelta(minutes=1)
    meta.says(KARI, "Hallå igen")
    assert "Hallå igen" in [event.text for event in read(CONNECTOR.poll(http, SIDE, first[-1].cursor, NOW))]
    assert len(read(CONNECTOR.backfill(http, SIDE, "", NOW - timedelta(days=7)))) == 3


def test_a_message_that_is_not_shown_is_not_called_deleted(meta: Fake, http: httpx.Client) -> None:
    assert isinstance(CONNECTOR.fetch(http, SIDE, "m_9", NOW), Hidden)
    meta.comments["m_5"] = {
        "id": "m_5",
        "message": "Hej",
        "from": {"id": KARI},
        "to": {"data": [{"id": PAGE}]},
    }
    found = CONNECTOR.fetch(http, SIDE, "m_5", NOW)
    assert isinstance(found, Found)
    assert [event.thread for event in read(found.arrivals)] == [KARI]


def test_connecting_adds_to_what_the_page_subscribed(meta: Fake, http: httpx.Client) -> None:
    meta.installed = {"feed"}
    found = CONNECTOR.connect(http, SIDE, NOW)
    assert (found.native, found.state["way"], found.link) == (PAGE, "hook", "https://m.me/nordbanan")
    assert {"feed", "messages", "message_edits"} <= meta.installed
