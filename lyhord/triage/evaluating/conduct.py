"""Trolls and tone on labelled sets: the figures that the sets' own descriptions ask for, by language."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lyhord.triage import tone_door, troll_door
from lyhord.triage.evaluating import scores, sets
from lyhord.triage.evaluating.rows import Row
from lyhord.triage.evaluating.sets import Item
from lyhord.triage.heads.conduct import judging, thread, toning
from lyhord.triage.heads.conduct.tone import Tone
from lyhord.triage.heads.conduct.troll import CRITIC, TROLL, Troll
from lyhord.triage.learned import scenes

OWN = sets.TESTS / "conduct"
# Written after the rules were settled: the first of them was then read to widen the lists, for the last no list was changed, and one rule (TL-06).
LATE = {"fresh": "own, nineteen late scenes", "last": "own, ten last scenes"}
TUNED, HELD, EXAM = "own, tuned on", "own, held back", "own, by other writers"
AUTHORS_TUNED = scenes.PLACE / "trolls" / "plain.jsonl"
PARTS = (
    (TUNED, AUTHORS_TUNED, scenes.PLACE / "contacts" / "plain.jsonl"),
    (HELD, OWN / "authors_held.jsonl", OWN / "contacts_held.jsonl"),
    (EXAM, OWN / "authors_exam.jsonl", OWN / "contacts_exam.jsonl"),
)


@dataclass(frozen=True, slots=True)
class Told:
    item: Item
    troll: Troll


T = TypeVar("T", Told, tuple[Item, Tone])


def judged(items: Sequence[Item]) -> list[Told]:
    return [
        Told(
            item,
            judging.judge(troll_door.profile(item), thread.read(troll_door.messages(item), item["lang"])),
        )
        for item in items
    ]


def toned(items: Sequence[Item]) -> list[tuple[Item, Tone]]:
    return [(item, toning.judge(tone_door.contacts(item), item["lang"])) for item in items]


def own_rows() -> list[Row]:
    found: list[Row] = []
    for name, authors, contacts in PARTS:
        found += by_language(name, judged(sets.read(authors)), troll_rows)
        found += by_language(name, toned(sets.read(contacts)), tone_rows)
    for end, name in LATE.items():
        found += troll_rows(name, "", judged(sets.read(OWN / f"authors_{end}.jsonl")))
    hard = judged(sets.read(OWN / "critics.jsonl"))
    taken = sum(one.troll.label == TROLL for one in hard) / len(hard)
    return [
        *found,
        Row("troll", "critics who look like trolls", "", "critics called trolls", taken, len(hard)),
    ]


def by_language(name: str, told: list[T], measure: Callable[[str, str, list[T]], Iterator[Row]]) -> list[Row]:
    found = list(measure(name, "", told))
    for lang in sets.LANGUAGES:
        here = [one for one in told if item_of(one)["lang"] == lang]
        found += measure(name, lang, here) if here else ()
    return found


def item_of(told: Told | tuple[Item, Tone]) -> Item:
    return told.item if isinstance(told, Told) else told[0]


def troll_rows(name: str, lang: str, told: list[Told]) -> Iterator[Row]:
    truth = [one.item["label"] == TROLL for one in told]
    critics = [one for one in told if one.item["label"] == CRITIC]
    if any(truth) and not all(truth):
        area = scores.area([one.troll.score for one in told], truth)
        yield Row("troll", name, lang, "AUC", area, len(told))
        found = scores.of_yes(truth, [one.troll.label == TROLL for one in told])
        yield Row("troll", name, lang, "precision of trolls", found.precision, len(told))
        yield Row("troll", name, lang, "recall of trolls", found.recall, sum(truth))
    if critics:
        taken = sum(one.troll.label == TROLL for one in critics) / len(critics)
        yield Row("troll", name, lang, "critics called trolls", taken, len(critics))
    want = {(one.item["id"], sign) for one in told for sign in one.item["signs"]}
    got = {(one.item["id"], sign.id) for one in told for sign in one.troll.signs}
    both = 2 * len(want & got) / (len(want) + len(got)) if want | got else 0.0
    yield Row("troll", name, lang, "signs micro F1", both, len(want))


def tone_rows(name: str, lang: str, told: list[tuple[Item, Tone]]) -> Iterator[Row]:
    rising, wide = [one["escalating"] for one, _ in told], [one["spreading"] for one, _ in told]
    if any(rising):
        found = scores.of_yes(rising, [said.escalating for _, said in told])
        yield Row("tone", name, lang, "escalating F1", found.f1, len(told))
    if any(wide):
        found = scores.of_yes(wide, [said.spreading for _, said in told])
        yield Row("tone", name, lang, "spreading F1", found.f1, len(told))
    places = [said.flag_at for item, said in told if item["escalating"] and said.flag_at is not None]
    if places and not lang:
        mean = sum(place + 1 for place in places) / len(places)
        yield Row("tone", name, lang, "contacts until the flag, mean", mean, len(places))
