"""`lyhord check-reply`: drafted replies in, findings out, a JSON line each; without a database."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any, TextIO

import orjson

from lyhord.triage.door import LONGEST_LINE, BadLine, lines
from lyhord.triage.replies.check import Around, check

SHAPE = 'Send {"id": ..., "post": ..., "reply": ...}.'


def all_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


# `channel` is taken, and no check of today looks at it. Null is as good as not there.
FIELDS: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    *((name, is_text, "a string") for name in ("lang", "signature", "channel")),
    *((name, all_texts, "a list of strings") for name in ("same_person", "earlier", "known")),
    *((name, is_flag, "true or false") for name in ("ends_case", "is_witty", "is_corporate")),
)


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    parser = argparse.ArgumentParser(prog="lyhord check-reply", description=__doc__)
    try:
        parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    for line in lines(stdin.buffer):
        stdout.write(answer(line) + "\n")
        stdout.flush()
    return 0


def answer(line: bytes | None) -> str:
    try:
        item = read(line)
        found = check(item["post"], item["reply"], language=item.get("lang") or None, around=around(item))
        return orjson.dumps({"id": item["id"], "findings": [one.as_line() for one in found]}).decode()
    except BadLine as problem:
        return orjson.dumps({"id": problem.post, "error": str(problem)}).decode()


def around(item: dict[str, Any]) -> Around:
    return Around(
        signature=item.get("signature"),
        ends_case=bool(item.get("ends_case")),
        is_witty=bool(item.get("is_witty")),
        same_person=item.get("same_person") or (),
        earlier=item.get("earlier") or (),
        known=item.get("known") or (),
        is_corporate=item.get("is_corporate"),
    )


def read(line: bytes | None) -> dict[str, Any]:
    """Raises BadLine."""
    if line is None:
        raise BadLine(f"The line is longer than {LONGEST_LINE} bytes. Send the reply in a shorter one.")
    try:
        item = orjson.loads(line)
    except orjson.JSONDecodeError as problem:
        raise BadLine(f"Not a JSON line: {problem}.") from problem
    if not isinstance(item, dict):
        raise BadLine(f"The line is no JSON object. {SHAPE}")
    name = item.get("id")
    if name is None or isinstance(name, (dict, list)):
        raise BadLine(f"The reply has no id. {SHAPE}")
    for field in ("post", "reply"):
        if not isinstance(item.get(field), str):
            raise BadLine(f"The field {field} is missing or no string. {SHAPE}", name)
    for field, is_right, asked in FIELDS:
        if item.get(field) is not None and not is_right(item[field]):
            raise BadLine(f"The field {field} is not {asked}.", name)
    return item
