"""Values of foreign rows, taken as they are meant, whatever they are written as."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import regex

from lyhord.lib.text import clean, plain
from lyhord.moving.readers.files import Row
from lyhord.moving.records import Problem

LONGEST_WORDS = 100_000
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
ADDRESS = regex.compile(r"[^@\s<>,;\"()]{1,64}@[^@\s<>,;\"()]{1,185}\.[^@\s<>,;\"().]{2,63}")
DAY_FIRST = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y")


class Reader:
    """Takes fields out of one kind of rows and keeps what is wrong with them."""

    def __init__(self, kind: str, problems: list[Problem]) -> None:
        self.kind, self.problems = kind, problems

    def tell(self, row: Row, field: str, code: str, *, is_left_out: bool = True, **values: Any) -> None:
        self.problems.append(Problem(self.kind, row.place, field, code, values, is_left_out))

    def id(self, row: Row, name: str = "id") -> str:
        """Text or whole number; "" where there is none, and that is told."""
        found = ident(row.data.get(name))
        if not found:
            self.tell(row, name, "missing")
        return found

    def moment(self, row: Row, *names: str) -> datetime | None:
        """The first that is set. What is no time is told, and then there is none."""
        for name in names:
            value = row.data.get(name)
            if value in (None, "", 0):
                continue
            found = moment(value)
            if found is None:
                self.tell(row, name, "bad_time", is_left_out=False, value=clean(str(value))[:60])
            return found
        return None

    def words(self, row: Row, name: str, *, is_html: bool = False) -> str:
        """The text, at most `LONGEST_WORDS` of it; a cut is told."""
        text = clean(str(row.data.get(name) or ""))
        text = plain(text) if is_html else text
        if len(text) > LONGEST_WORDS:
            self.tell(row, name, "too_long", is_left_out=False, n=len(text), most=LONGEST_WORDS)
        return text[:LONGEST_WORDS].strip()

    def address(self, row: Row, name: str) -> str:
        told = line(row.data.get(name), 300).lower()
        found = ADDRESS.search(told)
        if told and found is None:
            self.tell(row, name, "bad_address", is_left_out=False, value=told[:60])
        return found.group()[:254] if found is not None else ""


def ident(value: Any) -> str:
    """Ids come as numbers and as text: 17 and "17" are one."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value)).strip()[:200] if isinstance(value, str | int) else ""


def line(value: Any, most: int) -> str:
    return " ".join(clean(str(value)).split())[:most] if isinstance(value, str | int | float) else ""


def flag(value: Any, usual: bool = False) -> bool:
    if isinstance(value, bool):
        return value
    told = str(value).strip().lower() if value is not None else ""
    if told in {"1", "true", "t", "yes", "y", "ja", "kyllä", "x"}:
        return True
    return False if told in {"0", "false", "f", "no", "n", "nej", "nei", "ei"} else usual


def moment(value: Any) -> datetime | None:
    """Seconds or milliseconds since 1970, ISO 8601, or day.month.year; without a zone UTC. None: no time, or no real one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and regex.fullmatch(r"\d{9,16}(?:\.\d+)?", value.strip()):
        value = float(value)
    try:
        found = (
            datetime.fromtimestamp(value / 1000 if value > 10**11 else value, UTC)
            if isinstance(value, int | float)
            else written(str(value).strip())
        )
    except (ValueError, OverflowError, OSError):
        return None
    return found if found is not None and EARLIEST <= found <= LATEST else None


def written(text: str) -> datetime | None:
    text = regex.sub(r"\s+(UTC|Z)$", "+00:00", text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        for form in DAY_FIRST:
            try:
                found = datetime.strptime(text, form)  # noqa: DTZ007 - a zone is given below
                break
            except ValueError:
                continue
        else:
            raise
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def part(row: Mapping[str, Any], *names: str) -> Any:
    """What stands deep in a row: part(row, "meta", "sender", "id"). None where there is none."""
    found: Any = row
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
