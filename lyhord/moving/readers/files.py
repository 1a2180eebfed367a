"""Files as they are given: whatever their encoding, whatever they were packed in, row by row, with the place of each."""

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import orjson
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.moving.records import Problem

MOST_BYTES = 2_000_000_000  # of a zip, unpacked
MOST_MEMBERS = 200
# What the unpackers of the standard library raise for broken bytes; of bz2 it is an OSError.
UNPACKABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
LONGEST_CELL = 20_000_000
BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
# Names under which systems and scripts put a row's own values, and its table.
INSIDE = ("row", "data", "record")
TABLE = ("table", "model", "kind", "type_name")


class BadFile(LyhordError):
    """The file cannot be read at all; the text says why and what to do."""

    status = 422


@dataclass(frozen=True)
class File:
    name: str
    text: str

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name.replace("\\", "/")).name.partition(".")[0].lower()


@dataclass(frozen=True)
class Row:
    table: str  # "": not said
    place: str
    data: Mapping[str, Any]


def open_all(given: Sequence[tuple[str, bytes]], most: int = MOST_BYTES) -> list[File]:
    """`most`: bytes of a zip, unpacked. Raises BadFile."""
    files = [File(clean(name)[:200], decoded(raw)) for name, raw in unpacked(given, most)]
    if not any(file.text.strip() for file in files):
        raise BadFile(_("The file is empty."))
    return files


def unpacked(given: Sequence[tuple[str, bytes]], most: int) -> Iterator[tuple[str, bytes]]:
    for name, raw in given:
        if raw[:4] != b"PK\x03\x04":
            yield name, raw
            continue
        yield from members(raw, most)


def members(raw: bytes, most: int) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            inside = [one for one in packed.infolist() if not one.is_dir()]
            if len(inside) > MOST_MEMBERS or sum(one.file_size for one in inside) > most:
                raise BadFile(_("The zip holds too much. Give its files one by one."))
            for one in inside:
                yield one.filename, packed.read(one)
    except UNPACKABLE as problem:
        raise BadFile(_("The zip cannot be unpacked. Pack it anew, without a password.")) from problem


def decoded(raw: bytes) -> str:
    """UTF-8, else UTF-16 by its mark or its zero bytes, else Windows-1252 as old spreadsheets write. NUL goes."""
    for mark, name in BOMS:
        if raw.startswith(mark):
            return raw.decode(name, "replace").replace("\x00", "")
    head = raw[:4000]
    if head.count(0) > len(head) // 4:
        even, odd = head[::2].count(0), head[1::2].count(0)
        return raw.decode("utf-16-be" if even > odd else "utf-16-le", "replace").replace("\x00", "")
    try:
        return raw.decode("utf-8").replace("\x00", "")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").replace("\x00", "")


# JSON --------------------------------------------------------------------------------------------------------------


def json_rows(files: Iterable[File], problems: list[Problem]) -> Iterator[Row]:
    """Each object of each file: of a list, of the lists in a bundle, or a line each."""
    for file in files:
        whole = loaded(file.text)
        if whole is not None:
            yield from of_value(whole, file.stem, file.name)
            continue
        for number, line in enumerate(file.text.split("\n"), 1):
            if not line.strip():
                continue
            place = f"{file.name}:{number}"
            value = loaded(line)
            if value is None:
                problems.append(Problem("rows", place, "", "not_json"))
                continue
            yield from of_value(value, file.stem, place, is_line=True)


def loaded(text: str) -> Any:
    try:
        return orjson.loads(text.encode("utf-8", "replace"))
    except orjson.JSONDecodeError:
        return None


def of_value(value: Any, table: str, place: str, *, is_line: bool = False) -> Iterator[Row]:
    """A row, a list of rows, an answer of an API around them, or a bundle of tables."""
    if isinstance(value, list):
        for number, one in enumerate(value, 1):
            here = place if is_line else f"{place}:{number}"
            yield from of_value(one, table, here, is_line=True)
        return
    if not isinstance(value, Mapping):
        yield Row(table, place, {"": value})
        return
    rows = answered(value)
    if rows is not None:
        yield from of_value(rows, table, place, is_line=is_line)
        return
    lists = {name: part for name, part in value.items() if isinstance(part, list) and is_rows(part)}
    is_bundle = bool(lists) and "id" not in value and "pk" not in value and "table" not in value
    if is_bundle:
        for name, part in lists.items():
            named = clean(name)
            yield from of_value(part, named.lower(), f"{place} {named}")
        return
    yield one_row(value, table, place)


def is_rows(part: list[Any]) -> bool:
    return all(isinstance(one, Mapping) for one in part)


def answered(value: Mapping[str, Any]) -> list[Any] | None:
    """The rows of an answer of Chatwoot: under `payload`, or under `data.payload`."""
    inner = value.get("data")
    found = inner.get("payload") if isinstance(inner, Mapping) else value.get("payload")
    return found if isinstance(found, list) else None


def one_row(value: Mapping[str, Any], table: str, place: str) -> Row:
    named = clean(next((value[name] for name in TABLE if isinstance(value.get(name), str)), ""))
    inside = next((value[name] for name in INSIDE if isinstance(value.get(name), Mapping)), None)
    if isinstance(value.get("fields"), Mapping) and named:  # Django's dumpdata
        return Row(named.lower(), place, {**value["fields"], "id": value.get("pk")})
    if named and inside is not None:
        return Row(named.lower(), place, inside)
    if "table" in value and named:
        return Row(named.lower(), place, value)
    return Row(table, place, value)


# CSV ---------------------------------------------------------------------------------------------------------------


def csv_rows(files: Iterable[File], problems: list[Problem]) -> Iterator[Row]:
    """Each line by its header. A cell that our own export made harmless is as it was."""
    csv.field_size_limit(LONGEST_CELL)
    for file in files:
        reader = csv.reader(io.StringIO(file.text, newline=""), delimiter=separator(file.text))
        try:
            header = [name.strip().strip("\ufeff").lower() for name in next(reader, [])]
            for cells in reader:
                place = f"{file.name}:{reader.line_num}"
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) > len(header):
                    values = {"n": len(cells), "most": len(header)}
                    problems.append(Problem("rows", place, "", "too_many_cells", values))
                    continue
                yield Row(file.stem, place, dict(zip(header, map(harmless_before, cells), strict=False)))
        except csv.Error as problem:
            place = f"{file.name}:{reader.line_num}"
            problems.append(Problem("rows", place, "", "not_csv", {"why": str(problem)[:200]}))


def separator(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t|", key=head.count)


def harmless_before(cell: str) -> str:
    return cell[1:] if cell.startswith(("'=", "'+", "'-", "'@", "'\t", "'\r")) else cell
