"""Header fields: addresses, message ids and times, read with an end to their number. Pure; never raises."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lyhord.connectors.email.charsets import words
from lyhord.lib.text import clean

MOST_ADDRESSES = 500
MOST_IDS = 100
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
LONGEST_ID = 400

ADDRESS = re.compile(r"[^\s@<>()\[\]\",;:\\\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\]\",;:\\\x00-\x1f\x7f]{1,190}")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Address:
    """A mailbox. `address` is in lower case, as every server in use takes it, and "" where none can be read."""

    address: str
    name: str = ""
    is_odd: bool = False  # a comment that looks like another address, or signs that no address has


def addresses(value: str) -> list[Address]:
    """All mailboxes of a header. One pass: quotes, comments and angle brackets are seen, nothing is looked back at."""
    found: list[Address] = []
    reader = Reader()
    for sign in value:
        if reader.takes(sign):
            continue
        if mailbox := reader.mailbox():
            found.append(mailbox)
        reader = Reader()
        if len(found) >= MOST_ADDRESSES:
            return found
    last = reader.mailbox()
    return [*found, last] if last else found


class Reader:
    """One mailbox being read, sign by sign."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.angle: list[str] | None = None
        self.comment: list[str] = []
        self.depth = 0
        self.is_quoted = self.is_escaped = self.in_angle = self.was_quoted = False

    def takes(self, sign: str) -> bool:
        """False: the mailbox ends here."""
        if self.is_escaped:
            self.is_escaped = False
            self.put(sign)
        elif sign == "\\" and (self.is_quoted or self.depth):
            self.is_escaped = True
        elif self.is_quoted or self.depth:
            self.inside(sign)
        elif sign in ",;" and not self.in_angle:
            return False
        else:
            self.outside(sign)
        return True

    def inside(self, sign: str) -> None:
        if self.depth:
            self.depth += (sign == "(") - (sign == ")")
            if self.depth:
                self.put(sign)
        elif sign == '"':
            self.is_quoted = False
        else:
            self.put(sign)

    def outside(self, sign: str) -> None:
        if sign == '"':
            self.is_quoted = self.was_quoted = True
        elif sign == "(":
            self.depth = 1
        elif sign == "<":
            self.angle, self.in_angle = [], True
        elif sign == ">":
            self.in_angle = False
        elif sign == ":" and not self.in_angle:
            self.words = []  # the name of a group
        else:
            self.put(sign)

    def put(self, sign: str) -> None:
        if self.depth:
            self.comment.append(sign)
        elif self.in_angle and self.angle is not None:
            self.angle.append(sign)
        else:
            self.words.append(sign)

    def mailbox(self) -> Address | None:
        written, comment = line("".join(self.words)), line(words("".join(self.comment)))
        if self.angle is not None:
            told, name = "".join(self.angle), words(written)
        else:
            told, name = written, comment
        address = mail_address(told)
        if not (address or written or told.strip()):
            return None
        is_odd = not address or "@" in comment or (self.angle is None and self.was_quoted)
        return Address(address, line(name)[:200], is_odd)


def mail_address(text: str) -> str:
    """The address in lower case, "" if it is none. Its domain as it is written: a look-alike stays another."""
    text = clean(text).strip().strip("<>").strip()
    return text.lower() if len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) else ""


def line(text: str) -> str:
    return SPACES.sub(" ", clean(text)).strip()


def ids(value: str) -> list[str]:
    """Message ids in their order, each once. Old programs leave the brackets out."""
    found = MESSAGE_ID.findall(clean(value))
    bare = value.strip()
    if not found and "@" in bare and not SPACES.search(bare) and len(bare) <= LONGEST_ID:
        found = [f"<{clean(bare).strip('<>')}>"]
    return list(dict.fromkeys(found))[:MOST_IDS]


def moment(value: str) -> datetime | None:
    """The time of a Date header in UTC."""
    try:
        found = parsedate_to_datetime(value[:200])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
