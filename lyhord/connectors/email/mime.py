"""A mail cut into its parts, at a cost that its sender does not choose. Pure.

The standard library's parser goes as deep as a mail says and asks each line of every part around it (3 000 nested parts
are a RecursionError, 10 000 addresses seconds; reference reliability-security.md, finding 6). So it is cut here, with
an end to everything, and only decoding is left to the library.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lyhord.connectors.email import charsets
from lyhord.lib.sentences import filled
from lyhord.lib.text import N_

MOST_BYTES = 50 * 1024 * 1024
HEADER_BYTES = 64 * 1024  # of one header; what is longer is cut
HEADERS_BYTES = 1024 * 1024  # of all headers of one part
MOST_HEADERS = 1_000
MOST_PARTS = 100
MOST_PARAMETERS = 100
MOST_OPENED = 100 * 1024 * 1024  # bytes of all parts, those within others counted again
DEPTH = 20

FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
CONTINUED = re.compile(r"([^*]+)\*(?:([0-9]{1,3})(\*?))?$")
KIND = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass
class Part:
    """One part of a mail; `path` names its place as IMAP does (RFC 3501, 6.4.5), "" the whole."""

    headers: list[tuple[str, str]]  # names in lower case, values unfolded, encoded words still in them
    body: bytes = b""
    path: str = ""
    kind: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    parts: list["Part"] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known == name]

    def get(self, name: str) -> str:
        """The first of that name, or ""."""
        return next((value for known, value in self.headers if known == name), "")

    def walk(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def disposition(self) -> str:
        return self.get("content-disposition").partition(";")[0].strip().lower()

    @property
    def name(self) -> str:
        """The file name that the sender gave, "" if none."""
        given = parameters(self.get("content-disposition")).get("filename") or self.parameters.get("name", "")
        return charsets.words(given)

    def content(self) -> bytes:
        return decoded(self.body, self.get("content-transfer-encoding"))

    def text(self) -> tuple[str, str]:
        """The words, and a note where their charset was not what the mail said."""
        return charsets.decode(self.content(), self.parameters.get("charset", ""))


@dataclass
class Budget:
    """What is left of the parts that one mail may have; `notes` say what was cut."""

    parts: int = MOST_PARTS
    size: int = MOST_OPENED
    notes: list[str] = field(default_factory=list)

    def note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def read(raw: bytes) -> tuple[Part, list[str]]:
    """The mail and notes on what was cut. Never raises; what has no headers gives a part without any."""
    budget = Budget()
    if len(raw) > MOST_BYTES:
        budget.note(
            filled(
                N_("The mail has %(n)d bytes; only the first %(most)d were read."),
                n=len(raw),
                most=MOST_BYTES,
            )
        )
        raw = raw[:MOST_BYTES]
    raw = raw.replace(b"\r\n", b"\n")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # a mail as old Macs keep it
    if raw.startswith((b"From ", b">From ")):  # the line that mbox puts before a mail
        raw = raw.partition(b"\n")[2]
    return entity(raw.lstrip(b" \t\n"), "", 0, budget), budget.notes


def entity(raw: bytes, path: str, depth: int, budget: Budget, default: str = "text/plain") -> Part:
    headers, body = split(raw, budget)
    part = Part(headers, body, path)
    part.kind, part.parameters = content_type(part.get("content-type"), default)
    if part.kind.startswith("multipart/"):
        part.parts = list(children(part, depth, budget))
        part.body = b"" if part.parts else part.body
    return part


def children(part: Part, depth: int, budget: Budget) -> Iterator[Part]:
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    if depth >= DEPTH:
        budget.note(filled(N_("Parts nested deeper than %(most)d were not opened."), most=DEPTH))
        return
    for number, piece in enumerate(pieces(part.body, part.parameters.get("boundary", "")), 1):
        if budget.parts <= 0:
            budget.note(filled(N_("Only the first %(most)d parts were read."), most=MOST_PARTS))
            return
        budget.parts -= 1
        budget.size -= len(piece)
        if budget.size < 0:
            budget.note(N_("Parts within parts were too big to be opened."))
            return
        path = f"{part.path}.{number}" if part.path else str(number)
        yield entity(piece, path, depth + 1, budget, default)


def pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """What lies between the boundaries; the last one need not be closed. Without any: the body as one piece."""
    line = re.compile(rb"^--" + re.escape(boundary[:200].encode("utf-8", "replace")) + rb"(--)?[ \t]*$", re.M)
    begin = None
    for found in line.finditer(body) if boundary else ():
        if begin is not None:
            yield body[begin : max(found.start() - 1, begin)]
        begin = found.end() + 1
        if found.group(1):
            return
    if begin is not None:
        yield body[begin:]
    elif body.strip():
        yield b"\n" + body


def split(raw: bytes, budget: Budget) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body. A line that is no header ends them, as mail programs take it."""
    headers: list[tuple[str, str]] = []
    at = 0
    for lines, end in fields(raw, budget):
        found = FIELD.match(lines)
        if found is None:
            if not headers:  # none at all; a part may begin with the empty line that ends them
                return [], raw[end:] if lines == b"\n" else raw
            if lines.strip():  # rubbish among the headers is passed over, as mail programs do
                at = end
                continue
            return headers, raw[end:]
        at = end
        value = found.group(2)
        if len(value) > HEADER_BYTES:
            budget.note(filled(N_("A header was longer than %(most)d bytes and was cut."), most=HEADER_BYTES))
        if len(headers) < MOST_HEADERS:
            unfolded = value[:HEADER_BYTES].replace(b"\n", b"")
            headers.append((found.group(1).decode("ascii").lower(), charsets.raw(unfolded).strip()))
        else:
            budget.note(filled(N_("Only the first %(most)d headers were read."), most=MOST_HEADERS))
    return headers, raw[at:]


