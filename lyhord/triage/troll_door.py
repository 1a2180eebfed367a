"""`lyhord troll`: an author and a thread in, score and signs out, a JSON line each; without a database."""

import argparse
from collections.abc import Sequence
from typing import Any, TextIO

import orjson

from lyhord.triage import door
from lyhord.triage.door import BadLine
from lyhord.triage.heads.conduct import judging, thread
from lyhord.triage.heads.conduct.thread import Profile

FORM = '{"id": ..., "author": {...}, "thread": [{"by", "at", "text"}, ...]}'
SIDES = frozenset({thread.AUTHOR, thread.BRAND, thread.OTHER})
# Field of a line -> field of a profile, and what it may be. A field that is not there, or null, is not known.
FIELDS: dict[str, tuple[str, type]] = {
    "display_name": ("name", str),
    "handle": ("handle", str),
    "bio": ("bio", str),
    "has_avatar": ("has_avatar", bool),
    "followers": ("followers", int),
    "following": ("following", int),
    "account_age_days": ("age_days", int),
    "posts_count": ("posts", int),
}


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    parser = argparse.ArgumentParser(prog="lyhord troll", description=__doc__)
    try:
        parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    for line in door.lines(stdin.buffer):
        stdout.write(answer(line) + "\n")
        stdout.flush()
    return 0


def answer(line: bytes | None) -> str:
    try:
        item = door.item(line, FORM)
        seen = profile(item)
        said = thread.read(messages(item), door.spoken(item))
        return orjson.dumps(judging.judge(seen, said).as_line(item["id"])).decode()
    except BadLine as problem:
        return orjson.dumps({"id": problem.post, "error": str(problem)}).decode()


def profile(item: dict[str, Any]) -> Profile:
    author = item.get("author")
    if not isinstance(author, dict):
        raise BadLine("The line has no author, or it is no object.", item["id"])
    values: dict[str, Any] = {}
    for field, (name, kind) in FIELDS.items():
        value = author.get(field)
        if value is None:
            continue
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise BadLine(
                f"The field {field} of the author is of a kind that means nothing here.", item["id"]
            )
        values[name] = value
    return Profile(**values)


def messages(item: dict[str, Any]) -> list[tuple[str, str]]:
    said = item.get("thread")
    if not isinstance(said, list):
        raise BadLine("The line has no thread, or it is no list.", item["id"])
    for number, one in enumerate(said, 1):
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            raise BadLine(
                f"Message {number} of the thread has no text, or its text is no string.", item["id"]
            )
        if one.get("by") not in SIDES:
            raise BadLine(f"Message {number} of the thread is by nobody: author, brand or other.", item["id"])
    return [(one["by"], one["text"]) for one in said]
