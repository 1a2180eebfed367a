import itertools
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lyhord.lib import http, network
from lyhord.lib.tests.fakes import SILENCE, Wire, answer

BASE = "https://pub.example.com/api"


def client(wire: Wire, base_url: str = BASE, **how: Any) -> httpx.Client:
    return http.client(base_url, resolver=wire.resolve, connect=wire.connect, clock=wire.clock, **how)


def test_the_configured_host_is_spoken_with_under_our_name() -> None:
    wire = Wire(lambda path: [answer(body=path.encode())])
    with client(wire, headers={"Authorization": "Bearer x"}) as ours:
        assert ours.get("/v1/items").text == "/api/v1/items"
    assert b"User-Agent: lyhord/" in wire.sent
    assert wire.connected == [("9.9.9.9", 443)]


@pytest.mark.parametrize("url", ["https://other.example.com/", "https://pub.example.com.evil.example/"])
def test_no_other_host_hears_of_our_token(url: str) -> None:
    wire = Wire(lambda _path: [answer()], {"other.example.com": ["9.9.9.9"]})
    with client(wire) as ours, pytest.raises(http.AddressRefused, match="not with "):
        ours.get(url)
    assert wire.connected == []


def test_a_second_host_of_the_network_may_be_named() -> None:
    wire = Wire(lambda _path: [answer()], {"files.example.com": ["9.9.9.9"]})
    with client(wire, hosts={"files.example.com"}) as ours:
        assert ours.get("https://files.example.com/a").status_code == 200


def test_a_token_never_goes_over_an_open_line() -> None:
    wire = Wire(lambda _path: [answer()])
    with client(wire) as ours, pytest.raises(http.AddressRefused, match="https only"):
        ours.get("http://pub.example.com/")
    assert wire.connected == []


def test_a_redirect_is_told_and_not_followed() -> None:
    wire = Wire(lambda _path: [answer(302, b"", Location="https://127.0.0.1/")])
    with client(wire) as ours:
        assert ours.get("/").status_code == 302
    assert len(wire.connected) == 1


@pytest.mark.parametrize("goal", ["https://xn--0.com/", "https://a.example:port/"])
def test_a_redirect_to_nowhere_is_an_error_of_the_protocol(goal: str) -> None:
    wire = Wire(lambda _path: [answer(302, b"", Location=goal)])
    with client(wire) as ours, pytest.raises(httpx.RemoteProtocolError):
        ours.get("/")
    assert wire.conversations[0].is_closed


@pytest.mark.parametrize("address", ["10.0.0.5", "169.254.169.254", "::1", "64:ff9b::a00:5"])
def test_a_server_name_that_leads_inside_is_refused_as_not_sent(address: str) -> None:
    wire = Wire(lambda _path: [answer()], {"pub.example.com": [address]})
    with (
        client(wire) as ours,
        pytest.raises(httpx.ConnectError, match="LYHORD_ALLOW_HOSTS"),
    ):
        ours.post("/", json={})
    assert wire.connected == []


def test_a_server_inside_is_spoken_with_when_the_operator_says_so() -> None:
    wire = Wire(lambda _path: [answer()], {"localhost": ["127.0.0.1"]})
    with client(wire, "http://localhost:3000", allow={"localhost:3000"}) as ours:
        assert ours.get("/").status_code == 200
        with pytest.raises(http.AddressRefused):
            ours.get("http://localhost:3001/")
    assert wire.connected == [("127.0.0.1", 3000)]


def test_a_name_that_is_not_found_counts_as_not_sent() -> None:
    with (
        client(Wire(lambda _path: [answer()], {})) as ours,
        pytest.raises(httpx.ConnectError, match="not found"),
    ):
        ours.get("/")


def trickle(head: bytes) -> Iterator[bytes]:
    yield head
    yield from itertools.repeat(b"x")


@pytest.mark.parametrize("head", [b"H", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_byte_a_second_ends_after_thirty_seconds(head: bytes) -> None:
    wire = Wire(lambda _path: trickle(head), seconds_a_read=1.0)
    with client(wire) as ours, pytest.raises(httpx.ReadTimeout):
        ours.get("/")
    assert 1029 <= wire.clock.now <= 1031
    assert wire.conversations[0].is_closed


def test_silence_after_the_request_is_a_lost_answer() -> None:
    wire = Wire(lambda _path: [SILENCE])
    with client(wire) as ours, pytest.raises(httpx.ReadTimeout):
        ours.post("/", json={})
    assert wire.clock.now == 1030


def test_a_body_over_the_limit_is_left_unread() -> None:
    wire = Wire(lambda _path: [answer(body=b"x" * 1001)])
    with client(wire, max_bytes=1000) as ours, pytest.raises(http.TooLarge, match="1001 bytes; we take 1000"):
        ours.get("/")


def test_each_call_of_one_client_has_its_own_time() -> None:
    wire = Wire(lambda _path: [answer()], seconds_a_read=20.0)
    with client(wire) as ours:
        assert [ours.get("/").status_code for _ in range(3)] == [200, 200, 200]
    assert len(wire.connected) == 1


def test_a_stream_stays_open_beyond_the_time_of_a_call_and_ends_when_silent() -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    wire = Wire(lambda _path: itertools.chain([head], [b"data\n"] * 100, [SILENCE]), seconds_a_read=10.0)
    lines: list[str] = []
    with (
        client(wire, timeout_total=None, max_bytes=None, idle=60.0) as ours,
        pytest.raises(httpx.ReadTimeout),
        ours.stream("GET", "/stream") as response,
    ):
        lines.extend(response.iter_lines())
    assert wire.clock.now > 2000
    assert wire.conversations[0].is_closed


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("mastodon.example", "https://mastodon.example"),
        (" HTTPS://Mastodon.Example/ ", "https://mastodon.example"),
        ("mastodon.example:8443", "https://mastodon.example:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
        ("bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_server_is_named_as_operators_write_it(text: str, url: str) -> None:
    assert http.server_url(text, {"localhost:3000", "[::1]:3000"}) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://mastodon.example",
        "mastodon.example/@kim",
        "kim@mastodon.example",
        "a b",
        "0x7f.1",
        "ftp://a.b",
    ],
)
def test_what_is_no_server_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(http.BadAddress) as caught:
        http.server_url(text)
    assert len(str(caught.value)) > 20


def test_a_look_up_that_hangs_ends_with_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hangs(*_: object, **__: object) -> list[object]:
        release.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    with network.until(time.monotonic() + 0.05):
        assert network.system_resolver("slow.example.com") == []
    release.set()


def test_all_addresses_of_a_name_are_found_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(0, 0, 0, "", (address, 0)) for address in ("9.9.9.9", "2620:fe::fe", "9.9.9.9")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    assert network.system_resolver("pub.example.com") == ["9.9.9.9", "2620:fe::fe"]