def fields(raw: bytes, budget: Budget) -> Iterator[tuple[bytes, int]]:
    """Whole header fields with their further lines, and where each ends; the empty line, too, then no more."""
    at = 0
    while at < len(raw):
        if at > HEADERS_BYTES:
            budget.note(
                filled(
                    N_("The headers had more than %(most)d bytes; the rest of them was passed over."),
                    most=HEADERS_BYTES,
                )
            )
            body = raw.find(b"\n\n", at)
            yield b"\n", body + 2 if body >= 0 else len(raw)
            return
        end = line_end(raw, at)
        if raw[at:end] == b"\n":
            yield b"\n", end
            return
        while raw[end : end + 1] in (b" ", b"\t") and end - at < HEADERS_BYTES:
            if not raw[end : line_end(raw, end)].strip():
                break
            end = line_end(raw, end)
        yield raw[at:end].rstrip(b"\n"), end
        at = end


def line_end(raw: bytes, at: int) -> int:
    found = raw.find(b"\n", at)
    return len(raw) if found < 0 else found + 1


def content_type(value: str, default: str) -> tuple[str, dict[str, str]]:
    kind = value.partition(";")[0].strip().lower()
    if not KIND.fullmatch(kind):
        kind = {"text": "text/plain", "html": "text/html"}.get(kind, default if not kind else "text/plain")
    return kind, parameters(value)


def parameters(value: str) -> dict[str, str]:
    """Parameters of a header, with those of RFC 2231 joined and decoded."""
    plain: dict[str, str] = {}
    cut: dict[str, dict[int, tuple[str, bool]]] = {}
    for number, found in enumerate(PARAMETER.finditer(value)):
        if number >= MOST_PARAMETERS:
            break
        name, given = found[1].lower(), unquoted(found[2].strip())
        continued = CONTINUED.match(name)
        if continued:
            is_encoded = bool(continued[3]) or continued[2] is None
            cut.setdefault(continued[1], {})[int(continued[2] or 0)] = given, is_encoded
        else:
            plain.setdefault(name, given)
    return plain | {
        name: charsets.rfc2231([found[at] for at in sorted(found)]) for name, found in cut.items()
    }


def unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)
    return value.lstrip('"')


def decoded(body: bytes, encoding: str) -> bytes:
    """The content behind its transfer encoding; broken base64 gives what can be read of it."""
    encoding = encoding.partition(";")[0].strip().lower()
    if encoding == "base64":
        clean = NOT_BASE64.sub(b"", body)
        clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return uudecoded(body)
    return body


def uudecoded(body: bytes) -> bytes:
    found = []
    for line in body.split(b"\n"):
        if line.startswith(b"begin ") or line.strip() in {b"end", b"`", b""}:
            continue
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(found)
