"""HTML mail as the text that a person would read of it, with links told and the mail answered set apart. Pure."""

from dataclasses import dataclass

from lyhord.lib.plain import ALONE, MAX_CHARACTERS, Reader, tidied
from lyhord.lib.tags import Close, Open, Text, TooManyAttributes, pieces, unescape

# Where mail programs put the mail answered: Gmail, Apple and Thunderbird, Yahoo, Outlook on the web, Proton.
QUOTES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra", "gmail_extra")
HEADS = ("divrplyfwdmsg", "olk_src_body_section", "appendonsend", "x_divrplyfwdmsg", "zwchr", "stopspelling")
LINKS = ("http://", "https://", "mailto:", "tel:")
LONGEST_LINK = 2_000


@dataclass(frozen=True)
class Told:
    text: str
    quoted: str = ""


def told(html: str, *, is_forward: bool = False) -> Told:
    """`quoted` is what programs marked as the mail answered. A forwarded mail is the matter itself and stays."""
    reader = MailReader(folds=not is_forward)
    try:
        for piece in pieces(html[:MAX_CHARACTERS]):
            reader.take(piece)
    except TooManyAttributes:
        pass
    text, quoted = tidied("".join(reader.own)), tidied("".join(reader.quoted))
    return Told(text, quoted) if text else Told(quoted)


class MailReader(Reader):
    """Writes the addresses of links behind their words, and quotes into a text of their own."""

    def __init__(self, *, folds: bool) -> None:
        super().__init__()
        self.folds = folds
        self.own = self.written
        self.quoted: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.quoting_from = -1  # how many elements were open when the quote began
        self.is_cut = False  # all that follows is the mail answered

    def take(self, piece: Text | Open | Close) -> None:
        if isinstance(piece, Open):
            self.begin_quote(piece)
        super().take(piece)
        if isinstance(piece, Open) and piece.tag == "a":
            self.links.append((address(piece.attributes), len(self.written)))
        elif isinstance(piece, Close):
            if piece.tag == "a" and self.links:
                self.close_link(*self.links.pop())
            if self.quoting_from >= 0 and len(self.open) <= self.quoting_from and not self.is_cut:
                self.quoting_from, self.written = -1, self.own
                self.links.clear()

    def begin_quote(self, piece: Open) -> None:
        if not self.folds or self.quoting_from >= 0:
            return
        name = piece.attributes.get("id", "").lower()
        self.is_cut = name.startswith(HEADS)
        if self.is_cut or is_quote(piece):
            self.quoting_from, self.written = len(self.open), self.quoted
            self.links.clear()
            if piece.tag in ALONE:
                self.is_cut = True

    def close_link(self, target: str, begun: int) -> None:
        words = "".join(self.written[begun:]).strip()
        if target and not self.silent and not is_same(words, target):
            self.written.append(f" ({target})" if words else target)


def is_quote(piece: Open) -> bool:
    classes = piece.attributes.get("class", "").lower().split()
    if piece.tag == "blockquote":
        return piece.attributes.get("type", "").lower() == "cite" or any(
            part.startswith(QUOTES) for part in classes
        )
    return piece.tag == "div" and any(part.startswith(QUOTES) for part in classes)


def address(attributes: dict[str, str]) -> str:
    target = "".join(unescape(attributes.get("href", "")).split())
    return target[:LONGEST_LINK] if target.lower().startswith(LINKS) else ""


def is_same(words: str, target: str) -> bool:
    """Whether the words already say where the link leads; a word that names another place does not."""
    bare = target.partition("://")[2] or target.partition(":")[2]
    return words.rstrip("/").lower() in {
        part.rstrip("/").lower() for part in (target, bare, bare.removeprefix("www."))
    }
