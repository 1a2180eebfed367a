import contextlib
import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from lyhord.lib import addresses, images, network, safefetch
from lyhord.lib.errors import LyhordError
from lyhord.lib.safefetch import FetchFailed, FetchRefused
from lyhord.lib.tests.fakes import SILENCE, Wire, answer, hostile
from lyhord.lib.tests.pictures import gif, png

PAGE = "https://pub.example.com/a"


def fetch(wire: Wire, url: str = PAGE, **how: Any) -> safefetch.Fetched:
    return safefetch.fetch(url, resolver=wire.resolve, connect=wire.connect, clock=wire.clock, **how)


def saying(*pieces: bytes) -> Wire:
    return Wire(lambda _path: pieces)


def endless(piece: bytes, head: bytes) -> Iterable[bytes]:
    yield head
    while True:
        yield piece


def test_a_public_page_is_fetched_from_the_address_that_was_checked() -> None:
    wire = saying(answer(body=b"<p>Hi</p>", Content_Type="image/svg+xml"))
    fetched = fetch(wire, "https://PUB.example.com:443/a?b=c#d")
    assert fetched == safefetch.Fetched("https://pub.example.com:443/a?b=c", b"<p>Hi</p>", "text/html", 200)
    assert wire.connected == [("9.9.9.9", 443)]
    assert wire.looked_up == ["pub.example.com"]
    assert b"Host: pub.example.com\r\n" in wire.sent


def test_every_case_of_our_own_list_gets_its_verdict() -> None:
    cases = json.loads(hostile("own-ssrf", "cases.json").read_bytes())
    wrong = [case["id"] for case in cases if "behaviour" not in str(case["then"]) and not is_right(case)]
    assert wrong == []
    assert len(cases) > 150


def test_the_list_turns_red_when_addresses_are_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _address: True)
    monkeypatch.setattr(network, "is_public", lambda _address: True)
    cases = json.loads(hostile("own-ssrf", "cases.json").read_bytes())
    assert len([case for case in cases if "behaviour" not in str(case["then"]) and not is_right(case)]) > 40


def is_right(case: dict[str, Any], ask: Callable[..., object] = fetch) -> bool:
    hops = [answer(hop["status"], b"", Location=hop["location"]) for hop in case["then"] if "location" in hop]
    wire = Wire(lambda _path: hops or [answer()], dict(case["resolve"]))
    try:
        ask(wire, case["url"])
        is_allowed = True
    except (LyhordError, httpx.HTTPError, httpx.InvalidURL):
        is_allowed = False
    assert all(addresses.is_public(address) for address, _port in wire.connected)
    if case["expect"] == "deny-second":
        return is_allowed and wire.connected == [("9.9.9.9", 443)] and len(wire.looked_up) == 1
    if case["expect"] == "deny-after-redirect":
        return not is_allowed and wire.connected == [("9.9.9.9", 443)]
    return is_allowed == (case["expect"] == "allow") and bool(wire.connected) == is_allowed


def test_the_second_answer_of_a_rebinding_name_is_checked_like_the_first() -> None:
    wire = Wire(lambda _path: [answer()], {"pub.example.com": [["9.9.9.9"], ["127.0.0.1"]]})
    fetch(wire)
    with pytest.raises(FetchRefused, match="private network"):
        fetch(wire)
    assert wire.connected == [("9.9.9.9", 443)]


def test_one_private_answer_among_public_ones_refuses_the_name() -> None:
    wire = Wire(lambda _path: [answer()], {"pub.example.com": ["9.9.9.9", "10.0.0.1"]})
    with pytest.raises(FetchRefused):
        fetch(wire)
    assert wire.connected == []


def test_urls_of_a_public_list_reach_no_private_address() -> None:
    urls = hostile("ssrf-patt", "urls.txt").read_text(encoding="utf-8").splitlines()
    for url in urls:
        wire = Wire(
            lambda _path: [answer()],
            {"localhost": ["127.0.0.1"], "metadata.google.internal": ["169.254.169.254"]},
        )
        with contextlib.suppress(LyhordError):
            fetch(wire, url)
        assert wire.connected == ([("1.1.1.1", 80)] if url == "http://1.1.1.1" else [])
    assert len(urls) > 30


def test_we_read_no_url_otherwise_than_the_url_standard_does() -> None:
    cases = json.loads(hostile("url-parsing", "urltestdata.json").read_bytes())
    others = [case for case in cases if isinstance(case, dict)]
    accepted = 0
    for case in others:
        try:
            target = addresses.read(case["input"])
        except addresses.Unfit:
            continue
        accepted += 1
        assert not case.get("failure"), case
        standard = urlsplit(case["href"])
        assert (target.scheme, target.host) == (
            standard.scheme,
            (standard.hostname or "").removesuffix("."),
        ), case
        assert target.port == (standard.port or addresses.PORTS[target.scheme]), case
    assert accepted > 5


