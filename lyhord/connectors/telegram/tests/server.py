"""Telegram's side, written from its description: what reached it stands here, and every call is checked against the spec."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lyhord.connectors.telegram.tests import spec

TOKEN = "123456:test-token-of-nobody"
BOT = {"id": 123456, "is_bot": True, "first_name": "Nordbanan", "username": "nordbanan_bot"}
ADDRESS = re.compile(r"/(?P<kind>(?:file/)?bot)(?P<token>[^/]+)/(?P<rest>.+)")
Answer = tuple[int, bytes]


class Network:
    def __init__(self) -> None:
        self.token = TOKEN
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: list[str] = []  # of our calls, by the spec
        self.updates: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.next: list[Answer | None] = []  # answers that come first; None: takes the call and hangs up
        self.last = 1000
        self.base = ""

    def says(self, code: int, description: str, **parameters: Any) -> None:
        """The next answer is this refusal."""
        told: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
        if parameters:
            told["parameters"] = parameters
        self.next.append((code, json.dumps(told).encode()))

    def called(self, method: str) -> list[dict[str, Any]]:
        return [content for name, content in self.calls if name == method]

    def answer(self, path: str, content: dict[str, Any]) -> Answer | None:
        found = ADDRESS.fullmatch(path)
        if found is None or found["token"] != self.token:
            return refusal(401 if found else 404, "Unauthorized" if found else "Not Found")
        if found["kind"] != "bot":
            held = self.files.get(found["rest"])
            return (200, held) if held is not None else refusal(404, "Not Found")
        method = found["rest"]
        self.calls.append((method, content))
        self.faults += spec.faults_of_call(method, content)
        if self.next:
            return self.next.pop(0)
        return 200, json.dumps({"ok": True, "result": self.result(method, content)}).encode()

    def result(self, method: str, content: Mapping[str, Any]) -> Any:
        if method == "getMe":
            return BOT
        if method == "getUpdates":
            if self.webhook.get("url"):
                return []
            after = content.get("offset") or 0
            self.updates = [update for update in self.updates if update["update_id"] >= after]
            return self.updates[: content["limit"]]
        if method == "getWebhookInfo":
            return {
                "url": self.webhook.get("url", ""),
                "has_custom_certificate": False,
                "pending_update_count": 0,
            }
        if method in {"setWebhook", "deleteWebhook"}:
            self.webhook = dict(content) if method == "setWebhook" else {}
            return True
        if method == "getFile":
            ident = content["file_id"]
            return {"file_id": ident, "file_unique_id": ident, "file_path": f"photos/{ident}.jpg"}
        if method.startswith(("send", "editMessage")):
            return self.message(content)
        return True

    def message(self, content: Mapping[str, Any]) -> dict[str, Any]:
        self.last += 1
        chat = int(content["chat_id"])
        told: dict[str, Any] = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
        if chat == -1001:
            told["username"] = "nordbanan"
        return {"message_id": self.last, "date": 1_790_000_000, "chat": told, "from": BOT, "text": "x"}


def refusal(code: int, description: str) -> Answer:
    return code, json.dumps({"ok": False, "error_code": code, "description": description}).encode()


def content_of(content_type: str, raw: bytes) -> dict[str, Any]:
    """The fields of a call; in a form with a file what is JSON is read as such."""
    if not content_type.startswith("multipart/"):
        told = json.loads(raw or b"{}")
        assert isinstance(told, dict)
        return told
    form = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw)
    fields: dict[str, Any] = {}
    for part in form.get_payload():
        assert not isinstance(part, str)
        name = str(part.get_param("name", header="content-disposition"))
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        is_file = part.get_param("filename", header="content-disposition") is not None
        fields[name] = value if is_file else loosely(value.decode())
    return fields


def loosely(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def handler_of(network: Network) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            self.give(network.answer(self.path, content_of(self.headers.get("content-type", ""), raw)))

        def do_GET(self) -> None:
            self.give(network.answer(self.path, {}))

        def give(self, answer: Answer | None) -> None:
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(answer[0])
            self.send_header("content-length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        def log_message(self, *args: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True  # we hung up ourselves

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                return

    return Handler


@contextmanager
def serving() -> Iterator[Network]:
    network = Network()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(network))
    server.daemon_threads = True
    network.base = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield network
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
