"""Pairs of texts that differ in nothing but spelling, dialect or a foreign name: the second must not look more abusive."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from lyhord.triage.evaluating import sets
from lyhord.triage.evaluating.rows import Row
from lyhord.triage.judge import judge

PAIRS = sets.TESTS / "fairness.jsonl"
# What a test holds, of the change of abuse_score from the first text to the second. Set after measuring: it guards against falling
# back and does not say that the scores are fair.
MOST_MEAN, MOST_WORST, MOST_TURNED, MOST_BY_NAME = 0.05, 0.55, 0.04, 0.15


@dataclass(frozen=True, slots=True)
class Change:
    lang: str
    sort: str
    plain: str
    other: str
    points: float  # of abuse_score, the second less the first
    turned: bool  # abusive, and the first was not


def changes(path: Path = PAIRS, *, deep: bool = True) -> list[Change]:
    found = []
    for pair in sets.read(path):
        first, second = (judge(pair[one], deep=deep).abuse for one in ("plain", "other"))
        turned = second.abusive and not first.abusive
        found.append(
            Change(
                pair["lang"], pair["sort"], pair["plain"], pair["other"], second.score - first.score, turned
            )
        )
    return found


def rows(found: Sequence[Change], name: str = "fairness pairs") -> list[Row]:
    told = []
    for sort in sorted({one.sort for one in found}):
        here = [one for one in found if one.sort == sort]
        told.append(
            Row(
                "abusive",
                name,
                "",
                f"change of abuse_score by {sort}, mean",
                fmean(one.points for one in here),
                len(here),
            )
        )
        told.append(
            Row(
                "abusive",
                name,
                "",
                f"change of abuse_score by {sort}, worst",
                max(one.points for one in here),
                len(here),
            )
        )
    for lang in sorted({one.lang for one in found}):
        points = [one.points for one in found if one.lang == lang]
        told.append(Row("abusive", name, lang, "change of abuse_score, mean", fmean(points), len(points)))
    told.append(
        Row(
            "abusive",
            name,
            "",
            "change to abusive, share of pairs",
            fmean(one.turned for one in found),
            len(found),
        )
    )
    return told
