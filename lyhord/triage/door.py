"""`lyhord triage`: posts in, judgements out, a JSON line each; without a database."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, TextIO

import orjson

from lyhord.lib.errors import LyhordError
from lyhord.triage.judge import judge
from lyhord.triage.learned import serving

LONGEST_LINE = 16 * 1024 * 1024  # bytes
FIELDS = ("author", "channel", "thread")
FORM = '{"id": ..., "text": ...}'


class BadLine(LyhordError):
    """A line that is no post; the text says why."""

    def __init__(self, why: str, post: Any = None) -> None:
        super().__init__(why)
        self.post = post


def main(argv: Sequence[str], stdin: TextIO, stdout: TextIO) -> int:
    parser = argparse.ArgumentParser(prog="lyhord triage", description=__doc__)
    try:
        parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    sys.stderr.write(f"lyhord triage: {served()}\n")
    for line in lines(stdin.buffer):
        stdout.write(answer(line) + "\n")
        stdout.flush()
    return 0


def served() -> str:
    """Which model serves, and why it is not a better one."""
    if serving.has_embeddings():
        return f"served by the model with embeddings ({serving.name()})."
    return f"served by the plain model ({serving.name()}). {serving.serving.problem}"


def lines(source: BinaryIO) -> Iterator[bytes | None]:
    """Line by line; one that is longer than allowed is read away and told as None, so that memory stays bounded."""
    while line := source.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def answer(line: bytes | None) -> str:
    try:
        post = read(line)
        return orjson.dumps(judge(post["text"], deep=True).as_line(post["id"])).decode()
    except BadLine as problem:
        return orjson.dumps({"id": problem.post, "error": str(problem)}).decode()


def item(line: bytes | None, form: str) -> dict[str, Any]:
    """The object of a line, which has an id. `form`: what a line looks like, told to who sent another one."""
    if line is None:
        raise BadLine(f"The line is longer than {LONGEST_LINE} bytes. Send the post in a shorter one.")
    try:
        post = orjson.loads(line)
    except orjson.JSONDecodeError as problem:
        raise BadLine(f"Not a JSON line: {problem}.") from problem
    if not isinstance(post, dict):
        raise BadLine(f"The line is no JSON object. Send {form}.")
    if "id" not in post or isinstance(post["id"], (dict, list)):
        raise BadLine(f"The post has no id. Send {form}.")
    return post


def spoken(found: dict[str, Any]) -> str | None:
    """The language that a line names; None: it is to be read from the text."""
    language = found.get("lang")
    if not isinstance(language, (str, type(None))):
        raise BadLine("The field lang is of a kind that means nothing here.", found["id"])
    return language or None


def read(line: bytes | None) -> dict[str, Any]:
    post = item(line, FORM)
    if not isinstance(post.get("text"), str):
        raise BadLine("The post has no text, or its text is no string.", post["id"])
    for field in FIELDS:
        if not isinstance(post.get(field), (str, int, dict, list, type(None))):
            raise BadLine(f"The field {field} is of a kind that means nothing here.", post["id"])
    return post
