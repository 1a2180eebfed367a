"""`lyhord parse CONNECTOR`: what networks sent, a line each, told as events. Without a database and without settings."""

import base64
import binascii
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC
from io import TextIOWrapper
from typing import Any, TextIO

import regex

from lyhord.channels.contract import Connector, Event, Item, Unreadable, Unsupported
from lyhord.lib.errors import LyhordError

# The folders of recordings have names of their own.
OTHER_NAMES = {"rss": "feeds", "google-business": "google_reviews"}
NAME = regex.compile(r"[a-z][a-z0-9_]*")
# Halves of characters cannot be written, and some readers end a line at the others; escaped they are the same JSON.
FRAGILE = regex.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
LONGEST_LINE = 64 * 1024 * 1024
USAGE = "lyhord parse CONNECTOR: reads JSON lines, writes JSON lines. CONNECTOR is the name of a network, such as mastodon."


class BadLine(LyhordError):
    """A line in is not what the door takes."""


def main(argv: list[str], stdin: TextIO, stdout: TextIO) -> int:
    """0, or 2 when the call itself was wrong."""
    if len(argv) != 1 or argv[0].startswith("-"):
        sys.stderr.write(USAGE + "\n")
        return 0 if argv in (["-h"], ["--help"]) else 2
    connector = load(argv[0])
    if connector is None:
        sys.stderr.write(f"There is no connector {argv[0]!r}.\n{USAGE}\n")
        return 2
    if isinstance(stdout, TextIOWrapper):
        stdout.reconfigure(encoding="utf-8")
    for line in lines(stdin):
        if line is None or line.strip():
            write(stdout, told(connector, line))
    return 0


def load(name: str) -> Connector | None:
    """By its folder, as the registry needs settings."""
    name = OTHER_NAMES.get(name, name).replace("-", "_")
    if not NAME.fullmatch(name):
        return None
    place = f"lyhord.connectors.{name}"
    try:
        connector = getattr(importlib.import_module(place), "CONNECTOR", None)
    except ModuleNotFoundError as problem:
        if problem.name != place:
            raise
        return None
    return connector if isinstance(connector, Connector) else None


def lines(stdin: TextIO) -> Iterator[bytes | None]:
    """Lines as bytes, since one that is not UTF-8 must not end the run. None stands for one that is too long."""
    source: Any = getattr(stdin, "buffer", stdin)
    while line := source.readline(LONGEST_LINE):
        raw = line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")
        if len(raw) < LONGEST_LINE or raw.endswith(b"\n"):
            yield raw
            continue
        while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(
            b"\n" if isinstance(rest, bytes) else "\n"
        ):
            pass
        yield None


def told(connector: Connector, line: bytes | None) -> dict[str, Any]:
    ident: Any = None
    try:
        question = read(line)
        ident = question.get("id")
        return {"id": ident} | answer(connector, question)
    except LyhordError as problem:
        return {"id": ident, "error": str(problem)}


def read(line: bytes | None) -> Mapping[str, Any]:
    if line is None:
        raise BadLine(f"The line has more than {LONGEST_LINE} bytes.")
    try:
        question = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("The line is no JSON.") from None
    if not isinstance(question, dict):
        raise BadLine("The line is no JSON object.")
    return question


def answer(connector: Connector, question: Mapping[str, Any]) -> dict[str, Any]:
    headers = question.get("headers") or {}
    if not isinstance(headers, dict):
        raise BadLine("The headers are no JSON object.")
    lower = {str(name).lower(): str(value) for name, value in headers.items()}
    url, method = str(question.get("url") or ""), str(question.get("method") or "GET").upper()
    try:
        return summed_up(connector.parse(body(question), lower, url, method))
    except Unreadable as problem:
        return {"unreadable": problem.why}


def body(question: Mapping[str, Any]) -> bytes:
    text, encoded = question.get("body"), question.get("body_base64")
    if isinstance(encoded, str):
        try:
            return base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise BadLine("The body_base64 is no base64.") from None
    if isinstance(text, str):
        return text.encode("utf-8", "surrogatepass")
    raise BadLine("The line has neither a body nor a body_base64 that is text.")


def summed_up(items: list[Item]) -> dict[str, Any]:
    """Events; beside them what was left out. Without any event, why there is none."""
    events = [shown(item) for item in items if isinstance(item, Event)]
    skipped = [item for item in items if not isinstance(item, Event)]
    if events or not skipped:
        beside = {"skipped": [{"item": item.item, "why": item.why} for item in skipped]} if skipped else {}
        return {"events": events} | beside
    unreadable = next((item for item in skipped if isinstance(item, Unreadable)), None)
    if unreadable is not None:
        return {"unreadable": unreadable.why}
    return {"unsupported": next(item.why for item in skipped if isinstance(item, Unsupported))}


def shown(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "item": event.item,
        "thread": event.thread,
        "parent": event.parent,
        "author": event.author.native if event.author else None,
        "at": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z") if event.at else None,
        "text": event.text,
        "visibility": event.visibility,
        "is_own": event.is_own,
    }


def write(stdout: TextIO, line: Mapping[str, Any]) -> None:
    stdout.write(FRAGILE.sub(escaped, json.dumps(line, ensure_ascii=False)) + "\n")
    stdout.flush()


def escaped(found: "regex.Match[str]") -> str:
    return f"\\u{ord(found.group()):04x}"
