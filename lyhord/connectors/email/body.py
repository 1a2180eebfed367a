"""The words and the files of a mail. Pure."""

from dataclasses import dataclass, field
from typing import Literal

from lyhord.channels.contract import Media
from lyhord.connectors.email import html, quoting
from lyhord.connectors.email.fields import line
from lyhord.connectors.email.mime import Part
from lyhord.lib.sentences import filled
from lyhord.lib.text import N_, clean

PLACE = "part:"  # before the path of a part, as the address of a file inside the mail
LONGEST_TEXT = 1_000_000
LONGEST_NAME = 200
KINDS: dict[str, Literal["picture", "video", "sound", "file"]] = {
    "image": "picture",
    "video": "video",
    "audio": "sound",
}


@dataclass
class Body:
    text: str = ""
    quoted: str = ""
    signature: str = ""
    media: list[Media] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Found:
    """What a walk through the parts gives: texts to be read one after the other, and files."""

    texts: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


def body(mail: Part, subject: str, *, folds: bool = True) -> Body:
    found = Found()
    gather(mail, found)
    told = Body(media=[medium(part) for part in found.files])
    is_forward = not folds or bool(quoting.FORWARDED.match(subject))
    texts, quotes = [], []
    for part in found.texts:
        text, quote = words(part, told, is_forward=is_forward)
        texts.append(text)
        quotes.append(quote)
    text = clean("\n\n".join(text for text in texts if text.strip()))[:LONGEST_TEXT]
    fold = quoting.fold(text, subject) if folds else quoting.Folded(text.strip())
    told.text, told.signature = fold.text, fold.signature
    told.quoted = "\n\n".join(part for part in (fold.quoted, *(clean(quote) for quote in quotes)) if part)
    sealed(mail, told)
    return told


def gather(part: Part, found: Found) -> None:
    if part.kind == "multipart/alternative":
        inside = Found()
        for each in part.parts:
            gather(each, inside)
        found.texts += chosen(inside.texts)
        found.files += inside.files
    elif part.kind.startswith("multipart/"):
        for each in part.parts:
            gather(each, found)
        if not part.parts and part.body.strip():  # says that it has parts and has none
            found.texts.append(part)
    elif is_text(part):
        found.texts.append(part)
    elif part.body.strip():
        found.files.append(part)


def is_text(part: Part) -> bool:
    """Words to be read; a text with a file's name is a file."""
    return part.kind in {"text/plain", "text/html", "text/enriched"} and not (
        part.disposition == "attachment" or (part.path and part.name)
    )


def chosen(texts: list[Part]) -> list[Part]:
    """Of the forms of one text the plain one, if it says anything."""
    plain = [part for part in texts if part.kind == "text/plain" and part.text()[0].strip()]
    return plain or [part for part in texts if part.kind == "text/html"] or texts[:1]


def marked_up(mail: Part) -> list[Part]:
    """The parts that say it in HTML, whichever form was read."""
    return [part for part in mail.walk() if part.kind == "text/html" and is_text(part) and part.body.strip()]


def words(part: Part, told: Body, *, is_forward: bool) -> tuple[str, str]:
    text, note = part.text()
    if len(text) > LONGEST_TEXT:
        told.notes.append(
            filled(
                N_("The text has %(n)d characters; the first %(most)d were read."),
                n=len(text),
                most=LONGEST_TEXT,
            )
        )
        text = text[:LONGEST_TEXT]
    if note and note not in told.notes:
        told.notes.append(note)
    if part.kind == "text/html":
        found = html.told(text, is_forward=is_forward)
        return found.text, found.quoted
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, deletes=part.parameters.get("delsp", "").lower() == "yes")
    return text.replace("\r\n", "\n").replace("\r", "\n"), ""


def unflowed(text: str, *, deletes: bool) -> str:
    """Paragraphs out of lines that end in a blank (RFC 3676). The mark of a signature is no such line."""
    found: list[list[str]] = []
    flows, depth = False, 0
    for row in text.split("\n"):
        bare = row.rstrip("\r").lstrip(">")
        marks = len(row.rstrip("\r")) - len(bare)
        bare = bare.removeprefix(" ")
        if flows and marks == depth and bare != "-- ":
            if deletes:
                found[-1][-1] = found[-1][-1].removesuffix(" ")
            found[-1].append(bare)
        else:
            found.append([">" * marks + (" " if marks else "") + bare])
        flows, depth = bare.endswith(" ") and bare != "-- ", marks
    rows = ("".join(pieces) for pieces in found)
    return "\n".join(row if row == "-- " else row.rstrip(" ") for row in rows)


def medium(part: Part) -> Media:
    name = line(part.name)[:LONGEST_NAME]
    if not name and part.kind == "message/rfc822":
        name = "mail.eml"
    kind = KINDS.get(part.kind.partition("/")[0], "file")
    return Media(url=f"{PLACE}{part.path or '1'}", kind=kind, name=name or f"file-{part.path or '1'}")


def sealed(mail: Part, told: Body) -> None:
    kinds = {part.kind for part in mail.walk()}
    if "multipart/encrypted" in kinds or (
        "application/pkcs7-mime" in kinds and "signed" not in mail.parameters.get("smime-type", "")
    ):
        told.notes.append(N_("The mail is encrypted; it cannot be read here."))
    if any(part.name.lower() == "winmail.dat" or part.kind == "application/ms-tnef" for part in mail.walk()):
        told.notes.append(N_("The mail's files are packed in winmail.dat, which only Outlook opens."))


def part_at(mail: Part, place: str) -> Part | None:
    """The file that `medium` gave this address."""
    if not place.startswith(PLACE):
        return None
    path = place.removeprefix(PLACE)
    return next((part for part in mail.walk() if (part.path or "1") == path and not part.parts), None)
