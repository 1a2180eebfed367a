"""Ids in addresses, and the headers by which the parser knows who asked. Pure."""

import re
from datetime import datetime

from lyhord.channels.contract import AccountSide, Arrival
from lyhord.connectors._meta import client, parser
from lyhord.connectors._meta.client import Told

UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def quoted(ident: str) -> str:
    return UNSAFE.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "replace")), ident
    )


def arrival(
    told: Told,
    account: AccountSide,
    path: str,
    cursor: str,
    now: datetime,
    *,
    edited: bool = False,
    thread: str = "",
) -> Arrival:
    headers = {"content-type": "application/json", parser.ACCOUNT: account.native}
    if edited:
        headers[parser.EDITED] = now.isoformat()
    if thread:
        headers[parser.THREAD] = thread
    return Arrival(raw=told.raw, cursor=cursor, url=path, headers=headers, wait=client.wait_near(told, now))
