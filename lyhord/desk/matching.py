"""Which rule takes a conversation, and who of several people: plain values, no Django, no clock.

Rules are compiled once into masks: for each thing that is known of a conversation, the rules that it lets pass. What a
conversation is asked costs one look-up a field, however many rules there are.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import regex

# Each takes a list of values, of which one must fit.
CHOICES = (
    "kinds", "topics", "own_topics", "languages", "accounts", "networks", "flows", "uses", "purposes", "sentiments",
    "places", "customers", "hours",
)  # fmt: skip
# Each takes a number, which must be reached.
FLOORS = ("followers_from", "priority_from", "earlier_from")
WORDS = "words"
# The field of `Facts` that a condition looks at.
FIELD = {
    "kinds": "kind", "topics": "topic", "own_topics": "own_topic", "languages": "language", "accounts": "account",
    "networks": "network", "flows": "flow", "uses": "use", "purposes": "purpose", "sentiments": "sentiment", "places": "place",
    "customers": "customer", "hours": "hours", "followers_from": "followers", "priority_from": "priority",
    "earlier_from": "earlier",
}  # fmt: skip
LONGEST_TEXT = 20_000  # characters that words are looked for in
WORD = regex.compile(r"[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may ask of a conversation."""

    kind: str = ""
    topic: str = ""
    own_topic: int = 0  # 0: none
    language: str = ""
    account: int = 0
    network: str = ""
    flow: str = ""
    use: str = ""
    purpose: str = ""
    sentiment: int = 0
    place: str = "public"  # public | private
    customer: str = "new"  # new | known: whether she had a matter before
    hours: str = ""  # open | closed; "": nobody told any
    followers: int = 0
    priority: int = 0
    earlier: int = 0  # matters that she had before
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`when`: conditions that must all hold (none: always). `then`: team, person, flow, tags, priority, needs_owner, alert."""

    id: int
    when: Mapping[str, Any]
    then: Mapping[str, Any]
    goes_on: bool = False  # the rules behind it are asked too


@dataclass(slots=True)
class Verdict:
    """What the rules say: of each thing the first that says it; tags add up."""

    rules: list[int] = field(default_factory=list)  # that took it, in their order
    then: dict[str, Any] = field(default_factory=dict)
    said_by: dict[str, int] = field(default_factory=dict)  # which rule said each thing

    def take(self, rule: Rule) -> None:
        self.rules.append(rule.id)
        for name, value in rule.then.items():
            if name == "tags":
                known = self.then.get("tags", ())
                self.then["tags"] = (*known, *(tag for tag in value if tag not in known))
                self.said_by.setdefault("tags", rule.id)
            elif name not in self.then and not (name in WHO and WHO & self.then.keys()):
                self.then[name] = value
                self.said_by[name] = rule.id


WHO = frozenset(
    {"team", "person", "needs_owner"}
)  # one of these says whose it is; a later rule does not say another


class Router:
    """Rules in their order, compiled."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        everyone = (1 << len(self.rules)) - 1
        self.choices = [(FIELD[name], *self.table(name, everyone)) for name in self.asked(CHOICES)]
        self.floors = [(FIELD[name], *self.steps(name, everyone)) for name in self.asked(FLOORS)]
        self.wordy = sum(1 << place for place, rule in enumerate(self.rules) if rule.when.get(WORDS))
        self.terms = Terms(
            (term, place) for place, rule in enumerate(self.rules) for term in rule.when.get(WORDS, ())
        )
        self.everyone = everyone

    def asked(self, names: Iterable[str]) -> list[str]:
        """Those that some rule asks for: a list, or a number above 0."""
        return [name for name in names if any(rule.when.get(name) for rule in self.rules)]

    def table(self, name: str, everyone: int) -> tuple[dict[Any, int], int]:
        """value -> the rules that it lets pass; and those that any other value does."""
        others = everyone
        wanted: dict[Any, int] = {}
        for place, rule in enumerate(self.rules):
            if values := rule.when.get(name):
                others &= ~(1 << place)
                for value in values:
                    wanted[value] = wanted.get(value, 0) | 1 << place
        return {value: mask | others for value, mask in wanted.items()}, others

    def steps(self, name: str, everyone: int) -> tuple[list[int], list[int]]:
        """Floors in rising order, and the rules that are passed below the first, from the first on, and so on."""
        floors = sorted({rule.when[name] for rule in self.rules if rule.when.get(name)})
        masks = []
        for reached in [0, *floors]:
            masks.append(
                sum(
                    1 << place
                    for place, rule in enumerate(self.rules)
                    if (rule.when.get(name) or 0) <= reached
                )
            )
        return floors, masks

    def passing(self, facts: Facts) -> int:
        """The rules whose conditions all hold, a bit each."""
        mask = self.everyone
        for name, table, others in self.choices:
            mask &= table.get(getattr(facts, name), others)
            if not mask:
                return 0
        for name, floors, masks in self.floors:
            mask &= masks[bisect_right(floors, getattr(facts, name))]
        if mask & self.wordy:
            mask &= ~self.wordy | self.terms.found(facts.text)
        return mask

    def verdict(self, facts: Facts) -> Verdict:
        verdict, mask = Verdict(), self.passing(facts)
        while mask:
            lowest = mask & -mask
            rule = self.rules[lowest.bit_length() - 1]
            verdict.take(rule)
            if not rule.goes_on:
                break
            mask ^= lowest
        return verdict


