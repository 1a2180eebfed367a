"""The other side of the network for tests of this room: no socket is opened."""

import os
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpcore
import pytest

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("LYHORD_TEST_DATA") or ROOT.parent / "shared" / "data")

Answer = Callable[[str], Iterable[bytes]]


def hostile(*parts: str) -> Path:
    """A folder or file of hostile data; the test is left out, with the reason, where the data is not at hand."""
    path = DATA.joinpath("hostile", *parts)
    if not path.exists():
        pytest.skip(f"The hostile data is not here: {path}. Set LYHORD_TEST_DATA to its folder.")
    return path


class Clock:
    """Stands still until somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Conversation(httpcore.NetworkStream):
    """One connection: answers what `answer` gives for the path asked. An empty piece is a silence."""

    def __init__(self, answer: Answer, clock: Clock, seconds_a_read: float) -> None:
        self.answer = answer
        self.clock = clock
        self.seconds_a_read = seconds_a_read
        self.sent = b""
        self.pieces: Iterator[bytes] | None = None
        self.is_closed = False

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.sent += buffer
        self.pieces = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self.pieces is None:
            path = self.sent.rpartition(b" HTTP/1.1")[0].rpartition(b" ")[2]
            self.pieces = iter(self.answer(path.decode("ascii")))
        self.clock.now += self.seconds_a_read
        piece = next(self.pieces, b"")
        if piece == SILENCE:
            self.clock.now += timeout if timeout is not None else 3600
            raise httpcore.ReadTimeout("silence")
        return piece

    def close(self) -> None:
        self.is_closed = True

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


SILENCE = b"(silence)"


class Wire:
    """A fake resolver and the connections made, with the address of each."""

    def __init__(
        self, answer: Answer, names: dict[str, Any] | None = None, *, seconds_a_read: float = 0.0
    ) -> None:
        self.answer = answer
        self.names = names if names is not None else {"pub.example.com": ["9.9.9.9"]}
        self.seconds_a_read = seconds_a_read
        self.clock = Clock()
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self.conversations: list[Conversation] = []
        self.down: set[str] = set()

    def resolve(self, name: str) -> Sequence[str]:
        answers = self.names.get(name, [])
        before = self.looked_up.count(name)
        self.looked_up.append(name)
        if answers and isinstance(answers[0], list):  # one answer a look-up, the last one stays
            return list(answers[min(before, len(answers) - 1)])
        return list(answers)

    def connect(self, address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        self.connected.append((address, port))
        if address in self.down:
            raise httpcore.ConnectError("refused")
        self.conversations.append(Conversation(self.answer, self.clock, self.seconds_a_read))
        return self.conversations[-1]

    @property
    def sent(self) -> bytes:
        return b"".join(conversation.sent for conversation in self.conversations)


def answer(status: int = 200, body: bytes = b"hello", **headers: str) -> bytes:
    told = {"Content-Length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode() + body
