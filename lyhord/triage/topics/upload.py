"""A file of examples: text and topic, with commas, semicolons or tabs between."""

import csv
import io
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError

MOST_BYTES = 1_000_000
HEADS = {"text", "topic"}
DELIMITERS = "\t;,"


class BadFile(LyhordError):
    """The file cannot be read as one of examples."""

    status = 422


@dataclass(frozen=True)
class Line:
    number: int  # as an editor counts them, of the line on which it ends
    text: str
    topic: str  # as it stands there; "": none is named


def read(content: bytes) -> list[Line]:
    """The lines of a CSV or TSV file, a line of heads first or none. Raises BadFile."""
    if len(content) > MOST_BYTES:
        told = _("The file has %(n)d kB; at most %(most)d are taken. Cut it into several.")
        raise BadFile(told % {"n": len(content) // 1000, "most": MOST_BYTES // 1000})
    words = decoded(content)
    first = words.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter(first), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as problem:
        told = _(
            "Line %(line)d of the file cannot be read: a quotation mark is open or misplaced. Write it twice."
        )
        raise BadFile(told % {"line": reader.line_num}) from problem
    if not rows:
        raise BadFile(_("The file is empty. Put a text and a topic on each line."))
    return lines(rows)


def decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        words = content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise BadFile(_("The file is not in UTF-8. Save it as “CSV UTF-8” and try again.")) from problem
    if "\x00" in words:
        raise BadFile(_("This is no text file. Save the sheet as CSV and try again."))
    return words.replace("\r\n", "\n").replace("\r", "\n")


def delimiter(first: str) -> str:
    """What stands between the columns: of the signs in the first line the rarest in running text."""
    return next((sign for sign in DELIMITERS if sign in first), ",")


def lines(rows: list[tuple[int, list[str]]]) -> list[Line]:
    heads = [cell.strip().lower() for cell in rows[0][1]]
    text, topic = 0, 1
    if "text" in heads:
        text = heads.index("text")
        topic = heads.index("topic") if "topic" in heads else len(heads)
        rows = rows[1:]
    return [Line(number, cell(row, text), cell(row, topic).strip()) for number, row in rows]


def cell(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""
