"""Whether two names can be one person's, and how they differ. Plain values only: no Django, no clock, no network.

A name alone never makes two people one; it carries weight beside other evidence (`rules.py`).
"""

import unicodedata
from dataclasses import dataclass

import regex

from lyhord.customers.given_names import SHORT, SISTERS

# From the strongest on. Of given name and surname the weaker counts.
KINDS = (
    "same",
    "letters",
    "spelling",
    "short",
    "middle",
    "double",
    "order",
    "initial",
    "sister",
    "surname",
    "different",
)
VARIANTS = frozenset(KINDS[: KINDS.index("initial") + 1])

LETTERS = str.maketrans(
    {"å": "a", "ä": "a", "æ": "a", "ö": "o", "ø": "o", "ð": "d", "þ": "t", "ß": "s", "ł": "l", "đ": "d"}
)
DIGRAPHS = (("aa", "a"), ("ae", "a"), ("oe", "o"))
SPELLINGS = (
    ("sch", "sk"), ("ch", "k"), ("ck", "k"), ("c", "k"), ("th", "t"), ("ph", "f"), ("w", "v"), ("x", "ks"), ("z", "s"), ("q", "k"),
    ("dt", "t"), ("hj", "j"), ("gj", "j"), ("ei", "e"), ("ij", "i"), ("y", "i"), ("j", "i"),
)  # fmt: skip
PARTICLES = frozenset("af av von van de der den di da la le mc".split())
TITLES = frozenset("mr mrs ms dr prof herr fru rva neiti".split())
# What stands beside a name and is none: brackets, pronouns after a bar, signs, emoji.
BESIDE = regex.compile(r"\([^)]*\)|\[[^\]]*\]|[|•·/].*$|[^\p{L}\p{M}\s,.'’-]")
INITIAL = regex.compile(r"\p{L}\.?")


@dataclass(frozen=True, slots=True)
class Name:
    """`given` and `surname` as lists of parts, in the letters that they are compared by (`fold`)."""

    given: tuple[str, ...]
    surname: tuple[str, ...]
    raw: tuple[tuple[str, ...], tuple[str, ...]]  # the same, only case folded

    @property
    def is_whole(self) -> bool:
        return bool(self.given and self.surname)


def fold(word: str) -> str:
    """Letters without what keyboards and countries do differently: Ångström, Angstrom, Aangstrøm."""
    word = unicodedata.normalize("NFC", word).casefold().translate(LETTERS)
    for pair, one in DIGRAPHS:
        word = word.replace(pair, one)
    bare = unicodedata.normalize("NFKD", word)
    return "".join(sign for sign in bare if sign.isalpha())


def sound(word: str) -> str:
    """As `fold`, and further without spellings that sound the same: Carl Karl, Wallin Vallin, Mattias Matias."""
    word = fold(word)
    for one, other in SPELLINGS:
        word = word.replace(one, other)
    return regex.sub(r"(\p{L})\1+", r"\1", word)


def read(text: str) -> Name:
    """A name as a person wrote it; "Virtanen, Aino" is turned round."""
    clean = BESIDE.sub(" ", unicodedata.normalize("NFC", text)[:120])
    before, comma, after = clean.partition(",")
    words = [
        word for word in (f"{after} {before}" if comma else clean).replace("’", "'").split() if is_name(word)
    ]
    return made(words[:-1], words[-1:]) if len(words) > 1 else made(words, [])


def is_name(word: str) -> bool:
    bare = word.strip(".'-").casefold()
    return bool(bare) and bare not in PARTICLES and bare not in TITLES


def made(given: list[str], surname: list[str]) -> Name:
    raw = tuple(parts(given)), tuple(parts(surname))
    folded = [tuple(fold(part) for part in side) for side in raw]
    return Name(folded[0], folded[1], (raw[0], raw[1]))


def parts(words: list[str]) -> list[str]:
    """Double names are several; a letter with a full stop stays one letter."""
    pieces = [piece.strip(".'") for word in words for piece in regex.split(r"[-‐–.]", word)]
    return [unicodedata.normalize("NFC", piece).casefold() for piece in pieces if piece]


