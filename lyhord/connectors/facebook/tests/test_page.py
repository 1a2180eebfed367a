"""A page against Meta's side: sending, settling, reading, connecting; each call is checked there."""

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
    File,
    Found,
    Gone,
    Outgoing,
    Refused,
    Request,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors._meta.tests.fake import APP, PAGE, SECRET, TOKEN, VERIFY, Broken, Fake
from lyhord.connectors.facebook import CONNECTOR

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOOK = "https://kund.example/hooks/facebook/e1/"
KARI = "5550001"


@pytest.fixture
def meta() -> Fake:
    return Fake(NOW - timedelta(hours=1))


@pytest.fixture
def http(meta: Fake) -> Iterator[httpx.Client]:
    with meta.client() as client:
        yield client


def side(**fields: Any) -> AccountSide:
    usual: dict[str, Any] = {
        "id": 1, "native": PAGE, "handle": "nordbanan", "settings": {}, "secrets": {"token": TOKEN},
        "app": {"app_id": APP, "app_secret": SECRET, "hook_url": HOOK, "hook_secret": VERIFY},
    }  # fmt: skip
    return AccountSide(**{**usual, **fields})


def asked(meta: Fake) -> Outgoing:
    """Kari asks below our post, and we answer."""
    post = meta.post(PAGE, "Ny tidtabell")
    comment = meta.comment(KARI, post, "När går tåget?", "Kari")
    return Outgoing(verb="reply", key="k1", text="Klockan tio. /Maja", item=comment, thread=post, person=KARI,
                    made_at=NOW)  # fmt: skip


def events(arrivals: Any) -> list[Event]:
    return [
        item
        for arrival in arrivals
        for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, arrival.method)
        if isinstance(item, Event)
    ]


# Sending ------------------------------------------------------------------------------------------------------------


def test_an_answer_stands_below_the_comment_and_its_echo_is_known_by_the_same_id(
    meta: Fake, http: httpx.Client
) -> None:
    outgoing = asked(meta)
    sent = CONNECTOR.send(http, side(), outgoing, NOW)
    assert isinstance(sent, Sent)
    assert meta.comments[str(sent.native)]["message"] == outgoing.text
    raw, headers = meta.notices[-1]
    (echo,) = CONNECTOR.parse(raw, headers, HOOK, "POST")
    assert isinstance(echo, Event)
    assert (echo.item, echo.is_own, echo.thread, echo.parent) == (
        sent.native,
        True,
        outgoing.thread,
        outgoing.item,
    )


def test_a_private_answer_goes_to_the_comment_once_and_within_seven_days(
    meta: Fake, http: httpx.Client
) -> None:
    private = replace(asked(meta), visibility="private")
    sent = CONNECTOR.send(http, side(), private, NOW)
    assert isinstance(sent, Sent)
    assert [each["id"] for each in meta.talks[KARI]] == [sent.native]
    again = CONNECTOR.send(http, side(), private, NOW)
    assert isinstance(again, Refused)
    assert again.code == "10900"
    old = replace(private, item=meta.comment(KARI, str(private.thread), "Hallå?"))
    meta.now = NOW + timedelta(days=8)
    late = CONNECTOR.send(http, side(), old, NOW)
    assert isinstance(late, Refused)
    assert late.code == "10901"


def test_a_visitors_post_is_answered_in_private_as_a_post(meta: Fake, http: httpx.Client) -> None:
    post = meta.post(KARI, "Min väska är borta", "Kari")
    outgoing = Outgoing("reply", "k", "Skriv till oss.", "private", post, post, KARI)
    assert isinstance(CONNECTOR.send(http, side(), outgoing, NOW), Sent)
    assert meta.calls[-1][2]["recipient"] == {"post_id": post}


@pytest.mark.parametrize(
    ("last_word_at", "expected"),
    [(NOW - timedelta(days=6), NOW + timedelta(days=1)), (NOW - timedelta(days=7), None)],
)
def test_the_last_moment_of_a_private_answer_is_told_before_anybody_types(
    last_word_at: datetime, expected: datetime | None
) -> None:
    outgoing = Outgoing("reply", "k", "Hej", "private", "1_2", f"{PAGE}_1")
    told = CONNECTOR.can_reply(side(), outgoing, last_word_at, NOW)
    assert told.until == expected
    assert isinstance(told, Denied if expected is None else Allowed)
    assert isinstance(
        CONNECTOR.can_reply(side(), replace(outgoing, visibility="public"), last_word_at, NOW), Allowed
    )


