"""How we speak HTTP with others: the address that is checked is the one connected to, and time and size end.

`safefetch` and `http` are the two doors; nothing else makes an HTTP client.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from lyhord.lib.addresses import is_address, is_allowed, is_public
from lyhord.lib.errors import LyhordError
from lyhord.lib.inflate import counted, inflated

Clock = Callable[[], float]
Resolver = Callable[[str], Sequence[str]]
Connect = Callable[[str, int, float | None], httpcore.NetworkStream]

TRIES = 3  # addresses of one name that are tried
LOOKUP_SECONDS = 5.0

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class AddressRefused(LyhordError, httpx.ConnectError):
    """The host is not one we may speak with; nothing was sent."""


@dataclass(frozen=True)
class Limits:
    """What one call may take. None: no end, for streams that stay open."""

    total: float | None = 30.0  # seconds, from the look-up to the last byte
    max_bytes: int | None = 10_000_000  # of the body, after unpacking


def system_resolver(name: str) -> Sequence[str]:
    """All addresses of a name. getaddrinfo knows no time-out, so it is left behind in a thread of its own."""
    found: list[str] = []
    problems: list[Exception] = []

    def look_up() -> None:
        try:
            found.extend(str(row[4][0]) for row in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            return
        except Exception as problem:
            problems.append(problem)

    thread = threading.Thread(target=look_up, name="lookup", daemon=True)
    thread.start()
    thread.join(seconds_left(time.monotonic, LOOKUP_SECONDS, httpcore.ConnectTimeout))
    if problems:
        raise problems[0]
    return list(dict.fromkeys(found)) if not thread.is_alive() else []


def system_connect(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
    return httpcore.SyncBackend().connect_tcp(address, port, timeout)


@contextlib.contextmanager
def until(deadline: float | None) -> Iterator[None]:
    """Network calls inside end at `deadline` on the monotonic clock, or earlier if an outer one says so."""
    outer = _deadline.get()
    both = [at for at in (outer, deadline) if at is not None]
    token = _deadline.set(min(both, default=None))
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left(clock: Clock, timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    deadline = _deadline.get()
    if deadline is None:
        return timeout
    left = deadline - clock()
    if left <= 0:
        raise late("The time for this call is used up.")
    return left if timeout is None else min(left, timeout)


class CheckedBackend(httpcore.NetworkBackend):
    """Looks a name up once, checks every answer, and connects to a checked address itself."""

    def __init__(self, resolver: Resolver, allow: Collection[str], connect: Connect, clock: Clock) -> None:
        self.resolver = resolver
        self.allow = frozenset(allow)
        self.connect = connect
        self.clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError("No address answered.")
        for address in self.addresses(host, port)[:TRIES]:
            left = seconds_left(self.clock, timeout, httpcore.ConnectTimeout)
            try:
                return TimedStream(self.connect(address, port, left), self.clock)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        raise problem

    def addresses(self, host: str, port: int) -> Sequence[str]:
        found = [host] if is_address(host) else self.resolver(host)
        if not found:
            raise httpcore.ConnectError("The name of the host was not found.")
        if not is_allowed(host, port, self.allow) and not all(map(is_public, found)):
            raise AddressRefused(
                f"{host} lies inside a private network, so it is not contacted. "
                f"If it is yours, add {host}:{port} to LYHORD_ALLOW_HOSTS."
            )
        return found


def dial(host: str, port: int, *, allow: Collection[str] = (), timeout: float = 10.0) -> socket.socket:
    """A connection for what is not HTTP (mail), to an address that was checked. Raises AddressRefused or OSError."""
    backend = CheckedBackend(system_resolver, allow, system_connect, time.monotonic)
    try:
        found: socket.socket = backend.connect_tcp(host, port, timeout).get_extra_info("socket")
        return found
    except httpcore.ConnectTimeout as problem:
        raise TimeoutError(str(problem)) from problem
    except httpcore.ConnectError as problem:
        raise ConnectionError(str(problem)) from problem


class TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the call's time: a byte a second does not hold it open."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self.stream = stream
        self.clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, seconds_left(self.clock, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, seconds_left(self.clock, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = seconds_left(self.clock, timeout, httpcore.ConnectTimeout)
        return TimedStream(self.stream.start_tls(ssl_context, server_hostname, left), self.clock)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


class BoundedTransport(httpx.HTTPTransport):
    """httpx's transport over checked connections, with an end to each call's time and body."""

    def __init__(
        self,
        limits: Limits,
        *,
        resolver: Resolver = system_resolver,
        allow: Collection[str] = (),
        connect: Connect = system_connect,
        clock: Clock = time.monotonic,
        max_connections: int = 10,
    ) -> None:
        super().__init__(verify=ssl_context(), trust_env=False)
        self.limits = limits
        self.clock = clock
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context(),
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=20.0,
            network_backend=CheckedBackend(resolver, allow, connect, clock),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = None if self.limits.total is None else self.clock() + self.limits.total
        with until(deadline):
            deadline = _deadline.get()
            response = super().handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        if not is_readable(response.headers.get("location", "")):
            response.close()
            raise httpx.RemoteProtocolError("The answer leads on to an address that cannot be read.")
        encoding = response.headers.pop("content-encoding", "identity")
        length = response.headers.get("content-length", "")
        if encoding != "identity":
            response.headers.pop("content-length", None)
        expected = int(length) if length.isascii() and length.isdigit() and request.method != "HEAD" else 0
        body = Body(response.stream, deadline, encoding, expected, self.limits.max_bytes)
        return httpx.Response(
            response.status_code, headers=response.headers, stream=body, extensions=response.extensions
        )


def is_readable(location: str) -> bool:
    """httpx reads the goal of a redirect even where none is followed, and trips over some names."""
    try:
        return httpx.URL(location).host is not None
    except (httpx.InvalidURL, UnicodeError):
        return False


class Body(httpx.SyncByteStream):
    def __init__(
        self,
        stream: httpx.SyncByteStream,
        deadline: float | None,
        encoding: str,
        expected: int,
        limit: int | None,
    ) -> None:
        self.stream = stream
        self.deadline = deadline
        self.encoding = encoding
        self.expected = expected  # what Content-Length says
        self.limit = limit

    def __iter__(self) -> Iterator[bytes]:
        yield from counted(inflated(self.timed(), self.encoding, self.limit), self.expected, self.limit)

    def timed(self) -> Iterator[bytes]:
        chunks = iter(self.stream)
        while True:
            with until(self.deadline):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    def close(self) -> None:
        self.stream.close()


@lru_cache(maxsize=1)
def ssl_context() -> SSLContext:
    """Reading the list of authorities takes tens of milliseconds; all clients share one."""
    return httpx.create_ssl_context()