def compare(one: str, other: str) -> str:
    """How two names differ: one of KINDS."""
    first, second = read(one), read(other)
    if not first.given or not second.given:
        return "different"
    found = straight(first, second)
    if found in VARIANTS or not (first.is_whole and second.is_whole):
        return found
    # Surname first, as in registers and in Finnish and Hungarian habit.
    for turned in turns(second):
        kind = straight(first, turned)
        if kind in VARIANTS and kind != "initial":
            return weaker(kind, "order")
    return found


def turns(name: Name) -> list[Name]:
    raw = [*name.raw[0], *name.raw[1]]
    return [made(raw[1:], raw[:1])]


def straight(first: Name, second: Name) -> str:
    if joined(first) == joined(second):
        return "same" if "".join(raw(first)) == "".join(raw(second)) else "letters"
    given = given_kind(first, second)
    if not first.is_whole or not second.is_whole:
        return "different"
    surname = surname_kind(first, second)
    if surname == "different":
        return moved_part(first, second) or ("surname" if given in {"same", "letters"} else "different")
    return weaker(given, surname) if given != "different" else "different"


def raw(name: Name) -> list[str]:
    return [*name.raw[0], *name.raw[1]]


def joined(name: Name) -> str:
    return "".join((*name.given, *name.surname))


def weaker(one: str, other: str) -> str:
    return max(one, other, key=KINDS.index)


def given_kind(first: Name, second: Name) -> str:
    one, other = first.given, second.given
    if "".join(one) == "".join(other):
        return "same" if first.raw[0] == second.raw[0] else "letters"
    if [sound(part) for part in one] == [sound(part) for part in other]:
        return "spelling"
    if len(one[0]) == 1 or len(other[0]) == 1:
        return "initial" if one[0][0] == other[0][0] and fits(one[1:], other[1:]) else "different"
    head = part_kind(one[0], other[0])
    if head == "different" or not fits(one[1:], other[1:]):
        return "different"
    return head if len(one) == len(other) else weaker(head, "middle")


def fits(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Further given names may be left out or shortened to a letter, but not be others."""
    return all(
        a == b or (1 in (len(a), len(b)) and a[0] == b[0]) or part_kind(a, b) != "different"
        for a, b in zip(one, other, strict=False)
    )


def part_kind(one: str, other: str) -> str:
    if one == other:
        return "letters"
    if sound(one) == sound(other):
        return "spelling"
    if is_short(one, other) or is_short(other, one):
        return "short"
    return "sister" if frozenset((one, other)) in SISTER_PAIRS else "different"


def is_short(short: str, whole: str) -> bool:
    return whole in SHORTS.get(short, ())


def surname_kind(first: Name, second: Name) -> str:
    one, other = first.surname, second.surname
    if one == other:
        return "same" if first.raw[1] == second.raw[1] else "letters"
    if [sound(part) for part in one] == [sound(part) for part in other]:
        return "spelling"
    for letter, whole in ((one, other), (other, one)):
        if len(letter) == 1 and len(letter[0]) == 1:
            return "initial" if whole[0].startswith(letter[0]) else "different"
    long, few = (one, other) if len(one) >= len(other) else (other, one)
    if len(long) > len(few) and any(sound(part) in {sound(piece) for piece in long} for part in few):
        return "double"
    return "different"


def moved_part(first: Name, second: Name) -> str:
    """One kept both surnames without a hyphen: Anna Lind Berg is Anna Lind."""
    for whole, short in ((first, second), (second, first)):
        if (
            len(whole.given) > 1
            and len(short.given) == 1
            and whole.given[-1] == short.surname[0]
            and len(short.surname) == 1
        ):
            return "double" if part_kind(whole.given[0], short.given[0]) in VARIANTS else ""
    return ""


def keys(text: str) -> list[str]:
    """What a name is looked up and counted by: given name and each surname, whatever the order and the letters."""
    name = read(text)
    if not name.is_whole or any(len(part) < 2 for part in (name.given[0], *name.surname)):
        return []
    return [" ".join(sorted((sound(name.given[0]), sound(part)))) for part in name.surname]


SHORTS: dict[str, set[str]] = {}
for line in SHORT.strip().splitlines():
    whole, *shorts = (fold(word) for word in line.split())
    for short in shorts:
        SHORTS.setdefault(short, set()).add(whole)
SISTER_PAIRS = frozenset(
    frozenset((fold(one), fold(other)))
    for line in SISTERS.strip().splitlines()
    for one in line.split()
    for other in line.split()
    if fold(one) != fold(other)
)
