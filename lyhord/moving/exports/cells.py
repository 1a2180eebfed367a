"""How a value is written: exact in JSON, harmless to a spreadsheet in CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson

# A spreadsheet runs a cell that begins so (OWASP, CSV injection). The full-width signs are read alike by some.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def exact(value: Any) -> Any:
    """As JSON has it. Moments are told in UTC with their zone; what is no JSON is told as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # a half character is no UTF-8
    if isinstance(value, Mapping):
        return {str(name): exact(part) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [exact(part) for part in value]
    return value


def safe(value: Any) -> str:
    """As a cell. What a spreadsheet would take for a formula gets an apostrophe in front."""
    told = exact(value)
    if told is None:
        text = ""
    elif isinstance(told, bool):
        text = "true" if told else "false"
    elif isinstance(told, list) and all(isinstance(part, str) for part in told):
        text = "; ".join(told)
    elif isinstance(told, list | dict):
        text = orjson.dumps(told).decode()
    else:
        text = str(told)
    text = text.replace("\x00", "")
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def csv_lines(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe(value) for value in row] for row in rows)
    return out.getvalue().encode()


def json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(exact(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)
