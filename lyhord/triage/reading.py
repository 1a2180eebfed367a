"""A post read once: its words, sentence starts, signs and names, for all heads to share."""

import re
import unicodedata
from dataclasses import dataclass

# Heads that look at words read this far; privacy reads the whole text. A customer's matter stands before that.
READ_CHARACTERS = 20_000
LONGEST_WORD = 40

LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,2000}|(?<![\w@.-])[^\W_]{2,30}\.example(?:/[^\s<>\"]{0,2000})?"
)
MENTION = re.compile(r"(?<![\w@/.])@\w[\w.-]{0,63}(?:@[\w.-]{1,253})?")
HASHTAG = re.compile(r"(?<![\w#&])#(\w{1,100})")
UNSEEN = re.compile(r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
COMBINED = re.compile(r"([^\W\d_])([\u0300-\u036f]{1,3})[\u0300-\u036f]{0,1000}")
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,200}")
QUOTED = re.compile(r"[\"“”«»„][^\"“”«»„\n]{2,200}[\"“”«»„]")
TOKEN = re.compile(
    r"[^\W_]+(?:['’:\-][^\W_]+)*|[.!?…\n]+|[\u2600-\u27bf\U0001f1e6-\U0001f1ff]{2}|[\u2600-\u27bf\U0001f300-\U0001faff\u2b50]"
)
ENDS = ".!?…\n"


@dataclass(frozen=True, slots=True)
class Reading:
    text: str
    plain: str  # without links, mentions, hash signs and unseen characters, composed
    words: tuple[str, ...]
    starts: frozenset[int]  # places in `words` at which a sentence begins
    asking: frozenset[int]  # places of the starts of those sentences that end with a question mark
    questions: int
    exclamations: int
    shouting: bool
    quoting: bool  # somebody else's words in quotation marks, mostly ours
    mentions: tuple[str, ...]
    hashtags: tuple[str, ...]
    links: tuple[str, ...]
    opens_with_mention: bool


def read(text: str) -> Reading:
    seen = text[:READ_CHARACTERS]
    links = tuple(LINK.findall(seen)) if "." in seen else ()
    plain = LINK.sub(" ", seen) if links else seen
    mentions = tuple(MENTION.findall(plain)) if "@" in plain else ()
    if mentions:
        plain = MENTION.sub(" ", plain)
    hashtags = tuple(HASHTAG.findall(plain)) if "#" in plain else ()
    plain = composed(plain.replace("#", ""))
    words, starts, asking = tokens(DRAWN_OUT.sub(r"\1", plain.lower()))
    return Reading(
        text=text,
        plain=plain,
        words=words,
        starts=starts,
        asking=asking,
        questions=plain.count("?"),
        exclamations=plain.count("!"),
        shouting=shouts(plain),
        quoting=bool(QUOTED.search(plain)),
        mentions=mentions,
        hashtags=hashtags,
        links=links,
        opens_with_mention=seen.lstrip().startswith("@"),
    )


def composed(text: str) -> str:
    """Letters with their marks as one character, and nothing that takes no room; long piles of marks are cut."""
    if text.isascii():
        return text
    return COMBINED.sub(lambda found: unicodedata.normalize("NFC", found[1] + found[2]), UNSEEN.sub("", text))


def tokens(text: str) -> tuple[tuple[str, ...], frozenset[int], frozenset[int]]:
    words: list[str] = []
    starts, asking = {0}, set()
    start = 0
    for token in TOKEN.findall(text):
        if token[0] not in ENDS:
            words.append(token[:LONGEST_WORD].replace("’", "'"))
        elif len(words) > start:
            if "?" in token:
                asking.add(start)
            start = len(words)
            starts.add(start)
    return tuple(words), frozenset(starts), frozenset(asking)


def shouts(text: str) -> bool:
    """Whether most of a text of some length is written in capitals."""
    if text == text.lower():
        return False
    capitals = sum(map(str.isupper, text[:500]))
    return capitals >= 12 and capitals > 2 * sum(map(str.islower, text[:500]))
