"""The signs of TL-02 to TL-13, each with its evidence in the author's own words."""

from collections import Counter
from dataclasses import dataclass

from lyhord.triage.heads.conduct import manner
from lyhord.triage.heads.conduct.thread import OTHER, Message, Thread

LONGEST_QUOTE = 160  # characters
ALIKE = 0.75  # share of the shorter message's words that stand in the longer one
FEWEST_WORDS = 4  # of ours, from which on a message of ours is an answer that can be misread
TAGGED = 3  # people called in one message
ONE_CROSS_WORD = 10  # points of an insult in one message, without glee: angry customers write one
ECHOES = 2  # others who write the same


@dataclass(frozen=True, slots=True)
class Sign:
    id: str
    points: int  # towards the score; looks and manner have few
    evidence: tuple[str, ...]  # quotes, or what the profile shows
    is_strong: bool = False  # seen twice over, or owned to

    def as_line(self) -> dict[str, str | int]:
        return {"id": self.id, "points": self.points, "evidence": " / ".join(self.evidence)}


def quote(*messages: Message) -> tuple[str, ...]:
    texts = dict.fromkeys(" ".join(message.text.split()) for message in messages)
    return tuple(t if len(t) <= LONGEST_QUOTE else t[: LONGEST_QUOTE - 1].rstrip() + "…" for t in texts)


def are_alike(one: Message, other: Message) -> bool:
    """Near-duplicates. Two words must be the same words, and a word of thanks repeats nothing."""
    few, many = sorted((set(one.reading.words), set(other.reading.words)), key=len)
    if len(few) < 2:
        return len(few) == 1 and few == many and not one.of("kind") and len(min(few)) > 4
    if one.of("kind") or other.of("kind"):
        return few == many and len(few) > 5
    return few == many if len(few) == 2 else len(few & many) >= ALIKE * len(few)


def repeated(thread: Thread) -> list[tuple[Message, Message]]:
    own = thread.own
    return [(own[i], own[j]) for j in range(len(own)) for i in range(j) if are_alike(own[i], own[j])]


def misreads(thread: Thread) -> Sign | None:
    """TL-02: what we have just answered is told as the contrary, or asked again as if nothing had been said."""
    twisted = [one for one in thread.own if one.of("twist") >= 1.2]
    answers = {
        id(one) for ours, one in thread.answered if is_answer(ours) and not ours.of("stall")
    }  # a stock phrase is no answer, and who asks again after it misreads nothing
    again = [later for _, later in repeated(thread) if id(later) in answers]
    dodging = [one for one in thread.own if id(one) in answers and one.of("counter") >= 1.2]
    after = [one for one in twisted if id(one) in answers]
    total = len(twisted) + 0.5 * len(after) + 0.5 * bool(again) + 0.5 * bool(dodging)
    if not twisted and not (again and dodging):
        return None
    is_strong = total >= 2
    return (
        Sign("TL-02", 30 if is_strong else 24, quote(*twisted, *again), is_strong) if total >= 1.0 else None
    )


def is_answer(ours: Message) -> bool:
    return len(ours.reading.words) >= FEWEST_WORDS


def prejudiced(thread: Thread) -> Sign | None:
    """TL-03: something said of all of a group. Who asks about a group says nothing of it."""
    said = [one for one in thread.own if generalises(one)]
    return Sign("TL-03", 25, quote(*said)) if said else None


def generalises(message: Message) -> bool:
    groups = message.found.hits.get("group", ())
    if not groups or message.of("general") < 1:
        return False
    starts = sorted(message.reading.starts)
    sentences = {max((start for start in starts if start <= hit.place), default=0) for hit in groups}
    return not sentences <= message.reading.asking


def suggestive(thread: Thread) -> list[Sign]:
    """TL-04 with TL-21 and TL-22: lines that belong to no matter of ours, aimed at the person who answers."""
    lines = [one for one in thread.own if one.of("suggest") >= 0.8]
    if sum(one.of("suggest") for one in lines) < 2:
        return []
    return [
        Sign("TL-04", 30, quote(*lines)),
        Sign("TL-21", 6, quote(*lines)),
        Sign("TL-22", 6, quote(*lines)),
    ]


def loud(thread: Thread) -> Sign | None:
    said = [one for one in thread.own if manner.shouts(one) or manner.swears(one)]
    return Sign("TL-05", 6, quote(*said)) if said else None


def one_way(thread: Thread) -> Sign | None:
    """TL-06: proof demanded, and none given: no link, no number, nothing attached."""
    asked = [one for one in thread.own if one.of("demand") >= 1]
    if not asked or any(shows(one) for one in thread.own):
        return None
    refused = sum(one.of("refuse") for one in thread.own) >= 1
    claimed = sum(one.of("claim") for one in thread.own) >= 1
    if len(asked) < 2 and not refused and not claimed:
        return None
    # Proof of ours was linked, and more is demanded: nothing would do.
    insatiable = any(ours.reading.links and one.of("demand") >= 1 for ours, one in thread.answered)
    is_strong = refused or insatiable
    return Sign("TL-06", 30 if is_strong else 25, quote(*asked), is_strong)


