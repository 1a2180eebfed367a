"""An author and a thread, as the command gives them or as a page gathers them, each message read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from lyhord.triage import lexicon, reading
from lyhord.triage.heads import language
from lyhord.triage.heads.conduct import words
from lyhord.triage.lexicon import Found
from lyhord.triage.reading import Reading

AUTHOR, BRAND, OTHER = "author", "brand", "other"
MOST_MESSAGES = 60  # the newest: comparing each with each stays cheap
LONGEST = 4_000  # characters read of a message


@dataclass(frozen=True, slots=True)
class Profile:
    """What the network tells. None: it does not tell, which counts neither way."""

    name: str | None = None
    handle: str | None = None
    bio: str | None = None  # "": it is known that there is none
    has_avatar: bool | None = None
    followers: int | None = None
    following: int | None = None
    age_days: int | None = None
    posts: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    by: str
    text: str
    reading: Reading
    found: Found  # by the lists of conduct
    plain: Found  # by the tables of triage

    def of(self, *signals: str) -> float:
        return sum(self.found.of(signal) for signal in signals)


@dataclass(frozen=True)
class Thread:
    messages: tuple[Message, ...]
    language: str

    @cached_property
    def own(self) -> tuple[Message, ...]:
        return tuple(one for one in self.messages if one.by == AUTHOR)

    @cached_property
    def answered(self) -> tuple[tuple[Message, Message], ...]:
        """Each message of the author that comes after one of ours, with the last of ours before it."""
        pairs = []
        ours: Message | None = None
        for message in self.messages:
            if message.by == BRAND:
                ours = message
            elif message.by == AUTHOR and ours is not None:
                pairs.append((ours, message))
        return tuple(pairs)


def read(messages: Sequence[tuple[str, str]], spoken: str | None = None) -> Thread:
    """`messages`: who (author, brand, other) and what, in order. `spoken`: the language, where it is known."""
    newest = messages[-MOST_MESSAGES:]
    code = spoken or language.judge(reading.read(" ".join(text for _, text in newest)[:LONGEST])).code
    return Thread(tuple(message(by, text, code) for by, text in newest), code)


def message(by: str, text: str, code: str) -> Message:
    seen = reading.read(text[:LONGEST])
    return Message(by, text, seen, words.of(code).read(seen), lexicon.of(code).read(seen))