def chunked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for piece in pieces:
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    wire = saying(answer(body=b"x", Content_Length=str(2 << 30)), b"never read")
    with pytest.raises(FetchRefused, match="2147483648 bytes; we take 5000000"):
        fetch(wire)


def test_an_endless_body_ends_at_the_limit() -> None:
    wire = Wire(lambda _path: chunked(iter(lambda: b"x" * 60_000, b"")))
    with pytest.raises(FetchRefused, match="more than 5000000 bytes"):
        fetch(wire)
    assert wire.conversations[0].is_closed


@pytest.mark.parametrize("size", [4_000_000, 40_000_000])
def test_a_body_that_grows_a_thousandfold_is_left_unread(size: int) -> None:
    bomb = gzip.compress(bytes(size))
    wire = saying(answer(body=bomb, Content_Encoding="gzip"))
    with pytest.raises(FetchRefused, match="100-fold"):
        fetch(wire)


def test_an_honestly_packed_body_is_unpacked() -> None:
    wire = saying(answer(body=gzip.compress(b"<p>Hi</p>"), Content_Encoding="gzip"))
    assert fetch(wire).content == b"<p>Hi</p>"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
def test_a_packing_that_we_did_not_ask_for_is_refused(encoding: str) -> None:
    with pytest.raises(FetchFailed, match="we asked for gzip, deflate"):
        fetch(saying(answer(body=b"x", Content_Encoding=encoding)))


def test_bytes_that_are_not_packed_as_said_fail() -> None:
    with pytest.raises(FetchFailed, match="not packed"):
        fetch(saying(answer(body=b"hello", Content_Encoding="gzip")))


def test_a_server_that_accepts_and_is_silent_ends_after_ten_seconds() -> None:
    wire = saying(SILENCE)
    with pytest.raises(FetchFailed, match="10 seconds"):
        fetch(wire)
    assert wire.clock.now == 1010


