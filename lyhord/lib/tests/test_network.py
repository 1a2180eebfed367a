"""Over real connections of this machine, since fakes cannot show that sockets and threads are given back."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest

from lyhord.lib import http, network, safefetch
from lyhord.lib.tests.fakes import answer

Deed = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def serving(deed: Deed) -> Iterator[str]:
    """`host:port` of a server that does `deed` with each connection after the request came."""
    done = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(65536)
                    deed(connection, done)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def trickle(connection: socket.socket, done: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not done.wait(0.02):
        connection.sendall(b"x")


def silence(connection: socket.socket, done: threading.Event) -> None:
    done.wait(30)


def greeting(connection: socket.socket, done: threading.Event) -> None:
    connection.sendall(answer(body=b"hello", Connection="close"))


def test_a_real_answer_arrives() -> None:
    with serving(greeting) as place, http.client(f"http://{place}", allow={place}) as client:
        assert client.get("/").text == "hello"
        assert safefetch.fetch(f"http://{place}/", allow={place}).content == b"hello"


@pytest.mark.parametrize("deed", [trickle, silence])
def test_a_server_that_does_not_come_to_an_end_is_left(deed: Deed) -> None:
    with serving(deed) as place, http.client(f"http://{place}", allow={place}, timeout_total=0.2) as client:
        for _ in range(3):
            with pytest.raises(httpx.ReadTimeout):
                client.get("/")


def test_a_port_where_nobody_listens_counts_as_not_sent() -> None:
    with serving(greeting) as place:
        pass
    with http.client(f"http://{place}", allow={place}) as client, pytest.raises(httpx.ConnectError):
        client.get("/")


def test_this_machine_is_not_spoken_with_unless_allowed() -> None:
    with serving(greeting) as place:
        port = place.rpartition(":")[2]
        with http.client(f"https://localhost:{port}") as client, pytest.raises(http.AddressRefused):
            client.get("/")
        with pytest.raises(safefetch.FetchRefused):
            safefetch.fetch(f"http://{place}/")


def test_a_fault_of_the_look_up_itself_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> object:
        raise RuntimeError("broken")

    monkeypatch.setattr(socket, "getaddrinfo", breaks)
    with pytest.raises(RuntimeError, match="broken"):
        network.system_resolver("pub.example.com")


def test_names_that_are_not_found_have_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert network.system_resolver("pub.example.com") == []
