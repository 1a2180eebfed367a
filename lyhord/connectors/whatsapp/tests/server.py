"""WhatsApp's side, written from Meta's description: what reached it stands here, and call and answer are checked by it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lyhord.connectors.whatsapp.client import VERSION
from lyhord.connectors.whatsapp.tests import spec

TOKEN, NUMBER, BUSINESS = "test-token-of-nobody", "106540352242922", "102290129340398"
Answer = tuple[int, bytes, dict[str, str]]
ORDER = {
    "name": "order_update", "language": "sv", "status": "APPROVED", "category": "UTILITY", "id": "1",
    "components": [{"type": "BODY", "text": "Hej {{1}}, ärende {{2}} är löst."}],
}  # fmt: skip


class Network:
    def __init__(self) -> None:
        self.token = TOKEN
        self.calls: list[tuple[str, str, Any]] = []
        self.faults: list[str] = []  # of our calls and of its own answers, by the description
        self.files: dict[str, bytes] = {}
        self.templates: list[dict[str, Any]] = [ORDER]
        self.quality = "GREEN"
        self.next: list[Answer | None] = []  # answers that come first; None: takes the call and hangs up
        self.last = 0
        self.base = ""

    def says(self, status: int, code: int, message: str = "x", details: str = "", **headers: str) -> None:
        """The next answer is this error, as Meta words them."""
        error: dict[str, Any] = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code}
        if details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": details}
        self.next.append((status, json.dumps({"error": error}).encode(), dict(headers)))

    def called(self, end: str) -> list[Any]:
        return [content for _, path, content in self.calls if path.endswith(end)]

    def answer(self, method: str, target: str, auth: str, kind: str, raw: bytes) -> Answer | None:
        place = urlsplit(target)
        if auth != f"Bearer {self.token}":
            return refusal(401, 190, "Invalid OAuth access token")
        if place.path.startswith("/bytes/"):
            held = self.files.get(place.path.removeprefix("/bytes/"))
            return (200, held, {}) if held is not None else refusal(404, 100, "gone")
        query, content = dict(parse_qsl(place.query)), content_of(kind, raw)
        self.calls.append((method, place.path, content))
        self.faults += spec.faults_of_call(method, place.path, query, content, kind.partition(";")[0])
        if self.next:
            return self.next.pop(0)
        told = self.result(method, place.path.removeprefix(f"/{VERSION}/"), content)
        self.faults += spec.faults_of_answer(method, place.path, 200, told)
        return 200, json.dumps(told).encode(), {}

    def result(self, method: str, path: str, content: Any) -> Any:
        self.last += 1
        if path == NUMBER:
            return {"id": NUMBER, "display_phone_number": "+46 70-123 45 67", "verified_name": "Nordbanan",
                    "quality_rating": self.quality, "code_verification_status": "VERIFIED", "name_status": "APPROVED"}  # fmt: skip
        if path == f"{BUSINESS}/message_templates":
            return {"data": self.templates, "paging": {"cursors": {"before": "a", "after": "b"}}}
        if path == f"{BUSINESS}/subscribed_apps":
            return {"success": True}
        if path == f"{NUMBER}/media":
            return {"id": str(7000 + self.last)}
        if path == f"{NUMBER}/block_users":
            users = [{"input": each.get("user") or each["user_id"]} for each in content["block_users"]]
            return {
                "messaging_product": "whatsapp",
                "block_users": {"added_users" if method == "POST" else "removed_users": users},
            }
        if path == f"{NUMBER}/messages":
            return self.taken(content)
        if path in self.files:
            return {
                "messaging_product": "whatsapp",
                "url": f"http://{self.base}/bytes/{path}",
                "mime_type": "image/jpeg",
                "sha256": "x",
                "file_size": "2",
                "id": path,
            }
        return {"error": {"message": "no such thing", "type": "GraphMethodException", "code": 100}}

    def taken(self, content: dict[str, Any]) -> dict[str, Any]:
        if "status" in content:
            return {"success": True}
        to = content.get("to") or content["recipient"]
        named = {"wa_id": to} if "to" in content else {"user_id": to}
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, **named}],
            "messages": [{"id": f"wamid.{self.last}"}],
        }


def refusal(status: int, code: int, message: str) -> Answer:
    return (
        status,
        json.dumps({"error": {"message": message, "type": "OAuthException", "code": code}}).encode(),
        {},
    )


def content_of(kind: str, raw: bytes) -> Any:
    if not raw:
        return None
    if not kind.startswith("multipart/"):
        return json.loads(raw)
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw)
    fields: dict[str, Any] = {}
    for part in form.get_payload():
        assert not isinstance(part, str)
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        fields[str(part.get_param("name", header="content-disposition"))] = value.decode("latin-1")
    return fields


def handler_of(network: Network) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            kind, auth = self.headers.get("content-type", ""), self.headers.get("authorization", "")
            self.give(network.answer(self.command, self.path, auth, kind, raw))

        def do_GET(self) -> None:
            self.do_POST()

        def do_DELETE(self) -> None:
            self.do_POST()

        def give(self, answer: Answer | None) -> None:
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(answer[0])
            for name, value in {**answer[2], "content-length": str(len(answer[1]))}.items():
                self.send_header(name.replace("_", "-"), value)
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
