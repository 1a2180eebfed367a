"""A Mastodon server that nobody here wrote, as a process of its own, and a customer who speaks with it by Mastodon.py."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from mastodon import Mastodon

from lyhord.channels.contract import AccountSide
from lyhord.connectors.mastodon import CONNECTOR
from lyhord.lib.http import client

CONFIG = """
[streaming]
heartbeat_seconds = 1
[[seed.accounts]]
username = "brand"
access_token = "brand_token"
[[seed.accounts]]
username = "alice"
access_token = "alice_token"
[[seed.accounts]]
username = "kari"
access_token = "kari_token"
"""


@dataclass
class Running:
    """The server, our side of an account on it, and its customers."""

    base: str
    http: httpx.Client
    listener: httpx.Client  # stays open
    account: AccountSide

    def customer(self, name: str = "alice") -> Any:
        return Mastodon(access_token=f"{name}_token", api_base_url=self.base, ratelimit_method="throw")

    def fault(self, effect: dict[str, Any], path: str, method: str = "POST", count: int = 1) -> None:
        rule = {"match": {"methods": [method], "path": path}, "effect": effect, "count": count}
        self.http.post(f"{self.base}/api/v1/_mock/faults", json=rule).raise_for_status()

    def statuses_of(self, name: str) -> list[Any]:
        customer = self.customer(name)
        found: list[Any] = customer.account_statuses(customer.me()["id"])
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(folder: Path) -> Iterator[Running]:
    config, port = folder / "mock.toml", free_port()
    config.write_text(CONFIG, encoding="utf-8")
    command = [sys.executable, "-m", "mastodon_mock", "serve", "--config", str(config), "--in-memory"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log
        )
    place = f"127.0.0.1:{port}"
    base, allow = f"http://{place}", {place}
    try:
        wait_for(base, process)
        listener = client(base, allow=allow, timeout_total=None, max_bytes=None, idle=20)
        with client(base, allow=allow, timeout_total=3) as http, listener:
            yield Running(base, http, listener, connected(place, http))
    finally:
        process.kill()  # it waits for open streams, and has nothing to keep
        process.wait(10)


def wait_for(base: str, process: "subprocess.Popen[bytes]") -> None:
    for _try in range(300):
        try:
            if httpx.get(f"{base}/api/v1/instance").is_success:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, "mastodon_mock ended by itself"
        time.sleep(0.1)
    raise AssertionError("mastodon_mock did not start.")


def connected(place: str, http: httpx.Client) -> AccountSide:
    side = AccountSide(
        id=1,
        native="",
        handle="",
        settings={"server": place},
        secrets={"access_token": "brand_token"},
        allow_hosts=frozenset({place}),
    )
    told = CONNECTOR.connect(http, side, datetime.now(UTC))
    return AccountSide(
        id=1,
        native=told.native,
        handle=told.handle,
        settings=side.settings,
        secrets=side.secrets,
        allow_hosts=side.allow_hosts,
        state=told.state,
    )
