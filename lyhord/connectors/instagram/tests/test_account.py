"""A professional account against Meta's side: comments, mentions, direct messages, looking again, connecting."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    Allowed,
    ConnectFailed,
    Denied,
    Event,
    Found,
    Gone,
    Hidden,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors._meta.tests.fake import APP, INSTA, SECRET, TOKEN, VERIFY, Broken, Fake
from lyhord.connectors.instagram import CONNECTOR

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOOK = "https://kund.example/hooks/facebook/e1/"
KARI = "5550001"


@pytest.fixture
def meta() -> Fake:
    there = Fake(NOW - timedelta(hours=1))
    there.talks_as = INSTA
    return there


@pytest.fixture
def http(meta: Fake) -> Iterator[httpx.Client]:
    with meta.client() as client:
        yield client


def side(**fields: Any) -> AccountSide:
    usual: dict[str, Any] = {
        "id": 1, "native": INSTA, "handle": "nordbanan", "settings": {"login": "facebook"}, "secrets": {"token": TOKEN},
        "app": {"app_id": APP, "app_secret": SECRET, "hook_url": HOOK, "hook_secret": VERIFY},
    }  # fmt: skip
    return AccountSide(**{**usual, **fields})


def told(meta: Fake) -> Event:
    """The newest thing that the hook brought."""
    (event,) = CONNECTOR.parse(*meta.notices[-1], HOOK, "POST")
    assert isinstance(event, Event)
    return event


def read(arrivals: Any) -> list[Event]:
    items = [CONNECTOR.parse(each.raw, each.headers, each.url, each.method) for each in arrivals]
    return [item for listed in items for item in listed if isinstance(item, Event)]


def asked(meta: Fake) -> Outgoing:
    """Kari comments below our picture, and we answer."""
    media = meta.picture("Nya tåg")
    meta.remark(KARI, media, "När då?", "kari")
    return answering(told(meta))


def answering(event: Event, **more: Any) -> Outgoing:
    usual: dict[str, Any] = {
        "verb": "reply", "key": "k1", "text": "I mars. /Maja", "item": event.item, "thread": event.thread,
        "person": event.author.native if event.author else None, "facts": event.extra, "made_at": NOW,
        "visibility": event.visibility, "item_visibility": event.visibility,
    }  # fmt: skip
    return Outgoing(**{**usual, **more})


# Sending ------------------------------------------------------------------------------------------------------------


def test_an_answer_hangs_below_the_first_comment_and_its_echo_is_known(
    meta: Fake, http: httpx.Client
) -> None:
    outgoing = asked(meta)
    sent = CONNECTOR.send(http, side(), outgoing, NOW)
    assert isinstance(sent, Sent)
    echo = told(meta)
    assert (echo.item, echo.is_own, echo.thread, echo.parent) == (
        sent.native,
        True,
        outgoing.thread,
        outgoing.item,
    )
    meta.remark(KARI, str(outgoing.item), "Vilken dag?", "kari")
    second = answering(told(meta))
    assert isinstance(CONNECTOR.send(http, side(), second, NOW), Sent)
    assert meta.calls[-1][1] == f"{outgoing.item}/replies"


def test_a_comment_is_answered_in_private_once_and_the_talk_goes_on_when_she_writes(
    meta: Fake, http: httpx.Client
) -> None:
    private = replace(asked(meta), visibility="private")
    sent = CONNECTOR.send(http, side(), private, NOW)
    assert isinstance(sent, Sent)
    echo = told(meta)
    assert (echo.item, echo.is_own, echo.thread, echo.visibility) == (sent.native, True, KARI, "private")
    again = CONNECTOR.send(http, side(), private, NOW)
    assert isinstance(again, Refused)
    meta.says(KARI, "Tack", INSTA)
    assert isinstance(CONNECTOR.send(http, side(), answering(told(meta)), NOW), Sent)
    assert [each["from"]["id"] for each in meta.talks[KARI]] == [INSTA, KARI, INSTA]


def test_a_mention_is_answered_where_it_stands(meta: Fake, http: httpx.Client) -> None:
    media = meta.picture("På resa", owner=KARI, elsewhere=True)
    comment = meta.remark(KARI, media, "@nordbanan hej", "kari")
    value = {"comment_id": comment, "media_id": media}
    meta.tell({"object": "instagram", "entry": [
        {"id": INSTA, "time": int(NOW.timestamp()), "changes": [{"field": "mentions", "value": value}]}]})  # fmt: skip
    event = told(meta)
    assert (event.item, event.thread, event.text, [each.native for each in event.mentions]) == (
        comment,
        media,
        "",
        [INSTA],
    )
    found = CONNECTOR.look(http, side(), comment, event.extra, NOW)
    assert isinstance(found, Found)
    words = [each for each in read(found.arrivals) if each.kind == "edited"]
    assert [(each.text, each.author and each.author.handle) for each in words] == [("@nordbanan hej", "kari")]
    outgoing = answering(event)
    assert isinstance(CONNECTOR.send(http, side(), outgoing, NOW), Sent)
    assert meta.calls[-1][1] == f"{INSTA}/mentions"
    assert meta.calls[-1][2]["comment_id"] == comment
    private = replace(outgoing, visibility="private")
    assert isinstance(CONNECTOR.can_reply(side(), private, NOW, NOW), Denied)


def test_hiding_and_deleting_are_done_and_nothing_else(meta: Fake, http: httpx.Client) -> None:
    outgoing = asked(meta)
    comment = str(outgoing.item)
    assert CONNECTOR.send(http, side(), replace(outgoing, verb="hide"), NOW) == Sent()
    assert meta.comments[comment]["hidden"] is True
    assert CONNECTOR.send(http, side(), replace(outgoing, verb="unhide"), NOW) == Sent()
    assert meta.comments[comment]["hidden"] is False
    for _twice in range(2):
        assert CONNECTOR.send(http, side(), replace(outgoing, verb="delete"), NOW) == Sent()
    assert comment not in meta.comments
    assert isinstance(CONNECTOR.send(http, side(), replace(outgoing, verb="like"), NOW), Refused)


@pytest.mark.parametrize(("text", "is_sent"), [("å" * 500, True), ("å" * 500 + "x", False)])
def test_a_direct_message_is_counted_in_bytes(
    meta: Fake, http: httpx.Client, text: str, is_sent: bool
) -> None:
    meta.says(KARI, "Hej", INSTA)
    outgoing = answering(told(meta), text=text)
    length = CONNECTOR.abilities(side()).reply["private"]
    assert (CONNECTOR.measure(text, length) <= length.limit) is is_sent
    assert isinstance(CONNECTOR.send(http, side(), outgoing, NOW), Sent if is_sent else Refused)
    assert len(meta.calls) == is_sent


def test_deadlines_and_refusals_are_told_before_anybody_types(meta: Fake) -> None:
    outgoing = replace(asked(meta), visibility="private")
    assert CONNECTOR.can_reply(side(), outgoing, NOW - timedelta(days=1), NOW) == Allowed(
        until=NOW + timedelta(days=6), instead=("public",)
    )
    assert isinstance(CONNECTOR.can_reply(side(), outgoing, NOW - timedelta(days=7), NOW), Denied)
    live = replace(outgoing, facts={**outgoing.facts, "live": True})
    assert isinstance(CONNECTOR.can_reply(side(), live, NOW, NOW), Denied)
    talk = replace(outgoing, item_visibility="private")
    assert CONNECTOR.can_reply(side(), talk, NOW - timedelta(hours=1), NOW) == Allowed(
        until=NOW + timedelta(hours=23), instead=("tag",)
    )
    late = CONNECTOR.can_reply(side(), talk, NOW - timedelta(days=3), NOW)
    assert late == Allowed(until=NOW + timedelta(days=4), tag="HUMAN_AGENT")
    public = replace(talk, visibility="public")
    assert isinstance(CONNECTOR.can_reply(side(), public, NOW, NOW), Denied)


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize(("fault", "expected"), [("lost", Sent), ("cut", Retry)])
def test_a_lost_answer_is_settled_by_looking(
    meta: Fake, http: httpx.Client, visibility: Any, fault: str, expected: type
) -> None:
    outgoing = replace(asked(meta), visibility=visibility)
    meta.now, meta.next = NOW, [fault]
    assert isinstance(CONNECTOR.send(http, side(), outgoing, NOW), Unsure)
    settled = CONNECTOR.settle(http, side(), outgoing, NOW + timedelta(minutes=6))
    assert isinstance(settled, expected)
    if isinstance(settled, Sent):
        assert settled.native in {*meta.comments, *(each["id"] for each in meta.talks.get(KARI, []))}


# Reading ------------------------------------------------------------------------------------------------------------


def test_a_poll_brings_comments_answers_tags_and_talks_as_the_hook_does(
    meta: Fake, http: httpx.Client
) -> None:
    outgoing = asked(meta)
    meta.remark("77", str(outgoing.item), "Samma här", "ola")
    meta.picture("Hej @nordbanan", owner=KARI, elsewhere=True)
    meta.says(KARI, "Hej i tysthet", INSTA)
    by_hook = [CONNECTOR.parse(raw, headers, HOOK, "POST")[0] for raw, headers in meta.notices]
    first = list(CONNECTOR.poll(http, side(), "", NOW))
    keys = {event.key: event for event in read(first)}
    for event in by_hook:
        assert isinstance(event, Event)
        found = keys[event.key]
        assert (found.thread, found.parent, found.text, found.is_own, found.author and found.author.native) == (
            event.thread, event.parent, event.text, event.is_own, event.author and event.author.native)  # fmt: skip
        assert found.extra.get("top") == event.extra.get("top")
    assert any(event.text == "Hej @nordbanan" for event in keys.values())
    cursor = first[-1].cursor
    assert list(CONNECTOR.poll(http, side(), cursor, NOW)) == []
    meta.now = NOW
    meta.remark(KARI, str(outgoing.thread), "Hallå?", "kari")
    assert "Hallå?" in [event.text for event in read(CONNECTOR.poll(http, side(), cursor, NOW))]


def test_the_past_goes_from_posts_to_talks(meta: Fake, http: httpx.Client) -> None:
    asked(meta)
    meta.says(KARI, "Hej", INSTA)
    arrivals = list(CONNECTOR.backfill(http, side(), "", NOW - timedelta(days=7)))
    assert [each.cursor.partition(":")[0] for each in arrivals] == ["media", "talks"]
    assert {event.text for event in read(arrivals)} == {"Nya tåg", "När då?", "Hej"}


def test_a_comment_that_went_is_found_out_by_looking_alone(meta: Fake, http: httpx.Client) -> None:
    outgoing = asked(meta)
    comment = str(outgoing.item)
    same = CONNECTOR.look(http, side(), comment, outgoing.facts, NOW)
    assert isinstance(same, Found)
    assert [(event.kind, event.thread) for event in read(same.arrivals)] == [("created", outgoing.thread)]
    del meta.comments[comment]
    assert isinstance(CONNECTOR.look(http, side(), comment, outgoing.facts, NOW), Gone)
    mention = {**outgoing.facts, "mentioned": True}
    assert isinstance(CONNECTOR.look(http, side(), comment, mention, NOW), Hidden)
    meta.next = [None, Broken(10)]
    with pytest.raises(Trouble) as problem:
        CONNECTOR.look(http, side(), comment, outgoing.facts, NOW)
    assert problem.value.account_state == "permission_lost"


# Connecting ---------------------------------------------------------------------------------------------------------


def test_by_the_page_its_own_account_is_found_and_the_hook_set(meta: Fake, http: httpx.Client) -> None:
    found = CONNECTOR.connect(http, side(), NOW)
    assert (found.native, found.handle, found.state["way"]) == (INSTA, "nordbanan", "hook")
    assert {field["name"] for field in meta.subscriptions["instagram"]["fields"]} >= {
        "comments",
        "mentions",
        "messages",
    }
    assert meta.installed == {"feed"}


@pytest.mark.parametrize(("left", "is_renewed"), [(timedelta(days=40), False), (timedelta(days=20), True)])
def test_a_token_by_instagram_alone_is_renewed_before_it_ends(
    meta: Fake, http: httpx.Client, left: timedelta, is_renewed: bool
) -> None:
    account = side(settings={"login": "instagram"}, state={"token_ends": (NOW + left).isoformat()})
    found = CONNECTOR.connect(http, account, NOW)
    assert found.secrets == ({"token": "renewed-token"} if is_renewed else {})
    assert found.expires_at == NOW + (timedelta(days=60) if is_renewed else left)
    assert CONNECTOR.hosts(account) == ("https://graph.instagram.com",)
    meta.is_valid = False
    with pytest.raises(ConnectFailed) as problem:
        CONNECTOR.connect(http, account, NOW)
    assert problem.value.is_permanent
