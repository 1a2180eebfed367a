"""A customer's tone and topics over contacts (CO-09 to CO-11): angrier and angrier, or further and further afield."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lyhord.lib.text import N_
from lyhord.triage.heads.conduct import manner
from lyhord.triage.heads.conduct.thread import AUTHOR, BRAND, Message, message
from lyhord.triage.reasons import Reason

MOST_CONTACTS = 100  # the newest
CROSS = 2.0  # anger from which on a contact is cross
RISE = 1.0  # anger above the first contact, from which on the tone has risen
FEWEST = 3  # contacts, below which nothing escalates
FURTHER = 2  # topics beyond the first
LONGEST_ITEM = 3  # words of a thing in a list
FEWEST_ITEMS = 3  # that make a list
SHORTEST_TOPIC = 4  # letters
SAME_STEM = 4  # letters that two forms of a word share

SENTENCE = re.compile(r"[^.!?:;–—\n]+[.!?]*")
PART = re.compile(r",|(?<!\w)(?:och|ja|og|and|sekä|samt|or|eller|tai)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Contact:
    text: str
    reply: str | None = None  # None: nobody answered


@dataclass(frozen=True, slots=True)
class Read:
    """One contact, read."""

    said: Message
    reply: Message | None
    anger: float
    topics: frozenset[str]  # what is taken up here and was not before, as stems
    answered: bool  # the reply says something to the matter


@dataclass(frozen=True, slots=True)
class Tone:
    escalating: bool
    spreading: bool
    flag_at: int | None  # place of the contact at which somebody senior should have looked; never the first
    anger: tuple[float, ...]  # by contact, for the curve
    reasons: tuple[Reason, ...]

    def as_line(self, item: object) -> dict[str, object]:
        """The answer of `lyhord tone` for the person with this id."""
        return {
            "id": item,
            "escalating": self.escalating,
            "spreading": self.spreading,
            "flag_at": self.flag_at,
            "reasons": [reason.as_line() for reason in self.reasons],
        }


def judge(contacts: Sequence[Contact], code: str) -> Tone:
    """`contacts`: of one person, in the order of time. `code`: the language they are written in."""
    skipped = max(len(contacts) - MOST_CONTACTS, 0)
    seen = read(contacts[skipped:], code)
    escalating, spreading = escalates(seen), spreads(seen)
    flag = next((place for place in range(1, len(seen)) if flags(seen[: place + 1])), None)
    if flag is None and (escalating or spreading):
        flag = len(seen) - 1
    at = flag + skipped if flag is not None and (escalating or spreading) else None
    anger = tuple(round(one.anger, 1) for one in seen)
    return Tone(escalating, spreading, at, anger, reasons(seen, escalating=escalating, spreading=spreading))


def read(contacts: Sequence[Contact], code: str) -> list[Read]:
    seen: list[Read] = []
    known: set[str] = set()
    earlier: str | None = None
    for contact in contacts:
        said = message(AUTHOR, contact.text, code)
        reply = message(BRAND, contact.reply, code) if contact.reply else None
        topics = taken_up(said, known, code) if seen else frozenset()
        known |= {stem(word) for word in said.reading.words if len(word) >= SHORTEST_TOPIC}
        again = reply is not None and reply.text.strip() == earlier
        seen.append(Read(said, reply, anger(said), topics, is_answer(said, reply, again=again)))
        earlier = reply.text.strip() if reply else earlier
    return seen


def anger(said: Message) -> float:
    """From 0; 2 is cross, 4 is furious. Words first, the voice next; a word of thanks takes little away."""
    told = said.of("cross") + 0.4 * said.of("insult") + 0.5 * min(said.plain.of("anger"), 3.0)
    told += 1.0 * manner.swears(said) + 1.5 * manner.shouts(said) + 0.3 * min(said.plain.of("abuse"), 3.0)
    told += 0.5 * ("?!" in said.text or "!?" in said.text or "!!" in said.text)
    return max(told - 0.8 * min(said.of("kind"), 1.5), 0.0)


def is_answer(said: Message, reply: Message | None, *, again: bool) -> bool:
    """Whether a reply answers: no stock phrase, not the last one again, no errand for who asked how things are run."""
    if reply is None or again:
        return False
    if is_errand(said, reply):
        return False
    return not (reply.of("stall") >= 0.5 and reply.of("solved") < 1)


def is_errand(said: Message, reply: Message) -> bool:
    """CO-03, CO-04: who asks why things are as they are is told whom to ask about the single case."""
    asked = (
        said.plain.of("why_word") + said.plain.of("idea") + said.plain.of("corp") + said.plain.of("ask_word")
    )
    return reply.of("advice") >= 1 and asked >= 1


def escalates(seen: Sequence[Read]) -> bool:
    """Angrier at the end than in the beginning, over three contacts, and not calmed down."""
    if len(seen) < FEWEST:
        return False
    course = [one.anger for one in seen]
    peak = max(course[1:])
    last = course[-1]
    return last >= CROSS and last >= course[0] + RISE and last >= 0.6 * peak


def spreads(seen: Sequence[Read]) -> bool:
    """Two topics or more beyond the first, after an answer that answered nothing, by somebody with a grievance."""
    if len(seen) < 2:
        return False
    if not any(not one.answered for one in seen[:-1]) and not is_pressing(seen):
        return False
    if is_content(seen):
        return False
    further = set[str]().union(*(one.topics for one in seen[1:]))
    return len(further) >= FURTHER


def is_pressing(seen: Sequence[Read]) -> bool:
    return seen[0].said.of("trouble") >= 1 or max(one.anger for one in seen) >= CROSS


def is_content(seen: Sequence[Read]) -> bool:
    """Friendly curiosity: thanks without a cross word, or each answer an answer and nothing wrong from the start."""
    thanked = any(one.said.of("kind") >= 1 and one.anger < 1 for one in seen[1:])
    return (thanked and max(one.anger for one in seen) < CROSS) or (
        not is_pressing(seen) and all(one.answered for one in seen[:-1])
    )


def taken_up(said: Message, known: set[str], code: str) -> frozenset[str]:
    """What this contact takes up: things in a list, and what stands behind "and what about"."""
    found: set[str] = set()
    for sentence in SENTENCE.findall(said.text):
        parts = [message(AUTHOR, part.strip(), code) for part in PART.split(sentence) if part.strip()]
        items = [part for part in parts if is_item(part)]
        listing = len(items) >= FEWEST_ITEMS
        asks = sentence_asks(said, sentence)
        before = False
        for part in parts:
            before = asks or adds(said, part.text) or (is_item(part) and (listing or before))
            if before and (thing := new_thing(part, known | found)):
                found.add(thing)
    return frozenset(found)


def is_item(part: Message) -> bool:
    """A thing in a list is short; anger is none."""
    return 0 < len(part.reading.words) <= LONGEST_ITEM and part.of("cross") < 0.5


def new_thing(part: Message, known: set[str]) -> str | None:
    words = [word for word in part.reading.words if is_thing(word, part)]
    new = [word for word in words if stem(word) not in known]
    return stem(max(new, key=len)) if new and len(new) >= 0.5 * len(words) else None


def sentence_asks(said: Message, sentence: str) -> bool:
    return sentence.rstrip().endswith("?") and said.of("also") >= 1


def adds(said: Message, part: str) -> bool:
    words = set(part.lower().split())
    return any(set(hit.words.split()) <= words for hit in said.found.hits.get("also", ()))


def is_thing(word: str, here: Message) -> bool:
    if len(word) < SHORTEST_TOPIC or not word.isalpha():
        return False
    empty = ("also", "cross", "kind", "stall", "solved", "advice", "general")
    return not any(word == hit.words for name in empty for hit in here.found.hits.get(name, ()))


def stem(word: str) -> str:
    return word[: max(SAME_STEM, len(word) - 3)][:7]


def flags(seen: Sequence[Read]) -> bool:
    """Whether the last of these contacts is the one to look at: clearly crosser than the first, and not answered before."""
    last = seen[-1]
    unmet = any(not one.answered for one in seen[:-1])
    rising = last.anger >= max(CROSS, seen[0].anger + RISE) and unmet
    return rising or spreads(seen)


def reasons(seen: Sequence[Read], *, escalating: bool, spreading: bool) -> tuple[Reason, ...]:
    told = []
    if escalating:
        worst = max(range(len(seen)), key=lambda place: seen[place].anger)
        told.append(angrier(seen[worst], worst + 1))
        course = " – ".join(f"{one.anger:.1f}" for one in seen)
        told.append(Reason("CO-10", 0, N_("Anger contact by contact: %(course)s."), {"course": course}))
    if spreading:
        number = sum(len(one.topics) for one in seen[1:])
        why = N_("Takes up %(number)s further topics after an answer that did not satisfy.")
        if number < FURTHER:  # no list or question names them
            why = N_("Moves from matter to matter after an answer that did not satisfy.")
        told.append(Reason("CO-11", 0, why, {"number": number}))
    if escalating or spreading:
        unmet = next((place for place, one in enumerate(seen) if not one.answered), None)
        if unmet is not None:
            told.append(unanswered(seen[unmet], unmet + 1))
    return tuple(told)


def angrier(one: Read, number: int) -> Reason:
    words = one.said.found.strongest("cross")
    if one.anger < RISE:  # no word of the lists shows it
        return Reason("CO-09", 0, N_("The tone is angrier at the end than in the first contact."))
    why = N_("The tone is angrier in contact %(number)s than in the first (%(words)s).")
    return Reason("CO-09", 0, why, {"number": number, "words": words or "!"})


def unanswered(one: Read, number: int) -> Reason:
    if one.reply is None:
        return Reason("CO-08", 0, N_("Nobody answered contact %(number)s."), {"number": number})
    if is_errand(one.said, one.reply):
        why = N_(
            "Contact %(number)s asked how things are run; the answer was for the single case (%(words)s)."
        )
        return Reason("CO-04", 0, why, {"number": number, "words": one.reply.text[:80]})
    why = N_("The answer to contact %(number)s answered nothing (%(words)s).")
    return Reason("CO-09", 0, why, {"number": number, "words": one.reply.text[:80]})
