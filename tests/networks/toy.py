"""A toy network with two addresses: GET /messages?after=<n> and POST /messages. Nothing of lyhord's is in it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Toy:
    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.base = ""

    def write(self, author: str, text: str, parent: int | str | None = None) -> dict[str, Any]:
        message = {"id": len(self.messages) + 1, "author": author, "text": text, "parent": parent}
        self.messages.append(message)
        return message


def handler_of(toy: Toy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            after = int(parse_qs(urlsplit(self.path).query)["after"][0])
            self.give([message for message in toy.messages if message["id"] > after])

        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.give(toy.write(told["author"], told["text"], told.get("parent")))

        def give(self, document: object) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler] | None = None) -> Iterator[Toy]:
    toy = Toy()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler or handler_of(toy))
    toy.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield toy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
