"""Server-sent events: names and data out of bytes. Pure."""

import re
from collections.abc import Iterable, Iterator

from lyhord.channels.contract import Headers, Unreadable


def is_stream(raw: bytes, headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "text/event-stream" or raw[:6] == b"event:" or raw[:1] == b":"


def records(raw: bytes) -> Iterator[tuple[str, str]]:
    """Name and data of each record of server-sent events (WHATWG HTML, section 9.2)."""
    name, data = "", list[str]()
    for line in [*lines(raw), ""]:
        field, _colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif not line:
            if name or data:
                yield name, "\n".join(data)
            name, data = "", []


def lines(raw: bytes) -> Iterable[str]:
    try:
        return re.split(r"\r\n|\n|\r", raw.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise Unreadable(f"Not UTF-8 at byte {problem.start}.") from None
