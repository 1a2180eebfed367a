"""Where the collected mails lie, and one door to the parser for all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

from lyhord.channels.contract import Event, Headers, Item, Unreadable
from lyhord.connectors.email import parser

ROOT = Path(__file__).parents[4]
SHARED = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data"))
HOSTILE = SHARED / "hostile"
OURS = {"x-account": "help@our.example", "x-account-names": "help@our.example", "x-folder": "inbox"}


def mails(folder: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted((HOSTILE / folder).rglob("*")):
        if path.is_file() and path.name not in {"LICENSE", "SOURCE.md"}:
            yield str(path.relative_to(HOSTILE)), path.read_bytes()


def read(raw: bytes, headers: Headers = OURS) -> Item:
    """The one item, whatever it is; anything raised beside Unreadable fails the test."""
    try:
        items = parser.parse(raw, headers, "", "GET")
    except Unreadable as problem:
        return problem
    assert len(items) == 1
    return items[0]


def event(raw: bytes, headers: Headers = OURS) -> Event:
    found = read(raw, headers)
    assert isinstance(found, Event), found
    return found


def raw(text: str = "My parcel is broken.", **headers: str) -> bytes:
    """A mail as bytes. `from_` and the like are headers; "" leaves one out."""
    usual = {
        "from": "Kim <kim@customer.example>",
        "to": "help@our.example",
        "subject": "My order",
        "message_id": "<m1@customer.example>",
        "date": "Mon, 02 Mar 2026 10:00:00 +0100",
        "mime_version": "1.0",
        "content_type": "text/plain; charset=utf-8",
    }
    told = usual | {name.rstrip("_"): value for name, value in headers.items()}
    lines = [f"{name.replace('_', '-').title()}: {value}" for name, value in told.items() if value]
    return "\r\n".join([*lines, "", text]).encode("utf-8", "surrogatepass")