@pytest.mark.parametrize("head", [b"H", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_byte_a_second_does_not_hold_us_longer_than_ten_seconds(head: bytes) -> None:
    wire = Wire(lambda _path: endless(b"x", head), seconds_a_read=1.0)
    with pytest.raises(FetchFailed, match="10 seconds"):
        fetch(wire)
    assert wire.clock.now <= 1011


def test_slow_redirects_share_the_ten_seconds() -> None:
    wire = Wire(lambda _path: [answer(302, b"", Location="/again")], seconds_a_read=4.0)
    with pytest.raises(FetchFailed):
        fetch(wire)
    assert wire.clock.now <= 1012


def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    def steps(path: str) -> list[bytes]:
        number = int(path.strip("/"))
        return [answer(302, b"", Location=f"/{number - 1}") if number else answer(body=b"there")]

    assert fetch(Wire(steps), "https://pub.example.com/3").content == b"there"
    with pytest.raises(FetchRefused, match="more than 3 times"):
        fetch(Wire(steps), "https://pub.example.com/4")


def test_a_redirect_from_https_to_http_is_not_followed() -> None:
    wire = saying(answer(301, b"", Location="http://pub.example.com/a"))
    with pytest.raises(FetchRefused, match="https to http"):
        fetch(wire)
    assert wire.connected == [("9.9.9.9", 443)]


def test_cookies_of_one_hop_are_not_told_to_the_next() -> None:
    wire = Wire(
        lambda path: [answer() if path == "/b" else answer(302, b"", Location="/b", Set_Cookie="a=1; Path=/")]
    )
    fetch(wire)
    assert b"cookie" not in wire.sent.lower()


def test_a_picture_that_is_a_drawing_with_script_is_refused() -> None:
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    with pytest.raises(FetchRefused, match=r"says image/png and is image/svg\+xml"):
        fetch(saying(answer(body=svg, Content_Type="image/png")))


def test_an_error_answer_is_given_with_its_status() -> None:
    assert fetch(saying(answer(404, b"gone"))).status == 404


def test_a_host_that_the_operator_allows_may_be_private_and_on_any_port() -> None:
    wire = saying(answer())
    assert fetch(wire, "http://127.0.0.1:8099/", allow={"127.0.0.1:8099"}).content == b"hello"
    with pytest.raises(FetchRefused):
        fetch(wire, "http://127.0.0.1:8098/", allow={"127.0.0.1:8099"})
    assert wire.connected == [("127.0.0.1", 8099)]


def test_a_public_page_may_not_lead_to_another_port_of_an_allowed_host() -> None:
    wire = saying(answer(302, b"", Location="https://127.0.0.1:8443/"))
    with pytest.raises(FetchRefused):
        fetch(wire, allow={"127.0.0.1:8099"})


def test_the_next_address_of_a_name_is_tried_when_one_is_down() -> None:
    wire = Wire(lambda _path: [answer()], {"pub.example.com": ["2620:fe::fe", "9.9.9.9"]})
    wire.down = {"2620:fe::fe"}
    assert fetch(wire).status == 200
    assert [address for address, _port in wire.connected] == ["2620:fe::fe", "9.9.9.9"]


def picture(wire: Wire) -> images.Picture:
    return safefetch.picture(PAGE, resolver=wire.resolve, connect=wire.connect, clock=wire.clock)


def test_a_picture_is_fetched_and_drawn_anew() -> None:
    found = picture(saying(answer(body=png(20, 10), Content_Type="image/png")))
    assert (found.content_type, found.width, found.height) == ("image/png", 20, 10)


def test_a_picture_bomb_in_frames_is_refused() -> None:
    with pytest.raises(images.NotAPicture):
        picture(saying(answer(body=gif(10_000), Content_Type="image/gif")))


def test_a_picture_that_is_not_there_is_not_an_error_page() -> None:
    with pytest.raises(FetchFailed, match="404"):
        picture(saying(answer(404, png(20, 10))))


ODD = [
    b"",
    b"\0" * 100,
    b"SSH-2.0\r\n",
    b"HTTP/1.1 2000 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 6000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: \xff\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut",
    b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: \xff\xfe://\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: https://xn--0.com/\r\n\r\n",
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_an_odd_answer_ends_in_our_own_error(odd: bytes) -> None:
    with pytest.raises((FetchFailed, FetchRefused)):
        fetch(saying(odd))


def test_no_url_or_redirect_of_the_lists_ends_in_another_error_than_ours() -> None:
    cases = json.loads(hostile("url-parsing", "urltestdata.json").read_bytes())
    names = json.loads(hostile("url-parsing", "toascii.json").read_bytes())
    urls = [case["input"] for case in cases if isinstance(case, dict)]
    urls += [f"https://{case['input']}/" for case in names if isinstance(case, dict)]
    for name in ("open_redirect_payloads.txt", "openredirects.txt", "crlf.txt"):
        urls += (
            hostile("paths-redirects-crlf", name).read_text(encoding="utf-8", errors="replace").splitlines()
        )
    for url in urls:
        with contextlib.suppress(FetchFailed, FetchRefused):
            fetch(saying(answer()), url)
        goal = url.encode("utf-8", "replace").translate(None, b"\r\n\0").decode()
        with contextlib.suppress(FetchFailed, FetchRefused):
            fetch(saying(answer(302, b"", Location=goal)))
    assert len(urls) > 400


# The client that may roam ---------------------------------------------------------------------------------------


def walked(wire: Wire, url: str = PAGE, **how: Any) -> safefetch.Walked:
    with safefetch.client(resolver=wire.resolve, connect=wire.connect, clock=wire.clock) as client:
        return safefetch.walk(client, url, **how)


def test_the_roaming_client_gives_our_own_list_the_same_verdicts() -> None:
    cases = json.loads(hostile("own-ssrf", "cases.json").read_bytes())
    cases = [case for case in cases if "behaviour" not in str(case["then"])]
    assert [case["id"] for case in cases if not is_right(case, walked)] == []


def test_the_roaming_client_judges_addresses_by_itself_too() -> None:
    """Who has the client but does not walk is held to the same rules."""
    wire = saying(answer())
    with safefetch.client(resolver=wire.resolve, connect=wire.connect, clock=wire.clock) as client:
        for url in (
            "http://127.0.0.1/",
            "http://169.254.169.254/",
            "https://pub.example.com:22/",
            "http://db/",
        ):
            with pytest.raises(network.AddressRefused):
                client.get(url)
    assert wire.connected == []


def test_a_walk_tells_how_far_it_leads_for_good() -> None:
    steps = {"/a": (301, "/b"), "/b": (308, "/c"), "/c": (302, "/d"), "/d": (301, "/e")}

    def hop(path: str) -> list[bytes]:
        status, location = steps.get(path, (200, ""))
        return [
            answer(status, b"there", Location=location, ETag='"1"') if location else answer(200, b"there")
        ]

    steps.pop("/d")
    found = walked(Wire(hop), "https://pub.example.com/a", headers={"If-None-Match": '"1"'})
    assert (found.url, found.permanent) == ("https://pub.example.com:443/d", "https://pub.example.com:443/c")
    assert found.response.content == b"there"
    with pytest.raises(FetchRefused, match="more than 3"):
        walked(Wire(lambda _path: [answer(301, b"", Location="/x")]))
