"""Synapse, which nobody here wrote, as a process of its own, and people who speak with it by plain HTTP."""

import hashlib
import hmac
import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide
from lyhord.connectors.matrix import CONNECTOR
from lyhord.connectors.matrix.client import V3, quoted
from lyhord.lib.http import client

REGISTERING = "of a test alone"
CONFIG = """
server_name: "localhost"
pid_file: {folder}/pid
report_stats: false
suppress_key_server_warning: true
trusted_key_servers: []
listeners:
  - {{port: {port}, bind_addresses: ["127.0.0.1"], type: http, tls: false, resources: [{{names: [client]}}]}}
database: {{name: sqlite3, args: {{database: "{folder}/homeserver.db"}}}}
media_store_path: {folder}/media
signing_key_path: {folder}/key
registration_shared_secret: "{secret}"
macaroon_secret_key: "of a test"
form_secret: "of a test"
caches: {{sync_response_cache_duration: 0s}}  # each test begins anew, with the same question
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_login:
  address: {{per_second: 1000, burst_count: 1000}}
  account: {{per_second: 1000, burst_count: 1000}}
rc_invites:
  per_room: {{per_second: 1000, burst_count: 1000}}
  per_user: {{per_second: 1000, burst_count: 1000}}
"""


def python() -> str:
    """A Python that has Synapse; "" if there is none."""
    told = os.environ.get("LYHORD_TEST_SYNAPSE", "")
    return told or (sys.executable if importlib.util.find_spec("synapse") else "")


@dataclass
class Somebody:
    """A person with a client of her own."""

    base: str
    native: str
    token: str
    numbers: Iterator[int] = field(default_factory=count)

    def call(self, method: str, path: str, **content: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.request(method, self.base + path, headers=headers, timeout=20, **content)
        answer.raise_for_status()
        return answer.json()

    def room(self, *invited: str, **more: Any) -> str:
        found = self.call("POST", f"{V3}/createRoom", json={"invite": invited, **more})
        return str(found["room_id"])

    def says(self, room: str, body: str, **content: Any) -> str:
        return self.puts(room, "m.room.message", {"msgtype": "m.text", "body": body, **content})

    def puts(self, room: str, kind: str, content: dict[str, Any]) -> str:
        path = f"{V3}/rooms/{quoted(room)}/send/{kind}/t{next(self.numbers)}"
        return str(self.call("PUT", path, json=content)["event_id"])

    def removes(self, room: str, item: str) -> None:
        self.call("PUT", f"{V3}/rooms/{quoted(room)}/redact/{quoted(item)}/r{next(self.numbers)}", json={})

    def sees(self, room: str) -> list[dict[str, Any]]:
        found = self.call("GET", f"{V3}/rooms/{quoted(room)}/messages", params={"dir": "b", "limit": "100"})
        return [part for part in found["chunk"] if part["type"] == "m.room.message"]

    def invitations(self) -> list[str]:
        return list(self.call("GET", f"{V3}/sync").get("rooms", {}).get("invite", {}))

    def joins(self, room: str) -> None:
        self.call("POST", f"{V3}/join/{quoted(room)}", json={})


@dataclass
class Running:
    base: str
    http: httpx.Client
    account: AccountSide

    def somebody(self, name: str) -> Somebody:
        return registered(self.base, name)


@contextmanager
def server(folder: Path) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "homeserver.yaml"
    config.write_text(CONFIG.format(folder=folder, port=port, secret=REGISTERING), encoding="utf-8")
    command = [python(), "-m", "synapse.app.homeserver", "-c", str(config)]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([*command, "--generate-keys"], check=True, cwd=folder, env=plain, capture_output=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=plain, stdout=log, stderr=log)
    place = f"127.0.0.1:{port}"
    try:
        wait_for(f"http://{place}", process)
        with client(f"http://{place}", allow={place}, timeout_total=40) as http:
            yield Running(f"http://{place}", http, connected(place, http))
    finally:
        process.kill()
        process.wait(10)


def wait_for(base: str, process: "subprocess.Popen[bytes]") -> None:
    for _try in range(600):
        try:
            if httpx.get(f"{base}/_matrix/client/versions").is_success:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, "Synapse ended by itself"
        time.sleep(0.1)
    raise AssertionError("Synapse did not start.")


def registered(base: str, name: str) -> Somebody:
    """By the shared secret (Synapse's admin interface, Shared-Secret Registration; read 2026-11)."""
    place = f"{base}/_synapse/admin/v1/register"
    nonce = httpx.get(place).json()["nonce"]
    words = "\0".join((nonce, name, "a-password-of-a-test", "notadmin")).encode()
    mac = hmac.new(REGISTERING.encode(), words, hashlib.sha1).hexdigest()
    form = {"nonce": nonce, "username": name, "password": "a-password-of-a-test", "admin": False, "mac": mac}
    answer = httpx.post(place, json=form, timeout=30)
    answer.raise_for_status()
    return Somebody(base, answer.json()["user_id"], answer.json()["access_token"])


def connected(place: str, http: httpx.Client) -> AccountSide:
    brand = registered(f"http://{place}", "brand")
    side = AccountSide(
        id=1,
        native="",
        handle="",
        settings={"server": place, "joins": "all"},
        secrets={"access_token": brand.token},
        allow_hosts=frozenset({place}),
    )
    told = CONNECTOR.connect(http, side, datetime.now(UTC))
    return replace(side, native=told.native, handle=told.handle, state=told.state)
