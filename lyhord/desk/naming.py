"""Who is named in a note: "@Linnea Nord", or "@Linnea" where there is but one. Plain values."""

from collections import Counter
from collections.abc import Mapping

import regex

LONGEST = 100  # signs of a name
MOST = 50  # people named in one note
# Not within a word, so that a mail address names nobody.
SIGN = regex.compile(r"(?<![\p{L}\p{N}._%+-])@(?=\p{L})")


def named(text: str, people: Mapping[int, str]) -> list[int]:
    """The people whose names follow an "@", in the order of the text, each once. The longest name that fits counts."""
    names = spellings(people)
    found: dict[int, None] = {}
    for sign in SIGN.finditer(text):
        who = fitting(text[sign.end() : sign.end() + LONGEST].casefold(), names)
        if who is not None:
            found[who] = None
    return list(found)[:MOST]


def spellings(people: Mapping[int, str]) -> list[tuple[str, int]]:
    """(name, who), the longest first: whole names that are one person's, and first names that are."""
    whole = Counter(name.casefold() for name in people.values())
    first = Counter(name.split()[0].casefold() for name in people.values() if name.strip())
    told = [(name.casefold(), pk) for pk, name in people.items() if name and whole[name.casefold()] == 1]
    taken = set(whole)
    for pk, name in people.items():
        short = name.split()[0].casefold() if name.strip() else ""
        if short and first[short] == 1 and short not in taken:
            told.append((short, pk))
    return sorted(told, key=lambda one: -len(one[0]))


def fitting(rest: str, names: list[tuple[str, int]]) -> int | None:
    for name, who in names:
        if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum():
            return who
    return None