def test_each_verb_does_on_the_page_what_it_says(meta: Fake, http: httpx.Client) -> None:
    outgoing = asked(meta)
    comment = str(outgoing.item)

    def do(verb: Any, **more: Any) -> None:
        assert CONNECTOR.send(http, side(), replace(outgoing, verb=verb, **more), NOW) == Sent(), verb

    do("hide")
    assert meta.comments[comment]["is_hidden"] is True
    do("unhide")
    assert meta.comments[comment]["is_hidden"] is False
    do("like")
    assert meta.liked == {comment}
    do("unlike")
    assert meta.liked == set()
    do("block")
    assert meta.blocked == {KARI}
    do("unblock")
    assert meta.blocked == set()
    do("edit", text="Klockan elva.")
    assert meta.comments[comment]["message"] == "Klockan elva."
    do("delete")
    assert comment not in meta.comments
    do("delete")  # gone is gone
    sent = CONNECTOR.send(http, side(), Outgoing("post", "k2", "Vi är åter."), NOW)
    assert isinstance(sent, Sent)
    assert str(sent.native) in meta.posts


def test_a_picture_goes_with_its_words_and_what_does_not_fit_never_leaves(
    meta: Fake, http: httpx.Client
) -> None:
    outgoing = asked(meta)
    picture = replace(outgoing, files=(File("a.png", "image/png", b"\x89PNG"),))
    assert isinstance(CONNECTOR.send(http, side(), picture, NOW), Sent)
    assert b"\x89PNG" in meta.calls[-1][2]["source"]
    count = len(meta.calls)
    for unfit in (
        replace(outgoing, text="x" * 8001),
        replace(outgoing, text="x" * 2001, visibility="private"),
        replace(outgoing, files=(File("a.pdf", "application/pdf", b"%PDF"),)),
        replace(picture, visibility="private"),
        replace(outgoing, item_visibility="private"),
        replace(outgoing, item=None),
    ):
        assert isinstance(CONNECTOR.send(http, side(), unfit, NOW), Refused)
    assert len(meta.calls) == count


@pytest.mark.parametrize(
    ("fault", "expected", "state"),
    [
        (Broken(4), Retry, ""), (Broken(32), Retry, ""), (Broken(80001), Retry, ""), (Broken(613), Retry, ""),
        (Broken(190, 463), Refused, "token_revoked"), (Broken(200), Refused, "permission_lost"),
        (Broken(10), Refused, "permission_lost"), (Broken(368), Refused, ""), (Broken(100, 33), Refused, ""),
        (Broken(1, 99), Unsure, ""), (Broken(2, status=500), Unsure, ""), ("cut", Unsure, ""), ("lost", Unsure, ""),
    ],
)  # fmt: skip
def test_each_code_of_meta_means_one_thing_and_nothing_is_asked_twice(
    meta: Fake, http: httpx.Client, fault: Any, expected: type, state: str
) -> None:
    outgoing, count = asked(meta), len(meta.calls)
    meta.next = [fault]
    outcome = CONNECTOR.send(http, side(), outgoing, NOW)
    assert isinstance(outcome, expected)
    assert getattr(outcome, "account_state", "") == state
    assert len(meta.calls) == count + 1


def test_the_wait_is_the_one_that_meta_names(meta: Fake, http: httpx.Client) -> None:
    outgoing = asked(meta)
    usage = '{"100200300":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":19}]}'
    meta.headers, meta.next = {"X-Business-Use-Case-Usage": usage}, [Broken(80001)]
    assert CONNECTOR.send(http, side(), outgoing, NOW) == Retry(
        "Meta asks us to wait.", NOW + timedelta(minutes=19)
    )


# A lost answer ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("fault", ["lost", "cut"])
def test_a_lost_answer_is_settled_by_looking(
    meta: Fake, http: httpx.Client, visibility: Any, fault: str
) -> None:
    outgoing = replace(asked(meta), visibility=visibility)
    if visibility == "private":
        meta.says(KARI, "Jag skrev förut")
    meta.now = NOW
    meta.next = [fault]
    assert isinstance(CONNECTOR.send(http, side(), outgoing, NOW), Unsure)
    count = len(meta.comments) + len(meta.talks.get(KARI, []))
    at_once = CONNECTOR.settle(http, side(), outgoing, NOW + timedelta(seconds=20))
    later = CONNECTOR.settle(http, side(), outgoing, NOW + timedelta(minutes=6))
    if fault == "lost":
        assert isinstance(at_once, Sent)
        assert (at_once, at_once.evidence) == (later, "read_back")
    else:
        assert isinstance(at_once, Unsure)  # it may still be under way
        assert isinstance(later, Retry)
    assert len(meta.comments) + len(meta.talks.get(KARI, [])) == count


# Reading ------------------------------------------------------------------------------------------------------------


