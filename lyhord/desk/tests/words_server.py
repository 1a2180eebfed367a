"""A small real server that speaks both protocols of help with words, and does as it is told: slow, broken, strange."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class WordsServer:
    """What was asked, and how it answers: well, slow, error, nonsense, empty, redirect, evil."""

    mode: str = "well"
    asked: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def words(self) -> str:
        """All that left for the server so far."""
        return json.dumps([one["body"] for one in self.asked], ensure_ascii=False)


@contextmanager
def serving() -> Iterator[WordsServer]:
    told = WordsServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append({"path": self.path, "body": body, "key": self.headers.get("Authorization", "")})
            if told.mode == "slow":
                time.sleep(4)
            status, answer = answered(told.mode, self.path, body)
            self.send_response(status)
            if told.mode == "redirect":
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def answered(mode: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
    if mode == "error":
        return 500, "Internal error with the words of a customer"
    if mode == "redirect":
        return 302, ""
    if mode == "nonsense":
        return 200, "<html>not what was asked</html>"
    if mode == "empty":
        return 200, json.dumps({"choices": [], "translatedText": None})
    if path.endswith("/translate"):
        return 200, json.dumps({"translatedText": f"[{body['target']}] {body['q']}"})
    last = body["messages"][-1]["content"]
    said = (
        "Vi beklagar! Se https://evil.example/pay nu."
        if mode == "evil"
        else f"Suggested: {last.strip('<> ').strip()}"
    )
    return 200, json.dumps({"choices": [{"message": {"role": "assistant", "content": said}}]})
