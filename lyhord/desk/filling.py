"""Variables in saved replies: `{customer.first_name}`, or `{customer.first_name|there}` with words for when it is empty.

What has no value and no such words stays in the text, marked, and blocks sending: nobody is greeted with "Hi ,".
"""

from collections.abc import Mapping
from dataclasses import dataclass

import regex

NAMES = (
    "customer.first_name", "customer.name", "customer.handle", "agent.name", "agent.first_name", "agent.signature", "case.number",
    "case.subject", "case.link", "account.name", "account.handle", "account.link", "brand.name", "opening_hours",
)  # fmt: skip
PLACE = regex.compile(
    rf"\{{\s*(?P<name>{'|'.join(map(regex.escape, NAMES))})\s*(?:\|(?P<instead>[^{{}}\n]{{0,200}}))?\}}"
)
# What was meant as a variable and is none of ours: a slip of the pen in a saved reply.
MEANT = regex.compile(
    r"\{\s*(?P<name>[a-z_]{2,20}\.[a-z_]{2,20}|opening[a-z_]{0,12})\s*(?:\|[^{}\n]{0,200})?\}", regex.I
)
NAME = regex.compile(r"\p{L}[\p{L}\p{M}'’-]{1,39}")


@dataclass(frozen=True)
class Filled:
    text: str
    missing: tuple[str, ...]  # names that have no value; they stand in the text as they were


def filled(text: str, values: Mapping[str, str]) -> Filled:
    """The words with all values in their places. A value is put in as it is: what looks like a variable in it stays so."""
    missing: list[str] = []
    parts: list[str] = []
    end = 0
    for place in PLACE.finditer(text):
        value = values.get(place["name"], "").strip() or place["instead"]
        if value is None:
            missing.append(place["name"])
            continue
        parts.append(text[end : place.start()])
        end = place.end()
        if value.strip():
            parts.append(harmless(value))
        else:
            parts[-1], end = closed_up(parts[-1], text, end)
    return Filled("".join([*parts, text[end:]]), tuple(dict.fromkeys(missing)))


def closed_up(before: str, text: str, end: int) -> tuple[str, int]:
    """Left out: the blank beside it goes too, so that neither "Hi ," nor two blanks stay."""
    after = text[end : end + 1]
    if (not before or before[-1] == "\n") and after == " ":
        return before, end + 1
    if before[-1:] == " " and (not after or after in ",.;:!?…\n "):
        return before.rstrip(" "), end
    return before, end


def harmless(value: str) -> str:
    """A customer may call herself {agent.name}: what comes from her is never a place of ours."""
    return PLACE.sub(lambda place: place[0].replace("{", "(").replace("}", ")"), value)


def unfilled(text: str) -> tuple[str, ...]:
    """Places that still stand in words which are to be sent."""
    return tuple(dict.fromkeys(place["name"] for place in PLACE.finditer(text)))


def unknown(text: str) -> tuple[str, ...]:
    """What was meant as a variable and is none."""
    return tuple(dict.fromkeys(m["name"] for m in MEANT.finditer(text) if m["name"] not in NAMES))


def first_name(name: str, handle: str = "") -> str:
    """What somebody can be called by; nothing where the name is none that people have, or but her handle again."""
    words = name.split()
    if not words or name.strip() == handle.lstrip("@").partition("@")[0]:
        return ""
    first = words[0].rstrip(",.")
    return first if NAME.fullmatch(first) else ""
