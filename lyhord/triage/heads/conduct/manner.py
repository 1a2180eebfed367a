"""How a message is written: shouting, swearing, misspelling. Manner says little about faith and weighs little."""

import re
from collections import Counter

from lyhord.triage.heads.conduct.thread import Message

DRAWN_OUT = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
EXCLAIMED = re.compile(r"!{3}")
SENTENCE = re.compile(r"[^.!?\n]+")
LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
FEWEST_LETTERS = 10
CAPITALS = 0.6
FEWEST_SLIPS = 1.4  # points


def shouts(message: Message) -> bool:
    """TL-05: letter runs of three, `!!!`, or a sentence of ten letters or more that is mostly capitals."""
    text = LINK.sub(" ", message.text)
    if DRAWN_OUT.search(text) or EXCLAIMED.search(text):
        return True
    return any(is_loud(part) for part in [text, *SENTENCE.findall(text)])


def is_loud(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return len(letters) >= FEWEST_LETTERS and sum(map(str.isupper, letters)) >= CAPITALS * len(letters)


def swears(message: Message) -> bool:
    return message.plain.of("swear") >= 0.9


def slips(messages: tuple[Message, ...]) -> list[str]:
    """TL-19: words that are spelt against the norm. It never counts towards the score (fairness)."""
    found = Counter[str]()
    for message in messages:
        for hit in message.found.hits.get("slip", ()):
            found[hit.words] = max(found[hit.words], int(10 * hit.weight))
    return list(found) if sum(found.values()) >= 10 * FEWEST_SLIPS else []