def test_a_poll_brings_what_is_new_once_and_knows_it_as_the_hook_does(meta: Fake, http: httpx.Client) -> None:
    outgoing = asked(meta)
    meta.post("77", "Nordbanan är bra", elsewhere=True)
    meta.ratings = [{"open_graph_story": {"id": "5"}, "recommendation_type": "negative", "review_text": "Sent igen",
                     "reviewer": {"id": KARI, "name": "Kari"}, "created_time": meta.time()}]  # fmt: skip
    first = list(CONNECTOR.poll(http, side(), "", NOW))
    told = events(first)
    by_hook = [CONNECTOR.parse(raw, headers, HOOK, "POST")[0] for raw, headers in meta.notices[:2]]
    keys = {event.key: event for event in told}
    for event in by_hook:
        assert isinstance(event, Event)
        found = keys[event.key]
        assert (found.thread, found.parent, found.text, found.is_own, found.at) == (
            event.thread, event.parent, event.text, event.is_own, event.at)  # fmt: skip
    assert any(event.text == "👎 Sent igen" for event in told)
    assert any(event.mentions for event in told)
    cursor = first[-1].cursor
    assert list(CONNECTOR.poll(http, side(), cursor, NOW)) == []
    meta.now = NOW
    meta.comment(KARI, str(outgoing.thread), "Ni svarar inte")
    assert "Ni svarar inte" in [event.text for event in events(CONNECTOR.poll(http, side(), cursor, NOW))]


def test_without_the_right_to_recommendations_comments_come_all_the_same(
    meta: Fake, http: httpx.Client
) -> None:
    asked(meta)
    meta.next = [None, Broken(10), Broken(200)]
    assert [event.text for event in events(CONNECTOR.poll(http, side(), "", NOW))] == [
        "Ny tidtabell",
        "När går tåget?",
    ]
    meta.next = [Broken(190)]
    with pytest.raises(Trouble) as problem:
        list(CONNECTOR.poll(http, side(), "", NOW))
    assert problem.value.account_state == "token_revoked"


def test_the_past_is_read_page_by_page_until_the_wished_moment(meta: Fake, http: httpx.Client) -> None:
    for days in range(60):
        meta.now = NOW - timedelta(days=60 - days)
        meta.post(PAGE, f"Dag {days}")
    arrivals = list(CONNECTOR.backfill(http, side(), "", NOW - timedelta(days=30)))
    assert [len(events([arrival])) for arrival in arrivals] == [25, 25]
    rest = list(CONNECTOR.backfill(http, side(), arrivals[-1].cursor, NOW - timedelta(days=90)))
    assert len(events(rest)) == 10


def test_a_look_tells_an_edit_only_where_the_words_are_others(meta: Fake, http: httpx.Client) -> None:
    comment = str(asked(meta).item)
    found = CONNECTOR.fetch(http, side(), comment, NOW)
    assert isinstance(found, Found)
    (created,) = events(found.arrivals)
    same = CONNECTOR.look(http, side(), comment, created.extra, NOW)
    assert isinstance(same, Found)
    assert [event.kind for event in events(same.arrivals)] == ["created"]
    meta.comments[comment]["message"] = "När går bussen?"
    other = CONNECTOR.look(http, side(), comment, created.extra, NOW)
    assert isinstance(other, Found)
    edits = [event for event in events(other.arrivals) if event.kind == "edited"]
    assert [(event.text, event.at) for event in edits] == [("När går bussen?", NOW)]
    del meta.comments[comment]
    assert isinstance(CONNECTOR.look(http, side(), comment, created.extra, NOW), Gone)
    meta.next = [None, Broken(190)]
    with pytest.raises(Trouble):  # our rights are gone, so it says nothing about the comment
        CONNECTOR.look(http, side(), comment, created.extra, NOW)


# Connecting ---------------------------------------------------------------------------------------------------------


def test_the_hook_is_set_once_the_account_is_kept_and_what_others_set_stays(
    meta: Fake, http: httpx.Client
) -> None:
    before = CONNECTOR.connect(http, side(id=0), NOW)
    assert (before.native, before.handle, before.state["way"]) == (PAGE, "nordbanan", "asking")
    assert meta.subscriptions == {}
    meta.installed = {"messages"}
    after = CONNECTOR.connect(http, side(), NOW)
    assert (after.state["way"], after.notes, after.expires_at) == ("hook", (), None)
    assert meta.installed == {"messages", "feed", "mention", "ratings"}
    assert meta.subscriptions["page"]["callback_url"] == HOOK
    count = len([call for call in meta.calls if call[0] == "POST"])
    CONNECTOR.connect(http, side(), NOW)
    assert len([call for call in meta.calls if call[0] == "POST"]) == count


def test_a_token_that_ends_or_lacks_a_right_is_told_before_it_bites(meta: Fake, http: httpx.Client) -> None:
    meta.expires_at, meta.scopes = int(NOW.timestamp()) + 3600, ["pages_show_list"]
    found = CONNECTOR.connect(http, side(), NOW)
    assert found.expires_at == NOW + timedelta(hours=1)
    assert any("pages_manage_engagement" in note for note in found.notes)
    meta.is_valid = False
    with pytest.raises(ConnectFailed) as problem:
        CONNECTOR.connect(http, side(), NOW)
    assert problem.value.is_permanent


def test_what_the_page_hears_is_signed_by_it(meta: Fake) -> None:
    asked(meta)
    for raw, headers in meta.notices:
        assert CONNECTOR.verify(Request("POST", HOOK, headers, raw), {"app_secret": SECRET})
        assert not CONNECTOR.verify(Request("POST", HOOK, headers, raw + b" "), {"app_secret": SECRET})
