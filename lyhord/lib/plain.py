"""HTML to plain text, for posts whose network sends HTML and for the text beside a mail."""

import regex

from lyhord.lib.tags import RAW, Close, Open, Text, TooManyAttributes, pieces, unescape

BLANKS = regex.compile(r"[ \t\r\n\f]++")
EMPTY_LINES = regex.compile(r"\n{3,}+")
KEPT = "\0"  # stands for a blank of <pre> until the text is tidied; HTML has no NUL

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 500
SILENT = {"template", "head", "noscript", "svg", "math", "object", "select"}
PARAGRAPHS = {"p", "div", "blockquote", "ul", "ol", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
LINES = {"br", "li", "tr", "dt", "dd"}
CELLS = {"td", "th"}
ALONE = {"br", "hr", "img", "wbr", "input", "meta", "link", "area", "base", "col", "embed", "source", "track"}


def plain(html: str) -> str:
    """What a person would read of `html`. Only its first million characters are looked at: the cost is bounded.

    A link that Mastodon cut into pieces (`invisible`, `ellipsis`) is given whole. Tags nested deeper than 500
    are no longer told apart, their text stays.
    """
    reader = Reader()
    try:
        for piece in pieces(html[:MAX_CHARACTERS]):
            reader.take(piece)
    except TooManyAttributes:
        pass  # what was read so far is the text; such a tag is never a person's writing
    return tidied("".join(reader.written))


def tidied(text: str) -> str:
    lines = (line.strip(" \t\xa0") for line in text.split("\n"))
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip().replace(KEPT, " ")


class Reader:
    def __init__(self) -> None:
        self.written: list[str] = []
        self.open: list[str] = []
        self.silent = 0  # how many open elements whose text nobody sees
        self.verbatim = 0  # inside <pre>, where blanks count

    def take(self, piece: Text | Open | Close) -> None:
        if isinstance(piece, Text):
            self.text(piece.text)
        elif isinstance(piece, Open):
            self.opened(piece)
        else:
            self.closed(piece.tag)

    def opened(self, piece: Open) -> None:
        tag = piece.tag
        self.break_before(tag)
        if tag == "li":
            self.written.append("- ")
        if tag == "img" and not self.silent:
            self.written.append(unescape(piece.attributes.get("alt", "")))
        if tag in ALONE or len(self.open) >= MAX_DEPTH:
            return
        self.open.append(tag)
        self.count(tag, 1)

    def closed(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.written.append("\n\n")
        if tag not in self.open:
            return
        last = ""
        while last != tag:
            last = self.open.pop()
            self.count(last, -1)

    def count(self, tag: str, step: int) -> None:
        self.silent += step * (tag in SILENT or tag in RAW)
        self.verbatim += step * (tag == "pre")

    def text(self, text: str) -> None:
        if self.silent:
            return
        text = unescape(text).replace(KEPT, "")
        if self.verbatim:
            self.written.append(text.replace(" ", KEPT))
        else:
            self.written.append(BLANKS.sub(" ", text))

    def break_before(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.written.append("\n\n")
        elif tag in LINES:
            self.written.append("\n")
        elif tag in CELLS:
            self.written.append("\t")
