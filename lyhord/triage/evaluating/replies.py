"""Reply checks on labelled replies: macro F1 of the five codes that sets label, and false alarms where none holds, by language."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lyhord.triage.evaluating import scores, sets
from lyhord.triage.evaluating.rows import Row
from lyhord.triage.learned.scenes import PLACE
from lyhord.triage.replies.check import check

OWN = PLACE / "replies" / "plain.jsonl"
EXAM = sets.TESTS / "replies_exam.jsonl"
CODES = (
    "apology_only",
    "non_social_phrase",
    "missing_next_step",
    "answer_level_mismatch",
    "sender_perspective",
)
HEAD = "reply_check"


@dataclass(frozen=True, slots=True)
class Checked:
    lang: str
    labels: frozenset[str]
    told: frozenset[str]  # of CODES; further codes of ours are labelled by no set


def checked(items: Sequence[sets.Item]) -> list[Checked]:
    return [
        Checked(
            item["lang"],
            frozenset(code for code in CODES if item[code]),
            frozenset(one.code for one in check(item["post"], item["reply"], language=item["lang"]))
            & frozenset(CODES),
        )
        for item in items
    ]


def macro_f1(found: Sequence[Checked]) -> float:
    """Mean F1 of the codes that occur in the labels; in a small set of one language some do not."""
    occurring = [code for code in CODES if any(code in one.labels for one in found)]
    if not occurring:
        return 0.0
    return sum(f1(found, code) for code in occurring) / len(occurring)


def f1(found: Sequence[Checked], code: str) -> float:
    return scores.of_yes([code in one.labels for one in found], [code in one.told for one in found]).f1


def false_alarms(found: Sequence[Checked]) -> float:
    """The share of clean replies, on which none of the codes holds, that get any of them."""
    clean = [one for one in found if not one.labels]
    return sum(bool(one.told) for one in clean) / len(clean) if clean else 0.0


def of_set(name: str, items: Sequence[sets.Item]) -> list[Row]:
    started = time.perf_counter()
    found = checked(items)
    spent = 1000 * (time.perf_counter() - started) / max(len(items), 1)
    told = [Row(HEAD, name, "", f"F1 {code}", f1(found, code), len(found)) for code in CODES]
    for lang in ("", *sets.LANGUAGES):
        here = [one for one in found if lang in ("", one.lang)]
        if here:
            told.append(Row(HEAD, name, lang, "macro F1", macro_f1(here), len(here)))
            told.append(Row(HEAD, name, lang, "false alarms on clean replies", false_alarms(here), len(here)))
    return [*told, Row(HEAD, name, "", "milliseconds a reply", spent, len(found))]


def own(part: str) -> list[sets.Item]:
    return [item for item in sets.read(OWN) if item["part"] == part]


def rows(data: Path) -> list[Row]:
    """Own replies by part, and the set beside the repository where it is there."""
    told = [row for part in parts() for row in of_set(f"own replies, {part}", own(part))]
    told += of_set("own replies, by other writers", sets.read(EXAM))
    beside = data / "reply-check" / "replies.jsonl"
    return told + (of_set("reply-check", sets.read(beside)) if beside.exists() else [])


def parts() -> list[str]:
    return sorted({item["part"] for item in sets.read(OWN)})
