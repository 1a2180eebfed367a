"""What somebody types into the search: words, "phrases", -exclusions and operators. Plain values.

    refund tag:late -spam from:aino before:2026-11-01 "two hours" is:public has:file

A word that only looks like an operator (http://…, 12:30) is a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

import regex

from lyhord.lib.text import N_

# name: what it is called for people; in the order in which they are suggested
OPERATORS: Mapping[str, str] = {
    "from": N_("who wrote it: a name, a handle, us or me"),
    "to": N_("whom it was written to"),
    "kind": N_("question, complaint, praise and so on"),
    "topic": N_("what it is about"),
    "tag": N_("a tag of the conversation"),
    "status": N_("open, waiting, snoozed or closed"),
    "assignee": N_("who has it: a name, me or nobody"),
    "account": N_("an account of ours"),
    "network": N_("a network, such as mastodon"),
    "lang": N_("the language, such as fi"),
    "before": N_("before a day, such as 2026-11-01, today or 7d"),
    "after": N_("on that day or later"),
    "has": N_("file, link or note"),
    "is": N_("public, private, note, reply, ours, theirs, spam or urgent"),
    "number": N_("the number of a conversation"),
}
SAME = {
    "by": "from",
    "language": "lang",
    "channel": "network",
    "since": "after",
    "until": "before",
    "owner": "assignee",
}
VALUES: Mapping[str, tuple[str, ...]] = {
    "status": ("open", "waiting", "snoozed", "closed"),
    "has": ("file", "link", "note"),
    "is": ("public", "private", "note", "reply", "ours", "theirs", "spam", "urgent"),
    "before": ("today", "yesterday", "7d", "30d"),
    "after": ("today", "yesterday", "7d", "30d"),
    "assignee": ("me", "nobody"),
    "from": ("us", "me"),
}
FIXED = ("status", "has", "is")  # no other value means anything
MOST_PARTS = 24
MOST_DAYS = 36_500
PART = regex.compile(r'(?P<no>-?)(?:(?P<name>\p{L}+):(?=\S))?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S+))')
DAYS = regex.compile(r"^(\d{1,5})d$")


@dataclass(frozen=True, slots=True)
class Condition:
    name: str
    value: str
    is_not: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    unknown: tuple[Condition, ...] = ()  # operators whose value means nothing

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.phrases or self.without or self.conditions)

    def values(self, name: str) -> list[str]:
        return [one.value for one in self.conditions if one.name == name and not one.is_not]


def parsed(text: str) -> Asked:
    words: list[str] = []
    phrases: list[str] = []
    without: list[str] = []
    conditions: list[Condition] = []
    unknown: list[Condition] = []
    for found in list(PART.finditer(text))[:MOST_PARTS]:
        name = (found["name"] or "").casefold()
        name = SAME.get(name, name)
        value = (found["phrase"] if found["phrase"] is not None else found["word"]).strip()
        if name in OPERATORS and value:
            one = Condition(name, value.casefold() if name in VALUES else value, bool(found["no"]))
            (conditions if makes_sense(one) else unknown).append(one)
            continue
        said = f"{found['name']}:{value}" if found["name"] else value
        if found["no"] and said:
            without.append(said)
        elif found["phrase"] is not None and said:
            phrases.append(said)
        elif said:
            words.append(said)
    return Asked(tuple(words), tuple(phrases), tuple(without), tuple(conditions), tuple(unknown))


def makes_sense(one: Condition) -> bool:
    if one.name in FIXED:
        return one.value in VALUES[one.name]
    if one.name == "number":
        number = one.value.lstrip("#")
        return number.isascii() and number.isdigit() and len(number) < 16
    if one.name in {"before", "after"}:
        return day_of(one.value, date(2026, 1, 1)) is not None
    return True


def day_of(value: str, today: date) -> date | None:
    """`2026-11-01`, `2026-11`, `2026`, `today`, `yesterday`, `7d`: that many days ago."""
    if value in {"today", "yesterday"}:
        return today - timedelta(days=value == "yesterday")
    if ago := DAYS.match(value):
        days = int(ago[1])
        return today - timedelta(days=days) if days <= MOST_DAYS else None
    parts = value.split("-")
    if len(parts) < 3 and all(part.isascii() and part.isdigit() for part in parts):
        value = "-".join([*parts, "01", "01"][:3])
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def moment(value: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The beginning of that day, by her clock."""
    day = day_of(value, now.astimezone(zone).date())
    if day is None or not 1970 <= day.year < 9999:
        return None
    return datetime.combine(day, time(0), tzinfo=zone)


def suggested(text: str, known: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """(the whole text as it would then stand, what is added) for the part that is being typed. `known`: values by operator."""
    head, last = text[: len(text) - len(text.split(" ")[-1])], text.split(" ")[-1]
    sign, last = ("-", last[1:]) if last.startswith("-") else ("", last)
    name, colon, begun = last.partition(":")
    if not colon:
        names = [one for one in OPERATORS if one.startswith(name.casefold())]
        return [(f"{head}{sign}{one}:", f"{one}:") for one in names]
    name = SAME.get(name.casefold(), name.casefold())
    values = [*VALUES.get(name, ()), *known.get(name, [])]
    fitting = [
        value for value in dict.fromkeys(values) if value.casefold().startswith(begun.strip('"').casefold())
    ]
    return [(f"{head}{sign}{name}:{quoted(value)} ", f"{name}:{quoted(value)}") for value in fitting[:12]]


def quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
