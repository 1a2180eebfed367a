"""Bytes that no network should send and that every parser must survive."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
HOSTILE = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "hostile"


def everything() -> Iterator[bytes]:
    """What is made here, and the collected cases where they are there."""
    yield from hostile()
    if HOSTILE.is_dir():
        yield from stored()


def hostile() -> Iterator[bytes]:
    yield from (
        b"",
        b"\x00",
        b"\xff\xfe\x00",
        b"[" * 50_000,
        b'{"a":' * 50_000,
        b"9" * 100_000,
        b"[" + b"0," * 2_000,
    )
    yield from (
        b"null",
        b"0",
        b"true",
        b'""',
        b"[]",
        b"{}",
        b"[[]]",
        b"[{}]",
        b"[null]",
        b"event: \n\n",
        b"data:",
    )
    yield b'{"id":1e400}'
    yield b'{"kind":"created","id":"1","item":"1","text":"\\ud800"}'
    for name in ("id", "type", "event", "kind", "last_status", "ancestors", "error", "content", "form_key"):
        for value in ("[]", "{}", "null", "7", '"x"', "true", "1.5"):
            document = (
                f'{{"{name}":{value},"account":{value},"status":{value},"data":{value},"payload":{value}}}'
            )
            yield document.encode()
            yield f"[{document}]".encode()


def stored() -> Iterator[bytes]:
    for path in sorted(HOSTILE.glob("json-parsing/**/*.json")):
        yield path.read_bytes()
    texts = json.loads((HOSTILE / "naughty-strings" / "strings.json").read_bytes())
    texts += [whole(case) for case in json.loads((HOSTILE / "own-unicode" / "cases.json").read_bytes())]
    for text in texts:
        yield json.dumps(text).encode()
        yield text.encode("utf-8", "surrogatepass")
        yield from dressed(text)


def whole(case: dict[str, Any]) -> str:
    if case["pieces"]:
        return "".join(piece * times for piece, times in case["pieces"])
    return str(case["text"] or "".join(case["pair"] or []))


def dressed(text: str) -> Iterator[bytes]:
    """The same words where each network keeps a person's words."""
    person = {"id": text, "acct": text, "display_name": text, "handle": text, "name": text, "username": text}
    status = {
        "id": "1",
        "content": text,
        "account": {**person, "id": "2"},
        "created_at": text,
        "spoiler_text": text,
    }
    event = {"id": "1", "item": text, "text": text, "author": person, "kind": "created"}
    form = {"form_key": "1", "number": 1, "token": text or "t", "text": text, "subject": text, "email": text}
    for document in (status, {**status, "created_at": None}, event, form, [status, event]):
        yield json.dumps(document).encode()