def tokens(text: str) -> list[str]:
    return WORD.findall(text[:LONGEST_TEXT].casefold())


class Terms:
    """Words and runs of words, each with the rules that ask for it. A star at the end: any word that begins so."""

    def __init__(self, terms: Iterable[tuple[str, int]]) -> None:
        self.whole: dict[str, list[tuple[list[str], bool, int]]] = {}
        self.begins: dict[int, dict[str, int]] = {}  # length -> beginning -> rules
        for term, place in terms:
            self.add(term, 1 << place)

    def add(self, term: str, mask: int) -> None:
        *first, last = tokens(term) or [""]
        is_open = term.rstrip().endswith("*")
        if not last:
            return
        if is_open and not first:
            known = self.begins.setdefault(len(last), {})
            known[last] = known.get(last, 0) | mask
        elif first:
            self.whole.setdefault(first[0], []).append(([*first[1:], last], is_open, mask))
        else:
            self.whole.setdefault(last, []).append(([], False, mask))

    def found(self, text: str) -> int:
        words, mask = tokens(text), 0
        for place, word in enumerate(words):
            for rest, is_open, rules in self.whole.get(word, ()):
                if not rest or follows(words, place + 1, rest, is_open):
                    mask |= rules
            for length, known in self.begins.items():
                mask |= known.get(word[:length], 0)
        return mask


def follows(words: Sequence[str], place: int, rest: list[str], is_open: bool) -> bool:
    said = words[place : place + len(rest)]
    if len(said) < len(rest) or said[:-1] != rest[:-1]:
        return False
    return said[-1].startswith(rest[-1]) if is_open else said[-1] == rest[-1]


def plainly(rules: Iterable[Rule], facts: Facts) -> Verdict:
    """The same by asking each rule in turn: what `Router` is measured and tested against."""
    verdict = Verdict()
    for rule in rules:
        if holds(rule.when, facts):
            verdict.take(rule)
            if not rule.goes_on:
                break
    return verdict


def holds(when: Mapping[str, Any], facts: Facts) -> bool:
    for name in CHOICES:
        if when.get(name) and getattr(facts, FIELD[name]) not in when[name]:
            return False
    if any(when.get(name) and getattr(facts, FIELD[name]) < when[name] for name in FLOORS):
        return False
    return not when.get(WORDS) or any(Terms([(term, 0)]).found(facts.text) for term in when[WORDS])


# Who gets it -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Hand:
    """Somebody on duty with the mandate to answer there."""

    id: int
    name: str
    languages: frozenset[str]
    skills: Mapping[str, int]  # "topic:delivery", "own:5" -> level 1 to 3
    slots: int
    held: int  # open conversations of hers that wait for us
    last_given_at: datetime | None
    teams: frozenset[int] = frozenset()

    @property
    def is_free(self) -> bool:
        return self.held < self.slots


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a conversation asks of who takes it. Empty: nothing."""

    language: str = ""
    skill: str = ""  # "topic:delivery", "own:5"
    team: int = 0
    person: int = 0
    former: int = 0  # who had her last matter


@dataclass(frozen=True, slots=True)
class Choice:
    hand: Hand | None
    why: (
        str  # asked | former | turn; without a hand what was missing: nobody | team | language | skill | slot
    )


def choose(hands: Iterable[Hand], wanted: Wanted) -> Choice:
    """Who is named by a rule, else who knows her already, else who has waited longest for one and knows the subject."""
    left = list(hands)
    if wanted.person:
        return named(left, wanted.person)
    if wanted.team:
        left = [hand for hand in left if wanted.team in hand.teams]
    if not left:
        return Choice(None, "team" if wanted.team else "nobody")
    if wanted.language:
        left = [hand for hand in left if wanted.language in hand.languages]
        if not left:
            return Choice(None, "language")
    former = next((hand for hand in left if hand.id == wanted.former and hand.is_free), None)
    if former is not None:
        return Choice(former, "former")
    if wanted.skill:
        left = [hand for hand in left if hand.skills.get(wanted.skill)]
        if not left:
            return Choice(None, "skill")
    free = [hand for hand in left if hand.is_free]
    if not free:
        return Choice(None, "slot")
    return Choice(min(free, key=turn), "turn")


def named(hands: Iterable[Hand], person: int) -> Choice:
    found = next((hand for hand in hands if hand.id == person), None)
    if found is None:
        return Choice(None, "nobody")
    return Choice(found, "asked") if found.is_free else Choice(None, "slot")


def turn(hand: Hand) -> tuple[bool, float, int]:
    """Who never got one comes first; then who got one longest ago."""
    at = hand.last_given_at
    return at is not None, at.timestamp() if at is not None else 0.0, hand.id
