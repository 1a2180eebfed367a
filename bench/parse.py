"""Posts a second that a connector's parser reads, of the recordings that lie with it: `python -m bench.parse email mastodon`.

Without names: every connector that has recordings. Beside it, how long the standard library takes for the same bytes
as they are (JSON, or `email` for mails): the ratio travels, the rest is this machine's.
"""

import argparse
import base64
import binascii
import email
import importlib
import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import measure
from lyhord.channels.contract import Connector, Event, Item, Unreadable

CONNECTORS = Path(__file__).parents[1] / "lyhord" / "connectors"
Recording = tuple[bytes, dict[str, str], str, str]
BODIES = ("body", "raw", "text", "string")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("connectors", nargs="*", help="names of connectors; none: all")
    options.add_argument("--data", type=Path, help="a folder of further recordings")
    options.add_argument("--seconds", type=float, default=1.0, help="for each way and turn")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    names = chosen.connectors or sorted(path.parent.name for path in CONNECTORS.glob("*/fixtures"))
    print(f"{'connector':16} {'answers':>7} {'events':>7} {'answers/s':>10} {'events/s':>10} {'library':>8}")
    for name in names:
        folders = [CONNECTORS / name / "fixtures", *([chosen.data] if chosen.data else [])]
        found = [each for folder in folders for each in recordings(folder)]
        if found:
            print(measured(name, found, chosen.seconds, chosen.rounds))
        else:
            print(f"{name:16} no recordings")
    print(measure.machine())


def recordings(folder: Path) -> Iterator[Recording]:
    """Whole mails and feeds as they are; of recorded calls what the other side answered or brought."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        raw = path.read_bytes()
        if path.suffix in {".eml", ".xml", ".rss", ".atom"}:
            yield raw, {}, "", "GET"
        elif path.suffix in {".json", ".jsonl"}:
            for line in raw.splitlines() if path.suffix == ".jsonl" else [raw]:
                yield from called(line)


def called(line: bytes) -> Iterator[Recording]:
    try:
        told = json.loads(line)
    except ValueError:
        return
    answer = told.get("response") if isinstance(told, dict) else None
    asked = told.get("request") if isinstance(told, dict) else None
    part = answer if isinstance(answer, dict) else told
    url, method = (
        (str(asked.get("path") or asked.get("url") or ""), str(asked.get("method") or "GET"))
        if isinstance(asked, dict)
        else ("", "POST")
    )
    yield body(part, line), headers(part), url, method


def body(part: Any, line: bytes) -> bytes:
    if isinstance(part, dict):
        for name in BODIES:
            if name in part:
                value = part[name]
                return value.encode() if isinstance(value, str) else json.dumps(value).encode()
        if isinstance(part.get("body_base64"), str):
            try:
                return base64.b64decode(part["body_base64"])
            except binascii.Error:
                return line
    return line


def headers(part: Any) -> dict[str, str]:
    told = part.get("headers") if isinstance(part, dict) else None
    return {str(name).lower(): str(value) for name, value in told.items()} if isinstance(told, dict) else {}


def measured(name: str, found: list[Recording], seconds: float, rounds: int) -> str:
    connector: Connector = importlib.import_module(f"lyhord.connectors.{name}").CONNECTOR
    fit = [each for each in found if items(connector, each)]
    if not fit:
        return f"{name:16} no recording that it reads"
    events = sum(isinstance(item, Event) for each in fit for item in items(connector, each))
    ours: list[float] = []
    library: list[float] = []
    for turn in range(rounds):  # the ways take turns: A B B A
        ways: list[tuple[list[float], Callable[[Recording], object]]] = [
            (ours, lambda each: items(connector, each)),
            (library, by_library),
        ]
        for kept, way in ways if turn % 2 else reversed(ways):
            kept.append(rate(way, fit, seconds))
    speed, plain = statistics.median(ours), statistics.median(library)
    share = events / len(fit)
    return f"{name:16} {len(fit):7} {events:7} {speed:10.0f} {speed * share:10.0f} {speed / plain:7.2f}x"


def items(connector: Connector, each: Recording) -> list[Item]:
    try:
        return connector.parse(*each)
    except Unreadable:
        return []


def by_library(each: Recording) -> object:
    try:
        return json.loads(each[0])
    except ValueError:
        return email.message_from_bytes(each[0])


def rate(way: Callable[[Recording], object], found: list[Recording], seconds: float) -> float:
    """Recordings a second of CPU."""
    done, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < seconds:
        for each in found:
            way(each)
        done += len(found)
    return done / spent


if __name__ == "__main__":
    main()
