"""A score 0..100 for an author in a thread, sign by sign. It suggests a look; nobody is punished by it.

Only conduct can make a troll. Looks (TL-14 to TL-17) add at most a few points to conduct that is there already, writing
(TL-19) none, and a matter that the author tells takes points away, so that an angry customer stays one.
"""

import re
from dataclasses import dataclass

from lyhord.lib.text import N_
from lyhord.triage.heads.conduct import manner, profile, signs
from lyhord.triage.heads.conduct.signs import Sign
from lyhord.triage.heads.conduct.thread import Message, Profile, Thread

TROLL, CRITIC, ORDINARY = "troll", "critic", "ordinary"
THRESHOLD = 27
FEWEST_SOFT = 2  # signs of conduct that are needed where none is hard: one alone makes nobody a troll
NO_MATTER = 6  # points more where we asked what it is about and were told nothing
MOST_LOOKS = 5
FROM_LOOKS = 20  # points of conduct from which on looks count
PROTECTED = 20  # points of a matter told, from which on only hard signs make a troll
HARD = frozenset({"TL-04", "TL-10", "TL-11"})
HOSTILE = (
    "refuse",
    "claim",
    "demand",
    "insult",
    "taunt",
    "suggest",
    "hidden",
    "group",
    "rally",
    "aside",
    "counter",
    "twist",
)
FEWEST_TOLD = 4  # words of a sentence that tells something
HARD_CONTEMPT = 30  # points of TL-13
LOOKS = frozenset({"TL-14", "TL-15", "TL-16", "TL-17", "TL-19"})
SLIGHT = frozenset({"TL-05", "TL-12", "TL-18"})  # they weigh, and do not count as one of two
BUSY = 15.0  # posts a day, by age of the account

FIGURE = re.compile(
    r"\d{3,}|\d{1,2}[./]\d{1,2}|[£$€]\s?\d|\d\s?(?:kr|euro|€|%)|\b\d{1,2}\.\s?[a-zåäöæø]{3,}", re.IGNORECASE
)

NAMES = {
    "TL-02": N_("Misreads on purpose"),
    "TL-03": N_("Prejudice"),
    "TL-04": N_("Silly or suggestive"),
    "TL-05": N_("Shouts or swears"),
    "TL-06": N_("Demands sources and gives none"),
    "TL-07": N_("Changes the subject"),
    "TL-08": N_("Repeats"),
    "TL-09": N_("Answers a question with a question"),
    "TL-10": N_("Spreads falsehoods"),
    "TL-11": N_("Calls others in"),
    "TL-12": N_("Chooses targets"),
    "TL-13": N_("Provokes"),
    "TL-14": N_("Vague profile"),
    "TL-15": N_("No picture"),
    "TL-16": N_("Few followers"),
    "TL-17": N_("Invented name"),
    "TL-18": N_("Nothing sensible on the timeline"),
    "TL-19": N_("Poor writing"),
    "TL-21": N_("Suggestive question to staff"),
    "TL-22": N_("Suggestive invitation to staff"),
}


@dataclass(frozen=True, slots=True)
class Troll:
    score: int
    label: str
    signs: tuple[Sign, ...]
    faith: int  # points that the matter told took away
    points: int = 0  # 0..100, of conduct less faith: the score before looks are added

    def as_line(self, item: object) -> dict[str, object]:
        """The answer of `lyhord troll` for the author with this id."""
        return {
            "id": item,
            "score": self.score,
            "label": self.label,
            "signs": [one.as_line() for one in self.signs],
        }


