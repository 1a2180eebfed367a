"""The demo network from both sides: customers write in its file, we read, answer and moderate through the connector."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args

import httpx
import pytest

from lyhord.channels.contract import (
    VERBS,
    AccountSide,
    Allowed,
    ConnectFailed,
    Denied,
    Event,
    File,
    Found,
    Gone,
    Hidden,
    Kind,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unsure,
    Verb,
)
from lyhord.connectors.demo import CONNECTOR
from lyhord.connectors.demo.network import FILE, FILES, Network
from lyhord.connectors.demo.parser import parse

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KIM = {"id": "person:kim", "handle": "kim", "name": "Kim Lagerlund"}
SECRET = {"hook_secret": "between-us"}
NO_HTTP = cast(httpx.Client, None)  # this network is a file


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path)


@pytest.fixture
def account(tmp_path: Path) -> AccountSide:
    return AccountSide(
        id=1, native="nordbanan", handle="nordbanan", settings={}, secrets={}, folder=str(tmp_path)
    )


def wrote(network: Network, text: str = "Where is my train?", **values: Any) -> dict[str, Any]:
    usual = {"kind": "created", "author": KIM, "text": text, "at": NOW.isoformat()}
    return network.happen(usual | values)


def answer(post: dict[str, Any], **values: Any) -> Outgoing:
    visibility = post.get("visibility", "public")
    usual = Outgoing(
        verb="reply",
        key="key-1",
        text="In Tranby, ten minutes late. /Maja",
        item=post["item"],
        person=post["author"]["id"],
        visibility=visibility,
        item_visibility=visibility,
    )
    return replace(usual, **values)


def sent(account: AccountSide, outgoing: Outgoing, now: datetime = NOW) -> object:
    return CONNECTOR.send(NO_HTTP, account, outgoing, now)


def polled(account: AccountSide, cursor: str = "") -> tuple[list[Event], str]:
    events: list[Event] = []
    for arrival in CONNECTOR.poll(NO_HTTP, account, cursor, NOW):
        cursor = arrival.cursor
        events += [item for item in parse(arrival.raw) if isinstance(item, Event)]
    return events, cursor


# Reading ------------------------------------------------------------------------------------------------------


def test_what_customers_write_comes_once_and_in_order(network: Network, account: AccountSide) -> None:
    wrote(network, "First")
    wrote(network, "Second")
    events, cursor = polled(account)
    assert [event.text for event in events] == ["First", "Second"]
    assert polled(account, cursor) == ([], cursor)
    wrote(network, "Third")
    assert [event.text for event in polled(account, cursor)[0]] == ["Third"]


def test_what_is_for_another_page_does_not_come(network: Network, account: AccountSide) -> None:
    wrote(network, "For others", account="sydbanan")
    wrote(network, "For us", account="nordbanan")
    assert [event.text for event in polled(account)[0]] == ["For us"]


def test_the_stream_brings_the_same_and_then_beats(network: Network, account: AccountSide) -> None:
    wrote(network, "First")
    stream = CONNECTOR.stream(NO_HTTP, account, "")
    told = next(stream)
    assert [event.key for event in parse(told.raw) if isinstance(event, Event)] == [polled(account)[0][0].key]
    assert next(stream).raw == b""
    wrote(network, "Second")
    assert b"Second" in next(stream).raw


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_event_can_happen(network: Network, account: AccountSide, kind: Kind) -> None:
    wrote(network, item="p1")
    network.happen(
        {"kind": kind, "item": "p1", "author": KIM, "text": "new", "at": NOW.isoformat(), "ok": False}
    )
    event = polled(account)[0][-1]
    assert (event.kind, event.item, event.ok) == (kind, "p1", False)


def test_half_a_line_is_not_read_before_it_is_whole(network: Network, account: AccountSide) -> None:
    wrote(network, "Whole")
    with network.path.open("ab") as file:
        file.write(b'{"event": {"id": "e9", "item"')
        file.flush()
        assert len(polled(account)[0]) == 1
        file.write(b': "p9", "kind": "created", "text": "Later"}}\n')
    assert [event.text for event in polled(account)[0]] == ["Whole", "Later"]


def test_a_look_at_a_post_tells_what_it_hangs_on_and_how_it_stands(
    network: Network, account: AccountSide
) -> None:
    wrote(network, "Root", item="p1")
    wrote(network, "Answer", item="p2", parent="p1", thread="p1")
    network.happen({"kind": "edited", "item": "p2", "text": "Better", "author": KIM, "at": NOW.isoformat()})
    found = CONNECTOR.fetch(NO_HTTP, account, "p2", NOW)
    assert isinstance(found, Found)
    told = [item for arrival in found.arrivals for item in parse(arrival.raw) if isinstance(item, Event)]
    assert [(event.kind, event.text) for event in told] == [
        ("created", "Root"),
        ("created", "Better"),
        ("edited", "Better"),
    ]
    assert {event.key for event in told} == {event.key for event in polled(account)[0]}
    network.happen({"kind": "deleted", "item": "p2"})
    assert isinstance(CONNECTOR.fetch(NO_HTTP, account, "p2", NOW), Gone)
    assert isinstance(CONNECTOR.fetch(NO_HTTP, account, "nowhere", NOW), Hidden)


def test_the_past_is_told_from_a_moment_on(network: Network, account: AccountSide) -> None:
    wrote(network, "Long ago", at=(NOW - timedelta(days=30)).isoformat())
    wrote(network, "Yesterday", at=(NOW - timedelta(days=1)).isoformat())
    arrivals = list(CONNECTOR.backfill(NO_HTTP, account, "", NOW - timedelta(days=7)))
    assert [item.text for each in arrivals for item in parse(each.raw) if isinstance(item, Event)] == [
        "Yesterday"
    ]


# Answering ----------------------------------------------------------------------------------------------------


def test_an_answer_stands_there_once_and_comes_back_as_our_own(
    network: Network, account: AccountSide
) -> None:
    post = wrote(network, item="p1")
    first = sent(account, answer(post))
    second = sent(account, answer(post))
    assert isinstance(first, Sent)
    assert first == second
    assert [done["text"] for done in network.answers()] == ["In Tranby, ten minutes late. /Maja"]
    echoes = [event for event in polled(account)[0] if event.is_own]
    assert [(event.item, event.parent, event.thread) for event in echoes] == [(first.native, "p1", "p1")]


def test_two_processes_that_send_the_same_do_it_once(
    tmp_path: Path, account: AccountSide, network: Network
) -> None:
    post = wrote(network, item="p1")
    outcomes: list[object] = []

    def send() -> None:
        from lyhord.connectors.demo import sender

        outcomes.append(
            sender.send(Network(tmp_path), account, answer(post), NOW)
        )  # each with eyes of its own

    threads = [threading.Thread(target=send) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(repr, outcomes))) == 1
    assert len(network.answers()) == 1


def test_a_lost_answer_stands_there_and_is_found_again(network: Network, account: AccountSide) -> None:
    outgoing = answer(wrote(network))
    network.fail("lost_answer")
    assert isinstance(sent(account, outgoing), Unsure)
    settled = CONNECTOR.settle(NO_HTTP, account, outgoing, NOW)
    assert isinstance(settled, Sent)
    assert settled.evidence == "read_back"
    assert len(network.answers()) == 1


def test_a_network_that_keeps_no_keys_says_so_doubles_and_finds_nothing(
    network: Network, account: AccountSide
) -> None:
    forgetful = replace(account, settings={"keys": "none"})
    outgoing = answer(wrote(network))
    assert [type(sent(forgetful, outgoing)) for _each in range(2)] == [Sent, Sent]
    assert len(network.answers()) == 2
    assert isinstance(CONNECTOR.settle(NO_HTTP, forgetful, outgoing, NOW), Unsure)
    assert CONNECTOR.abilities(forgetful).idempotency == "none"
    assert CONNECTOR.abilities(account).idempotency == "key"


@pytest.mark.parametrize(
    ("failure", "expected"), [("429", Retry), ("refuse", Refused), ("revoked", Refused), ("hang", Unsure)]
)
def test_a_failure_that_was_asked_for_comes_as_often_as_asked_and_does_nothing(
    network: Network, account: AccountSide, failure: Any, expected: type
) -> None:
    outgoing = answer(wrote(network))
    network.fail(failure, times=2, retry_after=90, seconds=0)
    outcomes = [sent(account, outgoing) for _each in range(3)]
    assert [type(outcome) for outcome in outcomes] == [expected, expected, Sent]
    assert len(network.answers()) == 1
    if isinstance(outcomes[0], Retry):
        assert outcomes[0].at == NOW + timedelta(seconds=90)
    if failure == "revoked":
        assert isinstance(outcomes[0], Refused)
        assert outcomes[0].account_state == "token_revoked"


def test_what_hung_or_waited_is_known_not_to_stand_there(network: Network, account: AccountSide) -> None:
    outgoing = answer(wrote(network))
    network.fail("hang", seconds=0)
    assert isinstance(sent(account, outgoing), Unsure)
    assert isinstance(CONNECTOR.settle(NO_HTTP, account, outgoing, NOW), Retry)


def test_reading_and_connecting_fail_on_request(network: Network, account: AccountSide) -> None:
    network.fail("429", on="poll", retry_after=7)
    with pytest.raises(Trouble) as caught:
        polled(account)
    assert caught.value.at == NOW + timedelta(seconds=7)
    network.fail("revoked", on="poll")
    with pytest.raises(Trouble) as caught:
        polled(account)
    assert caught.value.account_state == "token_revoked"
    network.fail("revoked", on="connect")
    with pytest.raises(ConnectFailed):
        CONNECTOR.connect(NO_HTTP, account, NOW)
    assert CONNECTOR.connect(NO_HTTP, account, NOW).native == "nordbanan"


# Rules of the network -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("hide", "hidden"),
        ("unhide", "shown"),
        ("delete", "deleted"),
        ("like", "reaction"),
        ("unlike", "reaction"),
    ],
)
def test_moderation_shows_there_and_is_told(
    network: Network, account: AccountSide, verb: Verb, kind: Kind
) -> None:
    post = wrote(network, item="p1")
    assert isinstance(sent(account, answer(post, verb=verb)), Sent)
    assert polled(account)[0][-1].kind == kind
    stands = network.posts()[0]
    assert bool(stands.get("deleted")) is (verb == "delete")
    assert bool(stands.get("hidden")) is (verb == "hide")
    assert (stands["text"] == "") is (verb == "delete")


def test_who_is_blocked_is_not_heard_until_unblocked(network: Network, account: AccountSide) -> None:
    post = wrote(network)
    sent(account, answer(post, verb="block", key="1"))
    assert wrote(network, "Hello?") == {}
    assert isinstance(sent(account, answer(post, key="2")), Refused)
    sent(account, answer(post, verb="unblock", key="3"))
    assert wrote(network, "Hello again") != {}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_can_be_done(network: Network, account: AccountSide, verb: Verb) -> None:
    post = wrote(network, is_own=verb == "edit")
    assert isinstance(sent(account, answer(post, verb=verb, reason="Advertising")), Sent)
    assert [done["verb"] for done in network.answers()] == [verb]


def test_only_our_own_can_be_edited(network: Network, account: AccountSide) -> None:
    assert isinstance(sent(account, answer(wrote(network), verb="edit")), Refused)


def test_a_deleted_post_is_not_answered(network: Network, account: AccountSide) -> None:
    post = wrote(network, item="p1")
    network.happen({"kind": "deleted", "item": "p1"})
    assert isinstance(sent(account, answer(post)), Refused)
    assert network.answers() == []


def test_a_public_post_has_one_private_answer_and_the_rest_after_the_person_writes(
    network: Network, account: AccountSide
) -> None:
    post = wrote(network)
    private = answer(post, visibility="private")
    assert isinstance(sent(account, private), Sent)
    assert isinstance(sent(account, replace(private, key="key-2")), Refused)
    assert polled(account)[0][-1].kind == "delivered"
    back = wrote(network, "Thanks", visibility="private", thread="dm:person:kim")
    assert isinstance(sent(account, answer(back, key="key-3")), Sent)
    assert [done["thread"] for done in network.answers()] == ["dm:person:kim"] * 2


def test_a_private_answer_comes_too_late_after_a_week(network: Network, account: AccountSide) -> None:
    private = answer(wrote(network), visibility="private")
    assert isinstance(sent(account, private, NOW + timedelta(days=8)), Refused)
    late = CONNECTOR.can_reply(account, private, NOW, NOW + timedelta(days=8))
    assert isinstance(late, Denied)
    assert late.instead == ("public",)


@pytest.mark.parametrize(
    ("hours", "tag", "expected"),
    [(23, "", Sent), (25, "", Refused), (25, "human_agent", Sent), (169, "human_agent", Refused)],
)
def test_the_window_closes_after_a_day_and_with_the_tag_after_a_week(
    network: Network, account: AccountSide, hours: int, tag: str, expected: type
) -> None:
    outgoing = answer(wrote(network, visibility="private"), tag=tag)
    later = NOW + timedelta(hours=hours)
    told = CONNECTOR.can_reply(account, outgoing, NOW, later)
    assert isinstance(told, Allowed) is (hours < 168)
    assert getattr(told, "tag", "") == ("human_agent" if 24 < hours < 168 else "")
    assert isinstance(sent(account, outgoing, later), expected)


def test_a_link_in_public_has_its_price_and_words_alone_have_none(
    network: Network, account: AccountSide
) -> None:
    outgoing = answer(wrote(network))
    dear = CONNECTOR.can_reply(account, replace(outgoing, text="See https://nordbanan.example"), NOW, NOW)
    assert isinstance(dear, Allowed)
    assert dear.price is not None
    assert (dear.price.amount, dear.price.currency) == (0.20, "EUR")
    assert CONNECTOR.can_reply(account, outgoing, NOW, NOW) == Allowed()


def test_what_is_too_long_says_by_how_much(network: Network, account: AccountSide) -> None:
    outcome = sent(account, answer(wrote(network), text="å" * 507))
    assert isinstance(outcome, Refused)
    assert outcome.why == "The text has 507 characters; the demo network takes 500. Shorten it by 7."
    assert network.answers() == []


def test_a_network_in_a_new_file_has_forgotten_everything_and_is_read_anew(
    network: Network, account: AccountSide, tmp_path: Path
) -> None:
    wrote(network, "Of the old one, and quite a bit longer")
    _events, cursor = polled(account)
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).touch()
    assert network.posts() == []
    wrote(network, "New")
    assert [event.text for event in polled(account, cursor)[0]] == ["New"]


def test_files_stand_there_with_what_they_show(network: Network, account: AccountSide) -> None:
    picture = File("vagn.png", "image/png", b"\x89PNG...", "A carriage")
    sent = CONNECTOR.send(NO_HTTP, account, answer(wrote(network), files=(picture,)), NOW)
    assert isinstance(sent, Sent)
    (told,) = network.answers()[0]["files"]
    assert (told["name"], told["alt"]) == ("vagn.png", "A carriage")
    assert (network.path.parent / FILES / told["digest"]).read_bytes() == picture.content
    assert network.posts()[-1]["files"] == [told]


@pytest.mark.parametrize(
    "files",
    [
        (File("a.exe", "application/octet-stream", b"MZ"),),
        (File("a.gif", "image/gif", b"x" * 8_000_001),),
        (File("a.png", "image/png", b"x"),) * 5,
    ],
)
def test_a_file_that_the_network_does_not_take_is_refused_and_nothing_stands_there(
    network: Network, account: AccountSide, files: tuple[File, ...]
) -> None:
    sent = CONNECTOR.send(NO_HTTP, account, answer(wrote(network), files=files), NOW)
    assert isinstance(sent, Refused)
    assert network.answers() == []
