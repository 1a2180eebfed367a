"""A CSV of what helps to answer: saved replies, macros, targets, FAQ. Each line becomes an item to adapt (GO-06)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import regex

from lyhord.moving.readers.files import File, Row, csv_rows
from lyhord.moving.readers.generic import mapped
from lyhord.moving.readers.values import Reader, ident, line
from lyhord.moving.records import Batch, Guide

USUAL: dict[str, tuple[str, ...]] = {
    "id": ("id", "native"),
    "kind": ("kind", "type", "typ", "tyyppi"),
    "name": ("name", "title", "question", "fråga", "namn", "nimi", "kysymys", "spørsmål", "spørgsmål", "navn", "shortcut"),
    "text": ("text", "body", "content", "answer", "svar", "vastaus", "reply"),
    "lang": ("lang", "language", "språk", "kieli", "sprog"),
    "folder": ("folder", "category", "kategori", "mapp", "kansio"),
    "tags": ("tags", "tag", "labels"),
    "closes": ("closes", "close"),
    "note": ("note", "anteckning"),
    "first": ("first", "first_response", "first_response_time", "första svar"),
    "resolution": ("resolution", "solution_time", "resolution_time", "lösning"),
    "of_kind": ("of_kind", "case_kind"),
}  # fmt: skip
KINDS = {
    "reply": "reply", "saved_reply": "reply", "saved reply": "reply", "canned": "reply", "canned_response": "reply", "svarsmall": "reply",
    "macro": "macro", "makro": "macro", "target": "target", "sla": "target", "faq": "faq", "article": "faq",
}  # fmt: skip
SPAN = regex.compile(r"(\d{1,6}(?:[.,]\d+)?)\s*(s|sec|m|min|h|t|d)?\w*", regex.IGNORECASE)
SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "t": 3600, "d": 86400}


def read(files: Sequence[File], columns: Mapping[str, str]) -> Batch:
    """Without a column `kind` the name of the file says it: faq.csv, sla.csv, macros.csv; else they are saved replies."""
    batch = Batch()
    told = Reader("guidance", batch.problems)
    for row in mapped(csv_rows(files, batch.problems), USUAL, columns, ("name",), batch):
        asked = line(row.data.get("kind"), 40).lower() or of_file(row.table)
        kind = KINDS.get(asked)
        name = line(row.data.get("name"), 100)
        if kind is None:
            told.tell(row, "kind", "unknown_kind", value=asked)
        elif not name:
            told.tell(row, "name", "missing")
        else:
            text = told.words(row, "text")
            if kind in {"reply", "faq"} and not text:
                told.tell(row, "text", "missing")
                continue
            batch.records.append(guide(told, row, kind, name, text))
    return batch


def of_file(stem: str) -> str:
    return next((kind for word, kind in KINDS.items() if stem.startswith(word)), "reply")


def guide(told: Reader, row: Row, kind: Any, name: str, text: str) -> Guide:
    data = row.data
    native = ident(data.get("id")) or hashlib.sha256(f"{name} {data.get('lang')}".encode()).hexdigest()[:24]
    values: dict[str, Any] = {}
    if kind == "macro":
        values = {"steps": steps(data), "other": []}
    if kind == "target":
        values = {part: seconds(data.get(part)) for part in ("first", "resolution")}
        values["kind"] = line(data.get("of_kind"), 12)
    return Guide(
        f"{kind}:{native}", kind, name, text, row.place, lang=line(data.get("lang"), 12).lower(),
        folder=line(data.get("folder"), 60), values=values,
    )  # fmt: skip


def steps(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    tags = [line(tag, 60) for tag in str(data.get("tags") or "").replace(",", ";").split(";")]
    found: list[dict[str, Any]] = [{"verb": "tag", "value": tag} for tag in tags if tag]
    if note := line(data.get("note"), 4000):
        found.append({"verb": "note", "value": note})
    if line(data.get("closes"), 10).lower() in {"1", "yes", "true", "ja", "x"}:
        found.append({"verb": "close", "value": None})
    return found


def seconds(value: Any) -> int | None:
    """ "90" is minutes, "2 h", "1 d", "1:30" hours and minutes."""
    text = line(value, 40)
    if clock := regex.fullmatch(r"(\d{1,4}):(\d\d)", text):
        return int(clock[1]) * 3600 + int(clock[2]) * 60
    found = SPAN.fullmatch(text)
    if found is None:
        return None
    unit = SECONDS[(found[2] or "m").lower()]
    return int(float(found[1].replace(",", ".")) * unit) or None
