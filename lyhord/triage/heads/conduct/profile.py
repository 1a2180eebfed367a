"""What a profile shows (TL-14 to TL-17). Looks weigh little, and what a network does not tell counts neither way."""

import re

from lyhord.triage import reading
from lyhord.triage.heads.conduct import words
from lyhord.triage.heads.conduct.thread import Profile

YOUNG = 90  # days
FEW = 15  # followers
FOUR_DIGITS = re.compile(r"\d{4}")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# "McCoy", "MacDonald", "DeLuca", "O'Neil": a capital inside a name of old use.
CAMEL = re.compile(r"(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bDi)(?<!\bVan)(?<=[a-zåäöæø])[A-ZÅÄÖÆØ]")
INITIAL = re.compile(r"[._-]?[a-zåäöæø]{1,2}\d{0,2}$")


def is_vague(seen: Profile) -> bool:
    """TL-14: no bio, and a young account or a handle with four digits in a row."""
    if seen.bio is None or seen.bio.strip():
        return False
    young = seen.age_days is not None and seen.age_days < YOUNG
    return young or bool(seen.handle and FOUR_DIGITS.search(seen.handle))


def has_few(seen: Profile) -> bool:
    return seen.followers is not None and seen.followers < FEW


def is_invented(seen: Profile, code: str) -> bool:
    """TL-17: a shown name that is no person's name by its form or its words. A name that we do not know is none of it."""
    name = (seen.name or "").strip()
    if not name:
        return False
    parts = [part.lower() for part in WORD.findall(name)]
    first = {parts[0], parts[0].replace("-", ""), parts[0].split("-")[0]} if parts else set()
    known = not words.given_names().isdisjoint(first)
    if any(map(str.isdigit, name)) or "_" in name or not parts:
        return True
    told = words.of(code).read(reading.read(name.replace("-", "")))
    if told.of("slogan") >= 1 and not (known and len(parts) == 1):
        return True
    if known:
        return rhymes(parts)
    if CAMEL.search(name) or name == name.lower():
        return True
    if len(parts) == 1:
        return not names_a_person(parts[0], seen.handle or "")
    return rhymes(parts) or sum(part[0].isupper() for part in WORD.findall(name)) < 2


def rhymes(parts: list[str]) -> bool:
    """Two words that begin with the same three letters, as in a stage name."""
    return len(parts) == 2 and len(parts[1]) > 3 and parts[0][:2] == parts[1][:2] and parts[0] != parts[1]


def names_a_person(name: str, handle: str) -> bool:
    """A single unknown name is taken for a person's where the handle adds an initial: "oluwaseun_a"."""
    return bool(INITIAL.fullmatch(handle.lower().removeprefix(name)))
