"""Networks that hang, each in its way, on sockets of our own: a fault in one place that every account can be pointed at."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WAYS = ("silent", "trickle", "endless", "half", "tls", "name")
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
CHUNK = b"1000\r\n" + b"x" * 4096 + b"\r\n"
NAME = "hangs.invalid"  # a name whose look-up does not come to an end; see hatchery.py


class Hanging:
    """Takes any number of connections and brings none to an end. One thread serves them all."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.met = 0  # connections
        self.open: list[socket.socket] = []
        self.stop = threading.Event()

    @property
    def place(self) -> str:
        return f"{NAME if self.way == 'name' else '127.0.0.1'}:{self.port}"

    @property
    def url(self) -> str:
        """Only the one that never shakes hands is spoken with by TLS."""
        return f"{'https' if self.way == 'tls' else 'http'}://{self.place}/in"

    def serve(self) -> None:
        self.listener.setblocking(False)
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.listener, selectors.EVENT_READ)
            while not self.stop.is_set():
                if waiting.select(0.2):
                    with contextlib.suppress(OSError):
                        self.greet(self.listener.accept()[0])
                self.open = [line for line in self.open if self.go_on(line)]

    def greet(self, line: socket.socket) -> None:
        line.setblocking(False)
        self.open.append(line)
        self.met += 1  # last: who reads it before `open` never sees an end that is none
        first = {"trickle": b"H", "endless": HEAD + b"transfer-encoding: chunked\r\n\r\n", "half": HEAD}
        with contextlib.suppress(OSError):
            line.send(first.get(self.way, b""))

    def go_on(self, line: socket.socket) -> bool:
        """A little more for each; False once the other side is gone."""
        try:
            if self.way == "trickle":
                line.send(b"T")
            if self.way == "endless":
                line.send(CHUNK)
            while heard := line.recv(65_536):
                del heard
        except BlockingIOError:
            return True
        except OSError:
            pass
        line.close()
        return False


@contextmanager
def hanging(way: str) -> Iterator[Hanging]:
    peer = Hanging(way)
    thread = threading.Thread(target=peer.serve, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        peer.stop.set()
        thread.join()
        for line in [*peer.open, peer.listener]:
            line.close()


def lookup_that_hangs(real: Callable[..., object], seconds: float) -> Callable[..., object]:
    """For `socket.getaddrinfo`."""

    def look_up(host: object, *words: object, **more: object) -> object:
        if host == NAME:
            time.sleep(seconds)
            raise socket.gaierror("no answer")
        return real(host, *words, **more)

    return look_up