def judge(seen: Profile, thread: Thread) -> Troll:
    found = [*of_conduct(seen, thread), *of_looks(seen, thread)]
    conduct = sum(one.points for one in found if one.id not in LOOKS)
    looks = min(sum(one.points for one in found if one.id in LOOKS), MOST_LOOKS)
    hard = any(one.id in HARD or (one.id == "TL-13" and one.points >= HARD_CONTEMPT) for one in found)
    faith = good_faith(thread.own)
    points = conduct - (faith // 2 if hard else faith)
    if conduct >= FROM_LOOKS and not faith and any(ours.reading.questions for ours, _ in thread.answered):
        points += NO_MATTER
    if not hard and (faith >= PROTECTED or weight_of(found) < FEWEST_SOFT):
        points = min(points, THRESHOLD - 1)
    is_troll = points >= THRESHOLD  # before looks are added: they turn no label
    by_conduct = bounded(points)
    if conduct >= FROM_LOOKS:
        points = points + looks if is_troll else min(points + looks, THRESHOLD - 1)
    score = bounded(points)
    told = tuple(sorted(found, key=lambda one: one.id))
    if is_troll:
        return Troll(score, TROLL, told, faith, by_conduct)
    return Troll(score, CRITIC if criticises(thread.own) else ORDINARY, told, faith, by_conduct)


def bounded(points: int) -> int:
    return max(0, min(100, points))


def weight_of(found: list[Sign]) -> int:
    """How many signs of conduct there are; one that was seen twice over counts twice."""
    return sum(counts(one) for one in found)


def counts(one: Sign) -> int:
    if one.id in LOOKS | SLIGHT or one.points <= signs.ONE_CROSS_WORD:
        return 0
    return 2 if one.is_strong else 1


def of_conduct(seen: Profile, thread: Thread) -> list[Sign]:
    rules = (
        signs.misreads, signs.prejudiced, signs.loud, signs.one_way, signs.shifts, signs.repeats, signs.counters,
        signs.spreads, signs.mobilises, signs.aims, signs.provokes,
    )  # fmt: skip
    found = [sign for rule in rules if (sign := rule(thread))] + signs.suggestive(thread)
    if is_empty_timeline(seen, found):
        found.append(Sign("TL-18", 4, (f"{seen.posts} / {seen.age_days} d",)))
    return found


def is_empty_timeline(seen: Profile, found: list[Sign]) -> bool:
    """TL-18, by what a thread and its numbers tell: very many posts a day, and here the same shouting again."""
    if not seen.posts or seen.age_days is None:
        return False
    busy = seen.posts / max(seen.age_days, 1) >= BUSY
    return busy and {"TL-05", "TL-08"} <= {one.id for one in found}


def of_looks(seen: Profile, thread: Thread) -> list[Sign]:
    found = []
    if profile.is_vague(seen):
        found.append(Sign("TL-14", 2, (seen.handle or "",)))
    if seen.has_avatar is False:
        found.append(Sign("TL-15", 1, ("–",)))
    if profile.has_few(seen):
        found.append(Sign("TL-16", 1, (str(seen.followers),)))
    if profile.is_invented(seen, thread.language):
        found.append(Sign("TL-17", 1, (seen.name or "",)))
    if slips := manner.slips(thread.own):
        found.append(Sign("TL-19", 0, tuple(slips)))
    return found


def good_faith(own: tuple[Message, ...]) -> int:
    """Points for a matter of one's own: figures, words of a case, thanks or an excuse."""
    figures = any(FIGURE.search(one.text) for one in own)
    matter = {hit.words: hit.weight for one in own for hit in one.found.hits.get("matter", ())}
    polite = any(one.of("kind") >= 1 for one in own)
    told = any(tells_a_scene(one) for one in own)
    return 10 * figures + min(20, round(6 * sum(matter.values()))) + 8 * polite + 14 * told


def tells_a_scene(one: Message) -> bool:
    """A sentence that says something of the author's own life, and is neither a question nor hostile."""
    starts = sorted(start for start in one.reading.starts if start < len(one.reading.words))
    ends = [*starts[1:], len(one.reading.words)]
    hostile = {hit.place for name in HOSTILE for hit in one.found.hits.get(name, ())}
    mine = {hit.place for name in ("me", "own_case") for hit in one.plain.hits.get(name, ())}
    return any(
        end - start >= FEWEST_TOLD
        and start not in one.reading.asking
        and not mine.isdisjoint(range(start, end))
        and hostile.isdisjoint(range(start, end))
        for start, end in zip(starts, ends, strict=True)
    )


def criticises(own: tuple[Message, ...]) -> bool:
    """Something is wrong, says the author: by words of trouble or anger, or by a loud voice."""
    trouble = sum(one.of("cross", "trouble", "insult", "claim") for one in own)
    told = sum(one.plain.of(name) for one in own for name in ("anger", "trouble", "again", "bad", "swear"))
    asked = any(one.of("demand") >= 1 for one in own)
    return trouble + 0.5 * told + asked >= 1.5
