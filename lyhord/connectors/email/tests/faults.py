"""Mail servers that fail in every way, each a line of talk on a socket of this machine."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CRLF = b"\r\n"


@dataclass
class Server:
    """What it heard, and how often it was called."""

    port: int = 0
    calls: int = 0
    heard: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)  # mails that came with their final dot


Talk = Callable[[Server, socket.socket], None]


@contextmanager
def serving(talk: Talk) -> Iterator[Server]:
    """A server that speaks `talk` with each that calls, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    found = Server(port=listener.getsockname()[1])
    open_ones: list[socket.socket] = []

    def speak(caller: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            talk(found, caller)
        with contextlib.suppress(OSError):
            caller.close()

    def listen() -> None:
        while True:
            try:
                caller, _address = listener.accept()
            except OSError:
                return
            found.calls += 1
            open_ones.append(caller)
            threading.Thread(target=speak, args=(caller,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield found
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in `accept`
        listener.close()
        for each in open_ones:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def smtp(**answers: bytes) -> Talk:
    """A server that answers as it should, except where `answers` says otherwise (by command; `body` after the dot).

    b"" hangs up, b"silence" says nothing more, b"reset" answers nothing and tears the connection.
    """

    def talk(server: Server, caller: socket.socket) -> None:
        file = caller.makefile("rb")
        caller.sendall(answers.get("greeting", b"220 mail.example") + CRLF)
        while line := file.readline():
            server.heard.append(line.strip())
            command = line[:4].strip().decode().lower()
            if not reply(caller, answers.get(command, USUAL.get(command, b"250 OK"))):
                return
            if command == "data" and "data" not in answers:
                body = read_body(file)
                if body is None:
                    return
                server.bodies.append(body)
                if not reply(caller, answers.get("body", b"250 taken")):
                    return
            if command == "quit":
                return

    return talk


USUAL = {
    "ehlo": b"250-mail.example\r\n250-SIZE 1000000\r\n250 8BITMIME",
    "data": b"354 go on",
    "quit": b"221 bye",
}


def read_body(file: object) -> bytes | None:
    """The mail up to its final dot; None if the connection ended before."""
    lines: list[bytes] = []
    for line in file:  # type: ignore[attr-defined]
        if line == b".\r\n":
            return b"".join(lines)
        lines.append(line)
    return None


def reply(caller: socket.socket, answer: bytes) -> bool:
    """False: the talk ends here."""
    if answer == b"silence":
        time.sleep(30)
        return False
    if answer in {b"", b"reset"}:
        return False
    caller.sendall(answer + CRLF)
    return True


def imap(**answers: bytes) -> Talk:
    """An IMAP server that logs in whoever comes; commands not in `answers` are refused. `{tag}` is the command's."""

    def talk(server: Server, caller: socket.socket) -> None:
        file = caller.makefile("rb")
        caller.sendall(answers.get("greeting", b"* OK ready") + CRLF)
        while line := file.readline():
            server.heard.append(line.strip())
            tag, _space, rest = line.partition(b" ")
            command = rest.split()[0].decode().lower()
            answer = answers.get(command, IMAP.get(command, b"{tag} BAD unknown"))
            if not reply(caller, answer.replace(b"{tag}", tag)):
                return

    return talk


IMAP = {
    "capability": b"* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done",
    "login": b"{tag} OK in",
    "logout": b"* BYE\r\n{tag} OK out",
    "list": b'* LIST (\\HasNoChildren) "/" INBOX\r\n{tag} OK done',
    "select": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n{tag} OK [READ-ONLY] done",
    "examine": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n{tag} OK [READ-ONLY] done",
}
