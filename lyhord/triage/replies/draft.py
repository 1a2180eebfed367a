"""A drafted reply read once: its words in small letters at their own places, its sentences, its signature."""

import re
import unicodedata
from dataclasses import dataclass

from lyhord.triage.replies.phrases import Span, has, spans

LONGEST = 20_000  # characters that are looked at; no network takes a longer reply
# What stands where words were blanked out; neither is in any text that people send.
FEELING, STOCK = "\0", "\1"
SENTENCE = re.compile(r"[^.!?…\n]*(?:(?<=\d)[.:](?=\d)[^.!?…\n]*|(?<=\bkl)\.[^.!?…\n]*)*[.!?…\n]*")
SOCIAL_FACES = re.compile(r"[\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\ufe0f\u200d]")
# A name after a stroke or a sign: "/Mia", "– Omar K", "^AL"; or alone behind words of farewell.
SIGNED = re.compile(
    r"(?:(?<=[\s.!?)…])|^)[ \t]*(?:[/^~]|[-–—]{1,2}[ \t]?|(?<!\w)t\.[ \t]?)[ \t]?"
    r"([^\W\d_][\w'’-]{0,30}(?:[ \t]+[^\W\d_][\w.'’-]{0,30}){0,2})[ \t]*$"
)
LAST_WORDS = re.compile(r"([^\n.!?]{1,60})[\n,.!?]*\s*$")
NAME = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*")
NOBODY = re.compile(
    r"(?:^|[\s-])(?:team|teamet|tiimi|some-tiimi|some|kundtjänst\w*|kundservice|kundeservice|kundecenter|asiakaspalvelu\w*|"
    r"support\w*|customer|service|care|social|redaktion\w*|admin|webb?red\w*|\w*-?tiimi|\w*team\w*|yllapito|ylläpito)(?:$|\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    rest: str  # in small letters, what is no sympathy, greeting or stock phrase blanked out at its place
    void: bool  # it held sympathy or a greeting


@dataclass(frozen=True, slots=True)
class Draft:
    text: str
    small: str  # as long as the text, so that places are the same
    language: str
    body: int  # where the signature begins, or the end
    signature: str  # a person's name, or ""
    sentences: tuple[Sentence, ...]


def read(text: str, language: str) -> Draft:
    seen = text[:LONGEST]
    small = lowered(seen)
    body, name = signed(seen, small, language)
    blanked = blank(small[:body], spans(language, ("non_social",), small[:body]), STOCK)
    blanked = blank(blanked, spans(language, ("empathy", "social"), small[:body]), FEELING)
    found = tuple(
        Sentence(
            hit.start(),
            hit.end(),
            blanked[hit.start() : hit.end()],
            FEELING in blanked[hit.start() : hit.end()],
        )
        for hit in SENTENCE.finditer(small[:body])
        if any(map(str.isalnum, hit[0]))
    )
    return Draft(seen, small, language, body, name, found)


def lowered(text: str) -> str:
    """In small letters, each at the place it had; one kind of apostrophe. `İ` and its like stay, since they grow."""
    signs = (sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return "".join(signs).replace("’", "'")


def blank(small: str, found: list[Span], sign: str) -> str:
    letters = list(small)
    for start, end in found:
        letters[start:end] = sign * (end - start)
    return "".join(letters)


def signed(text: str, small: str, language: str) -> tuple[int, str]:
    """Where the signature begins, and the person that it names; "" where it names a team or nobody."""
    bare = SOCIAL_FACES.sub(" ", text).rstrip()
    if hit := SIGNED.search(bare):
        return hit.start(), "" if NOBODY.search(hit[1]) else hit[1]
    last = LAST_WORDS.search(bare)
    if last is None:
        return len(text), ""
    words = NAME.findall(last[1])
    before = small[: last.start(1)].rstrip(" \n,").rsplit("\n", 1)[-1].rsplit(".", 1)[-1].strip()
    for count in (1, 2):  # "Mvh Anna", "Best regards,\nAnna Berg"
        if len(words) < count or not all(word[0].isupper() for word in words[-count:]):
            break
        name = " ".join(words[-count:])
        greeting = last[1].lower().removesuffix(name.lower()).strip(" ,") or before
        if has(language, "closing", greeting) and len(greeting) < 40:
            start = last.start(1) if last[1].strip() != name else small.rfind(greeting, 0, last.start(1))
            return max(start, 0), "" if NOBODY.search(name) else name
    return len(text), ""


def composed(text: str) -> tuple[str, list[int]]:
    """Letters with their marks as one character, and for each the place in the text that it came from, and the end."""
    if unicodedata.is_normalized("NFC", text):
        return text, list(range(len(text) + 1))
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        joined = (
            unicodedata.normalize("NFC", signs[-1] + sign) if signs and unicodedata.combining(sign) else ""
        )
        if len(joined) == 1:
            signs[-1] = joined
        else:
            signs.append(sign)
            places.append(place)
    return "".join(signs), [*places, len(text)]