def shows(message: Message) -> bool:
    figures = any(len(word) >= 2 and word[0].isdigit() for word in message.reading.words)
    return bool(message.reading.links) or figures or message.of("matter") >= 2


def shifts(thread: Thread) -> Sign | None:
    """TL-07: another matter the moment that one was answered."""
    away = [
        one
        for ours, one in thread.answered
        if one.of("aside") >= 1.2
        and (one.reading.questions or one.of("aside") >= 2)
        and not one.of("kind")
        and is_new(thread, one)
    ]
    is_strong = len(away) >= 2
    return Sign("TL-07", 26 if is_strong else 14, quote(*away), is_strong) if away else None


def is_new(thread: Thread, message: Message) -> bool:
    before: set[str] = set()
    for one in thread.messages:
        if one is message:
            break
        before |= {word[:6] for word in one.reading.words if len(word) > 4}
    here = {word[:6] for word in message.reading.words if len(word) > 4}
    return not here or len(here & before) <= 0.6 * len(here)


def repeats(thread: Thread) -> Sign | None:
    pairs = repeated(thread)
    quoted = quote(*(one for pair in pairs for one in pair))
    only_noise = len(thread.own) >= 3 and all(manner.shouts(one) for one in thread.own)
    if not pairs or (len(pairs) < 3 and not only_noise):  # three messages alike are three pairs
        return Sign("TL-08", 12, quoted) if pairs else None
    return Sign("TL-08", 24, quoted, is_strong=True)


def counters(thread: Thread) -> Sign | None:
    """TL-09: a question for an answer. A number given, or a matter told, answers."""
    back = []
    for ours, one in thread.answered:
        if not one.reading.questions or shows(one):
            continue
        only = bool(one.reading.starts & one.reading.asking) and is_only_questions(one)
        short = one.of("aside") >= 1.5 or (one.of("demand") >= 1 and one.of("counter") < 1)
        if one.of("counter") >= 1.2 or (ours.reading.questions and only and not short):
            back.append(one)
    return Sign("TL-09", 16, quote(*back)) if back else None


def is_only_questions(message: Message) -> bool:
    full = {start for start in message.reading.starts if start < len(message.reading.words)}
    return full <= message.reading.asking


def spreads(thread: Thread) -> Sign | None:
    """TL-10: a link or a claim to be passed on as what others hide."""
    hidden = sum(one.of("hidden") for one in thread.own)
    passed = sum(one.of("share") for one in thread.own)
    linked = [one for one in thread.own if one.reading.links]
    doubted = any(one.by == OTHER and one.of("hidden") >= 0.7 for one in thread.messages)
    weight = min(hidden, 2) + min(passed, 2) + bool(linked) + 0.5 * doubted
    if weight < 2.4 or not (hidden >= 0.7 or passed >= 1) or not (linked or hidden >= 1 <= passed):
        return None
    return Sign(
        "TL-10", 30, quote(*(one for one in thread.own if one.reading.links or one.of("share", "hidden")))
    )


def mobilises(thread: Thread) -> Sign | None:
    """TL-11: people called in to write the same, and those who do."""
    calls = [one for one in thread.own if one.of("rally") >= 1]
    rally = max((one.of("rally") for one in thread.own), default=0.0)
    tagged = max((len(one.reading.mentions) for one in thread.own), default=0) >= TAGGED
    texts = Counter(" ".join(one.reading.words) for one in thread.messages if one.by == OTHER)
    echoed = max(texts.values(), default=0) >= ECHOES
    called = calls and rally >= 1.5 and (rally >= 2) + tagged + echoed >= 2
    # Many people called and, asked what it is about, no matter told.
    empty = tagged and bool(thread.answered) and rally >= 0.5 and not any(shows(one) for one in thread.own)
    if not called and not empty:
        return None
    calls = calls or [one for one in thread.own if len(one.reading.mentions) >= TAGGED]
    return Sign("TL-11", 42, quote(*calls))


def aims(thread: Thread) -> Sign | None:
    """TL-12: the place and the hour chosen for who looks on."""
    seen = [one for one in thread.own if one.of("audience") >= 1]
    return Sign("TL-12", 12, quote(*seen)) if sum(one.of("audience") for one in seen) >= 1.4 else None


def provokes(thread: Thread) -> Sign | None:
    """TL-13: contempt for people, and glee at their anger. One cross word is a cross word: points follow how much."""
    said = [one for one in thread.own if contempt(one) >= 1]
    total = sum(min(contempt(one), 4.0) for one in said)
    if total < 2:
        return None
    if len(said) < 2 and sum(one.of("taunt") for one in said) < 1:
        return Sign("TL-13", ONE_CROSS_WORD, quote(*said))
    stirred = any(one.by == OTHER for one in thread.messages)
    return Sign("TL-13", min(45, round(9 * total + 4 * stirred)), quote(*said), is_strong=True)


def contempt(message: Message) -> float:
    return (
        message.of("insult", "taunt") + 0.5 * min(message.plain.of("abuse"), 3.0) + message.plain.of("threat")
    )
