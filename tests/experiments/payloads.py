"""What each network sends, from the fixtures of its connector, and ways in which it may come otherwise than ever before."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from lyhord import connectors
from tests.experiments.hooked import HOOKED

FOLDER = Path(connectors.__file__).parent
OURS = {"x-account": "help@our.example", "x-account-names": "help@our.example", "x-folder": "inbox"}
FORM = {
    "form_key": "k1", "number": 7, "token": "t1", "text": "Where is my train?", "subject": "Late", "name": "Kari",
    "email": "kari@example.com", "language": "nb", "at": "2026-11-20T11:00:00+00:00",
}  # fmt: skip
Place = tuple[Any, ...]  # the way down to a part of a document


@dataclass(frozen=True)
class Payload:
    """Bytes of one network, and what goes with them."""

    connector: str
    name: str
    raw: bytes
    headers: dict[str, str]
    url: str = ""
    method: str = "POST"


def fixtures() -> list[Payload]:
    """One or more of every connector; a test holds that none is left out."""
    return [*ours(), *recorded("mastodon"), *recorded("bluesky"), *recorded("matrix"), *feeds(), *mails()]


def ours() -> Iterator[Payload]:
    at = datetime(2026, 11, 20, 11, tzinfo=UTC)
    for hooked in HOOKED:
        name = "message" if hooked.tells else "news"
        yield Payload(hooked.name, name, hooked.body("1", at), {"content-type": "application/json"})
    for name in sorted({*settings.CONNECTORS} - {"mastodon", "bluesky", "feeds", "email", "matrix"}):
        for path in sorted((FOLDER / name / "fixtures").rglob("*.*")):
            if path.suffix in {".json", ".csv"}:
                yield Payload(name, path.stem, path.read_bytes(), {})
    yield Payload("webform", "form", json.dumps(FORM).encode(), {})


def recorded(connector: str) -> Iterator[Payload]:
    for path in sorted((FOLDER / connector / "fixtures").glob("recorded-*/*.json")):
        told = json.loads(path.read_text("utf-8"))
        if isinstance(told, list):  # what the network brought, a request each
            for number, brought in enumerate(told):
                yield Payload(
                    connector, f"{path.stem}:{number}", json.dumps(brought.get("body", brought)).encode(), {}
                )
            continue
        body, request = told["response"]["body"], told["request"]
        if isinstance(body, dict | list):
            headers = {name.lower(): value for name, value in told["response"]["headers"].items()}
            raw = json.dumps(body).encode()
            name = f"{path.parent.name}/{path.stem}"
            yield Payload(connector, name, raw, headers, request["path"], request["method"])


def feeds() -> Iterator[Payload]:
    for path in sorted((FOLDER / "feeds" / "fixtures").glob("*.*")):
        kind = "application/json" if path.suffix == ".json" else "application/xml"
        yield Payload(
            "feeds", path.name, path.read_bytes(), {"content-type": kind}, f"https://site.example/{path.name}"
        )


def mails() -> Iterator[Payload]:
    for path in sorted((FOLDER / "email" / "fixtures").glob("*/*.eml")):
        yield mail(path.name, path.read_bytes())


def mail(name: str, raw: bytes) -> Payload:
    return Payload("email", name, raw, OURS, "imap:INBOX", "GET")


# Drift --------------------------------------------------------------------------------------------------------------

ODD: tuple[Any, ...] = (
    None,
    "",
    "x",
    0,
    -1,
    1.5,
    10**30,
    True,
    [],
    {},
    [[]],
    [None],
    {"a": 1},
    "2038-01-19T03:14:08Z",
)


def drifted(payload: Payload, count: int, seed: int = 10) -> Iterator[Payload]:
    """The payload after `count` changes of its network's mind, one each; the same ones at each run."""
    chance = random.Random(f"{seed}{payload.connector}{payload.name}")
    try:
        document = json.loads(payload.raw)
    except ValueError:
        document = None
    for number in range(count):
        raw = changed(document, chance) if document is not None else damaged(payload.raw, chance)
        yield replace(payload, name=f"{payload.name}#{number}", raw=raw)


def changed(document: Any, chance: random.Random) -> bytes:
    """A field that is missing, null, new, of another type, or renamed."""
    told = copy.deepcopy(document)
    place = chance.choice(list(places(told)))
    holder = told
    for step in place[:-1]:
        holder = holder[step]
    key = place[-1]
    how = chance.choice(("missing", "null", "new", "type", "renamed"))
    if how == "missing":
        del holder[key]
    elif how == "null":
        holder[key] = None
    elif how == "type":
        holder[key] = chance.choice(ODD)
    elif isinstance(holder, list):
        holder.append(chance.choice(ODD))
    elif how == "new":
        holder[f"new_{chance.randrange(1000)}"] = chance.choice(ODD)
    else:
        holder[f"{key}_v2"] = holder.pop(key)
    return json.dumps(told).encode()


def places(part: Any, way: Place = ()) -> Iterator[Place]:
    """Every place in a document that can be changed."""
    if isinstance(part, dict | list):
        for key in list(part) if isinstance(part, dict) else range(len(part)):
            yield (*way, key)
            yield from places(part[key], (*way, key))


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Mail and XML: a line that is missing, doubled, empty, renamed, moved, or that holds strange bytes."""
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines))
    inside = chance.randrange(len(lines[at]) + 1)
    deeds: tuple[Callable[[bytes], list[bytes]], ...] = (
        lambda line: [],
        lambda line: [line, line],
        lambda line: [b""],
        lambda line: [b"X-" + line],
        lambda line: [line.replace(b":", b"", 1).replace(b"<", b"<x", 1)],
        lambda line: [line[:inside] + b"\x00\xff\xf0" + line[inside:]],
        lambda line: [line[:inside]],
        lambda line: [line[:inside], line[inside:]],
        lambda line: [line + b" " * 2_000],
    )
    lines[at : at + 1] = chance.choice(deeds)(lines[at])
    return b"\n".join(lines)


# Strange words ------------------------------------------------------------------------------------------------------


def dressed(payload: Payload, text: str, number: int) -> Payload:
    """A payload in which a stranger's word stands where words of strangers stand: a text, chosen by number."""
    told = json.loads(payload.raw)
    words = [place for place in places(told) if isinstance(at(told, place), str)]
    place = words[number % len(words)]
    at(told, place[:-1])[place[-1]] = text
    return replace(payload, name=f"{payload.name}@{number}", raw=json.dumps(told).encode())


def at(part: Any, way: Place) -> Any:
    for step in way:
        part = part[step]
    return part
