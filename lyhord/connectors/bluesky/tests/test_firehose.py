"""The reader of the network's streams: against a web socket server on loopback that says what was recorded."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.sync.server import ServerConnection, serve

from lyhord.channels.contract import Arrival, Event, Trouble
from lyhord.connectors.bluesky import CONNECTOR, firehose
from lyhord.connectors.bluesky.tests.test_recordings import FRAMES
from lyhord.lib import network

JETSTREAM = [
    {"did": "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb", "time_us": 1795291370000000 + number, "kind": "commit",
     "commit": {"operation": "create", "collection": "app.bsky.feed.post", "rkey": f"3n{number}", "cid": "bafy",
                "record": {"$type": "app.bsky.feed.post", "text": f"Word {number}"}}}
    for number in range(5)
]  # fmt: skip


class Stream:
    """Says its messages to each who comes, then hangs up; keeps what was asked."""

    def __init__(self, messages: list[str | bytes], *, falls_silent: bool = False) -> None:
        self.messages = messages
        self.falls_silent = falls_silent
        self.asked: list[str] = []

    def handle(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.asked.append(connection.request.path)
        for message in self.messages:
            connection.send(message)
        if self.falls_silent:
            connection.recv(timeout=10)

    @contextmanager
    def there(self) -> Iterator[tuple[str, frozenset[str]]]:
        with serve(self.handle, "127.0.0.1", 0) as server:
            thread = Thread(target=server.serve_forever, daemon=True)
            thread.start()
            place = f"127.0.0.1:{server.socket.getsockname()[1]}"
            yield f"ws://{place}", frozenset({place})
            server.shutdown()
            thread.join(10)


def heard(stream: Stream, path: str, cursor: str = "") -> list[Arrival]:
    with stream.there() as (base, allow):
        found = []
        try:
            for arrival in firehose.listen(base + path, cursor, allow=allow):
                found.append(arrival)
        except Trouble:
            pass
        return found


def asked(stream: Stream) -> dict[str, list[str]]:
    return parse_qs(urlsplit(stream.asked[-1]).query)


def test_frames_come_whole_with_the_number_after_them() -> None:
    raws = [raw for name, raw in FRAMES if name.startswith("recorded-devnet")]
    stream = Stream(list(raws))
    arrivals = heard(stream, "/xrpc/com.atproto.sync.subscribeRepos", "17")
    assert [arrival.raw for arrival in arrivals] == raws
    numbers = [int(arrival.cursor) for arrival in arrivals]
    assert numbers == sorted(set(numbers))
    assert asked(stream) == {"cursor": ["17"]}  # exact, so nothing is read twice
    kinds = {
        item.kind
        for arrival in arrivals
        for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, arrival.method)
        if isinstance(item, Event)
    }
    assert {"created", "edited", "deleted"} <= kinds


def test_jetstream_is_read_from_a_few_seconds_before() -> None:
    stream = Stream([json.dumps(message) for message in JETSTREAM])
    arrivals = heard(stream, "/subscribe", "1795291370000000")
    assert arrivals[-1].cursor == "1795291370000004"
    assert asked(stream) == {"cursor": ["1795291365000000"], "wantedCollections": ["app.bsky.feed.post"]}
    events = [
        item
        for arrival in arrivals
        for item in CONNECTOR.parse(arrival.raw, {}, "", "GET")
        if isinstance(item, Event)
    ]
    assert [event.text for event in events] == [f"Word {number}" for number in range(5)]


def test_the_second_form_of_jetstream_has_its_own_names() -> None:
    path = "/xrpc/network.bsky.jetstream.subscribeEvents"
    payload = {"did": JETSTREAM[0]["did"], "time": "2026-11-21T20:02:50.000001Z", "operation": "delete",
               "collection": "app.bsky.feed.post", "rkey": "3n", "seq": 1}  # fmt: skip
    stream = Stream([json.dumps({"payload": payload})])
    (arrival,) = heard(stream, path, "")
    assert arrival.cursor == "1795291370000001"
    assert asked(stream) == {"collections": ["app.bsky.feed.post"]}


def test_killed_at_any_message_it_goes_on_without_a_gap() -> None:
    """R12: what comes twice has the same key, what comes not is what is tested."""
    stream = Stream([json.dumps(message) for message in JETSTREAM])
    for place in range(len(JETSTREAM)):
        before = heard(stream, "/subscribe")[: place + 1]
        again = heard(stream, "/subscribe", before[-1].cursor)
        since = int(asked(stream)["cursor"][0])
        assert since < int(before[-1].cursor)
        keys = {
            item.key
            for arrival in [*before, *again]
            for item in CONNECTOR.parse(arrival.raw, {}, "", "GET")
            if isinstance(item, Event)
        }
        assert len(keys) == len(JETSTREAM)


def test_silence_gives_signs_of_life_and_keeps_the_place() -> None:
    stream = Stream([json.dumps(JETSTREAM[0])], falls_silent=True)
    with stream.there() as (base, allow):
        arrivals = firehose.listen(f"{base}/subscribe", "", allow=allow, silence=0.05)
        first, second = next(arrivals), next(arrivals)
        arrivals.close()
    assert first.raw
    assert (second.raw, second.cursor) == (b"", first.cursor)


def test_an_end_is_told_and_not_taken_for_silence() -> None:
    with Stream([]).there() as (base, allow), pytest.raises(Trouble) as caught:
        list(firehose.listen(f"{base}/subscribe", "", allow=allow))
    assert "ended" in str(caught.value)


@pytest.mark.parametrize("allowed", [True, False])
def test_only_where_the_operator_allowed_it_a_private_address_is_spoken_with(allowed: bool) -> None:
    stream = Stream([json.dumps(JETSTREAM[0])])
    with stream.there() as (base, allow):
        arrivals = firehose.listen(f"{base}/subscribe", "", allow=allow if allowed else frozenset())
        if allowed:
            assert next(arrivals).raw
            arrivals.close()
            return
        with pytest.raises(Trouble):
            next(arrivals)
    assert stream.asked == []


def test_an_encrypted_stream_does_not_reach_into_our_own_network() -> None:
    with pytest.raises(Trouble) as caught:
        next(firehose.listen("wss://127.0.0.1:9/subscribe", ""))
    assert "AddressRefused" in str(caught.value)


def test_without_encryption_nobody_outside_is_spoken_with(monkeypatch: pytest.MonkeyPatch) -> None:
    reached = []
    monkeypatch.setattr(network, "system_resolver", lambda _name: ["93.184.215.14"])
    monkeypatch.setattr(network, "system_connect", lambda *place: reached.append(place))
    with pytest.raises(Trouble) as caught:
        next(firehose.listen("ws://stream.example/subscribe", ""))
    assert "wss only" in str(caught.value)
    assert reached == []
