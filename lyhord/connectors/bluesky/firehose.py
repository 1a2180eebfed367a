"""The streams of the whole network, for listening: a generator of what came, which `parser` tells as events.

`wss://jetstream2.us-east.bsky.network/subscribe` (JSON), `wss://jetstream.us-east.bsky.network/xrpc/network.bsky.
jetstream.subscribeEvents` (its second form) or `wss://<relay or server>/xrpc/com.atproto.sync.subscribeRepos` (frames).
Names and parameters read 2026-11.
"""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from lyhord.channels.contract import Arrival, Trouble, Unreadable
from lyhord.connectors.bluesky import frames
from lyhord.lib import jsons, network
from lyhord.lib.addresses import is_allowed
from lyhord.lib.jsons import BadJson

REPOS = "com.atproto.sync.subscribeRepos"
EVENTS = "network.bsky.jetstream.subscribeEvents"
# Jetstream's cursor is a time, and not gapless at its edge: a few seconds are read twice (reference: R12).
REWIND = timedelta(seconds=5)
SILENCE = 30.0  # seconds after which a sign of life is given to who reads
MOST_IN_A_MESSAGE = 5_000_000  # a commit has 2 MB of blocks at most (atproto.com/specs/sync)

Open = Callable[[str, frozenset[str]], ClientConnection]


def listen(
    url: str,
    cursor: str,
    *,
    collections: Sequence[str] = ("app.bsky.feed.post",),
    allow: frozenset[str] = frozenset(),
    opened: Open | None = None,
    silence: float = SILENCE,
) -> Generator[Arrival, None, None]:
    """Messages as they come, each with the cursor after it; an empty one is a sign of life. Raises Trouble at the end.

    What was seen within the rewind comes again under the same key. `allow` holds host:port pairs that may be private
    or without encryption.
    """
    position = cursor
    try:
        with (opened or open_checked)(address(url, cursor, collections), allow) as socket:
            while True:
                try:
                    message = socket.recv(timeout=silence)
                except TimeoutError:
                    yield Arrival(raw=b"", cursor=position, url=url)
                    continue
                raw = message if isinstance(message, bytes) else message.encode()
                position = after(raw) or position
                yield Arrival(raw=raw, cursor=position, url=url, headers=headers(raw))
    except (WebSocketException, OSError, EOFError) as problem:
        raise Trouble(f"The stream ended ({type(problem).__name__}).") from None


def headers(raw: bytes) -> dict[str, str]:
    return {"content-type": "application/vnd.ipld.dag-cbor" if frames.is_frame(raw) else "application/json"}


def address(url: str, cursor: str, collections: Sequence[str]) -> str:
    """The stream's address with where to go on and what is wanted."""
    params: list[tuple[str, str]] = []
    if REPOS not in url:
        name = "collections" if EVENTS in url else "wantedCollections"
        params += [(name, collection) for collection in collections]
    if cursor.isdigit():
        # A frame's number is exact, a time is not.
        back = 0 if REPOS in url else REWIND // timedelta(microseconds=1)
        params.append(("cursor", str(max(int(cursor) - back, 0))))
    sign = "&" if urlsplit(url).query else "?"
    return url + (sign + urlencode(params) if params else "")


def after(raw: bytes) -> str:
    """The cursor after this message; "" if it has none, as an error at the end."""
    if frames.is_frame(raw):
        try:
            number = frames.opened(raw)[1].get("seq")
        except Unreadable:
            return ""
        return str(number) if type(number) is int else ""
    try:
        document = jsons.read(raw)
    except BadJson:
        return ""
    at = frames.told_at(told_in(document))
    return str(round(at.timestamp() * 1_000_000)) if at else ""


def told_in(document: Any) -> Mapping[str, Any]:
    """The message itself; in the second form it lies within a frame."""
    inner = document.get("payload") if isinstance(document, Mapping) else None
    return inner if isinstance(inner, Mapping) else document if isinstance(document, Mapping) else {}


def open_checked(url: str, allow: frozenset[str]) -> ClientConnection:
    """A web socket to an address that was checked, as all that we speak with."""
    place = urlsplit(url)
    is_safe = place.scheme == "wss"
    host, port = place.hostname or "", place.port or (443 if is_safe else 80)
    if not is_safe and not is_allowed(host, port, allow):
        raise Trouble(f"{host} is spoken with over wss only.")
    backend = network.CheckedBackend(network.system_resolver, allow, network.system_connect, time.monotonic)
    try:
        stream = backend.connect_tcp(host, port, 10.0)
    except Exception as problem:
        raise Trouble(f"The stream of {host} cannot be reached ({type(problem).__name__}).") from None
    more: dict[str, Any] = {"ssl": network.ssl_context(), "server_hostname": host} if is_safe else {}
    socket: ClientConnection = connect(
        url,
        sock=stream.get_extra_info("socket"),
        max_size=MOST_IN_A_MESSAGE,
        proxy=None,
        open_timeout=20,
        close_timeout=5,
        **more,
    )
    return socket
