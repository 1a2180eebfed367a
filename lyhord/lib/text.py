"""Text as people write it: cleaned for storing, shortened, and shown without tricks.

`plain`, `looks_alike` and the length rules have modules of their own and are named here too.
"""

import regex

from lyhord.lib.lengths import graphemes, measure, utf16_units, weighted
from lyhord.lib.lookalike import looks_alike
from lyhord.lib.plain import plain

__all__ = [
    "N_",
    "clean",
    "graphemes",
    "looks_alike",
    "measure",
    "pieces",
    "plain",
    "shorten",
    "utf16_units",
    "visible",
    "weighted",
]

# NUL is stored by SQLite and refused by PostgreSQL; the other controls have no meaning in a message.
CONTROLS = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NEWLINES = regex.compile(r"\r\n?|\x85|\u2028|\u2029")
SURROGATES = regex.compile(r"[\ud800-\udfff]")

# What turns the reading direction or takes no room: it can hide text or make a name read as another.
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
TAGS = "\U000e0001\U000e0020-\U000e007f"
FLAG = "\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{1,8}\U000e007f"
HIDDEN = regex.compile(f"(?P<flag>{FLAG})|[{BIDI}{INVISIBLE}{TAGS}]")
# What people who write from right to left, and their telephones, put into an honest text; it turns nothing around.
HONEST = frozenset("\u061c\u200e\u200f\u2066\u2067\u2068\u2069")
RIGHT_TO_LEFT = regex.compile(r"(?=\p{L})[\p{bc=R}\p{bc=AL}]")


def N_(message: str) -> str:  # noqa: N802 - the name that message extractors know
    """Mark a text for the catalogues; it is translated where it is shown."""
    return message


def clean(text: str) -> str:
    """The same text for every database: one kind of newline, no controls but newline and tab, no half characters."""
    text = SURROGATES.sub("\ufffd", text)
    return CONTROLS.sub("", NEWLINES.sub("\n", text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` graphemes, the last of them an ellipsis when something was cut."""
    pieces: list[str] = []
    for piece in regex.finditer(r"\X", text):
        pieces.append(piece.group())
        if len(pieces) > limit:
            return "".join(pieces[: max(limit - 1, 0)]).rstrip() + "…"
    return text


def visible(text: str) -> str:
    """The text with direction overrides and invisible characters shown as marks like ‹U+202E›.

    For names, file names and links. Flags made of tag characters (Scotland, Wales) stay as they are.
    """
    return HIDDEN.sub(lambda found: found["flag"] or f"‹U+{ord(found[0]):04X}›", text)


def pieces(text: str) -> list[tuple[str, bool]]:
    """Running text in pieces, each with whether it is a mark that stands for a trick.

    As `visible`, but the marks of direction stay as they are where a text has letters from right to left.
    """
    if HIDDEN.search(text) is None:
        return [(text, False)]
    spared = HONEST if RIGHT_TO_LEFT.search(text) else frozenset()
    found: list[tuple[str, bool]] = []
    end = 0
    for trick in HIDDEN.finditer(text):
        if trick["flag"] or trick[0] in spared:
            continue
        found += [(text[end : trick.start()], False), (f"‹U+{ord(trick[0]):04X}›", True)]
        end = trick.end()
    return [piece for piece in [*found, (text[end:], False)] if piece[0]]
