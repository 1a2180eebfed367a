"""A call that somebody noted, or the log of a telephone exchange as CSV, told as events. Pure."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lyhord.channels.contract import Author, Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors.phone import columns, numbers
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

ACCOUNT, COUNTRY, ZONE, LINE = "x-account", "x-country", "x-zone", "x-line"
MOST_ROWS = 50_000
MOST_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Call:
    """One call. `number` is the other side's, in the form +46701234567; `seconds` None where nobody said."""

    key: str
    number: str
    is_inbound: bool
    at: datetime | None
    seconds: int | None = None
    answered_by: str = ""
    outcome: str = ""
    text: str = ""
    name: str = ""


def parse(raw: bytes, headers: Headers) -> list[Item]:
    if raw.lstrip()[:1] in {b"{", b"["}:
        return [noted(raw, headers)]
    return log(raw, headers)


# A note -------------------------------------------------------------------------------------------------------


def noted(raw: bytes, headers: Headers) -> Event:
    try:
        note = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(note, Mapping):
        raise Unreadable("Not a note of a call: no object of fields.")
    number = numbers.normal(words(note, "number"), words(note, "country") or headers.get(COUNTRY, "46"))
    if not number:
        raise Unreadable("The note has no telephone number.")
    key = words(note, "form_key").strip()
    if not key:
        raise Unreadable("The note has no form_key.")
    call = Call(
        key=f"call:{key}",
        number=number,
        is_inbound=words(note, "direction") != "out",
        at=moment(words(note, "at"), "UTC") if note.get("at") else None,
        seconds=duration(words(note, "duration")),
        answered_by=words(note, "answered_by"),
        outcome=words(note, "outcome"),
        text=words(note, "text"),
        name=words(note, "name"),
    )
    return told(call, words(note, "account"))


def words(note: Mapping[str, Any], name: str) -> str:
    value = note.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"The field {name} of the note is no text.")
    return clean(value).strip()


# A log --------------------------------------------------------------------------------------------------------


def log(raw: bytes, headers: Headers) -> list[Item]:
    """Each row a call; what is wrong with one stands in its place."""
    text = decoded(raw)
    if "\x00" in text or not text.strip():
        raise Unreadable("Not a log of calls: no text with columns.")
    try:
        rows = list(rows_of(text))
    except csv.Error:
        raise Unreadable("Not a log of calls: its columns cannot be told apart.") from None
    if not rows:
        raise Unreadable("Not a log of calls: it is empty.")
    found = columns.found(rows[0])
    if "at" not in found or not {"number", "caller", "called"} & set(found):
        raise Unreadable("The log needs a first row with names of its columns: at least a time and a number.")
    return [row(found, each, headers, line) for line, each in enumerate(rows[1:], 2) if any(each)] or [
        Unsupported("The log holds no calls.")
    ]


def decoded(raw: bytes) -> str:
    """UTF-8 with or without its mark; else the Western encoding that older exchanges and Excel write."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def rows_of(text: str) -> Iterator[list[str]]:
    first = text.split("\n", 1)[0]
    sign = max(";,\t", key=first.count)
    for number, each in enumerate(csv.reader(io.StringIO(clean(text)), delimiter=sign)):
        if number > MOST_ROWS:
            raise Unreadable(f"The log has more than {MOST_ROWS} rows. Bring it in in parts.")
        yield [cell.strip() for cell in each]


def row(found: Mapping[str, int], cells: list[str], headers: Headers, line: int) -> Item:
    told_by = {name: cells[place] for name, place in found.items() if place < len(cells)}
    try:
        return told(call_of(told_by, headers), headers.get(ACCOUNT, ""))
    except Unreadable as problem:
        return Unreadable(f"Row {line}: {problem.why}")


def call_of(cells: Mapping[str, str], headers: Headers) -> Call:
    """Raises Unreadable."""
    country = headers.get(COUNTRY, "46")
    is_inbound = columns.is_inbound(cells, numbers.normal(headers.get(LINE, ""), country), country)
    other = cells.get("number") or cells.get("caller" if is_inbound else "called", "")
    number = numbers.normal(other, country)
    if not number:
        raise Unreadable("There is no telephone number, or it was hidden.")
    at = moment(cells.get("at", ""), headers.get(ZONE, "UTC"))
    seconds = duration(cells.get("duration", ""))
    return Call(
        key=row_key(cells, number, at, is_inbound),
        number=number,
        is_inbound=is_inbound,
        at=at,
        seconds=seconds,
        answered_by=cells.get("answered_by", ""),
        outcome=cells.get("outcome", ""),
        text=cells.get("text", ""),
        name=cells.get("name", ""),
    )


def row_key(cells: Mapping[str, str], number: str, at: datetime, is_inbound: bool) -> str:
    """The exchange's own number of the call; else what no two calls share. A log brought in twice has the same keys."""
    if cells.get("id"):
        return f"call:id:{cells['id'][:100]}"
    words = f"{number}|{at.isoformat()}|{is_inbound}"
    return f"call:{hashlib.sha256(words.encode()).hexdigest()[:32]}"


def moment(text: str, zone: str) -> datetime:
    """UTC. A time without a zone is of the one that the account lives in. Raises Unreadable."""
    for way in (
        "",
        "%d.%m.%Y %H:%M:%S",
        "%d.%m.%Y %H:%M",
        "%d/%m/%Y %H:%M:%S",
        "%d/%m/%Y %H:%M",
        "%d.%m.%Y %H.%M",
    ):
        try:
            at = datetime.strptime(text.strip(), way) if way else datetime.fromisoformat(text.strip())  # noqa: DTZ007
            return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
        except (ValueError, OverflowError, KeyError, OSError):
            continue
    raise Unreadable("The time of the call is not one.")


def duration(text: str) -> int | None:
    """Seconds, of `95`, `1:35` or `0:01:35`; None where nothing was said, or nothing that can be meant."""
    parts = text.strip().split(":")
    if not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts) or len(parts) > 3:
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds if seconds <= MOST_SECONDS else None


# Told ---------------------------------------------------------------------------------------------------------


def told(call: Call, account: str) -> Event:
    """A private post in the thread of this number; the number stands in it, by which customers are matched."""
    facts = {
        "call": "in" if call.is_inbound else "out",
        "seconds": call.seconds,
        "answered_by": call.answered_by,
        "outcome": call.outcome,
    }
    return Event(
        kind="created",
        key=call.key,
        account=account,
        item=call.key,
        thread=f"tel:{call.number}",
        author=Author(native=f"tel:{call.number}", handle=call.number, name=call.name or call.number),
        at=call.at,
        text=said(call),
        visibility="private",
        is_spoken_to=call.is_inbound,
        extra={name: value for name, value in facts.items() if value not in {None, ""}},
    )


def said(call: Call) -> str:
    """One line of facts in signs that need no language, and what was noted."""
    length = "" if call.seconds is None else f"{call.seconds // 60}:{call.seconds % 60:02d}"
    facts = ["☎ ←" if call.is_inbound else "☎ →", call.number, length, call.answered_by, call.outcome]
    line = " · ".join(fact for fact in facts if fact)
    return f"{line}\n\n{call.text}" if call.text.strip() else line
