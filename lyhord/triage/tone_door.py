"""`lyhord tone`: a person's contacts in, whether the tone rises or the topics spread out, a JSON line each; without a database."""

import argparse
from collections.abc import Sequence
from typing import Any, TextIO

import orjson

from lyhord.triage import door, reading
from lyhord.triage.door import BadLine
from lyhord.triage.heads import language
from lyhord.triage.heads.conduct import toning
from lyhord.triage.heads.conduct.tone import Contact

FORM = '{"id": ..., "contacts": [{"at", "channel", "text", "answered_by", "reply"}, ...]}'


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    parser = argparse.ArgumentParser(prog="lyhord tone", description=__doc__)
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
        had = contacts(item)
        code = door.spoken(item) or language.judge(reading.read(" ".join(one.text for one in had))).code
        return orjson.dumps(toning.judge(had, code).as_line(item["id"])).decode()
    except BadLine as problem:
        return orjson.dumps({"id": problem.post, "error": str(problem)}).decode()


def contacts(item: dict[str, Any]) -> list[Contact]:
    had = item.get("contacts")
    if not isinstance(had, list):
        raise BadLine("The line has no contacts, or they are no list.", item["id"])
    for number, one in enumerate(had, 1):
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            raise BadLine(f"Contact {number} has no text, or its text is no string.", item["id"])
        if not isinstance(one.get("reply"), (str, type(None))):
            raise BadLine(f"The reply to contact {number} is no string.", item["id"])
    return [Contact(one["text"], one.get("reply")) for one in had]
