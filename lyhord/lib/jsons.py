"""Strict reading of the JSON that networks send."""

from typing import Any

import orjson

from lyhord.lib.errors import LyhordError

MAX_BYTES = 20_000_000


class BadJson(LyhordError):
    """The bytes are not JSON as RFC 8259 has it."""


def read(raw: bytes) -> Any:
    """The value in `raw`. NaN, lone surrogates, broken UTF-8, more than 1024 levels and text after the end are refused.

    Of equal keys the last counts; a number beyond 64 bits becomes a float, so ids must come as strings.
    Raises BadJson, which names the place and never a word of what was sent.
    """
    if len(raw) > MAX_BYTES:
        raise BadJson(f"The JSON has {len(raw)} bytes; at most {MAX_BYTES} are read.")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        what = str(problem).partition(":")[0]
        raise BadJson(f"Not JSON: {what} at line {problem.lineno}, column {problem.colno}.") from None
