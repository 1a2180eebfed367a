"""What people are shown of the models."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lyhord.triage.embeddings import model as embeddings
from lyhord.triage.learning import files
from lyhord.triage.models import LearnedModel

RUNS = 60


@dataclass(frozen=True)
class Serving:
    row: LearnedModel | None  # None: the model that ships
    name: str
    is_full: bool
    why: str  # for people
    is_missing: bool = False  # it was adopted, and its files are gone
    is_set_aside: bool = False  # it was adopted, and the embedding model changed since


def serving() -> Serving:
    row = LearnedModel.objects.filter(is_serving=True).first()
    are_there = row is not None and files.are_there(row.pk)
    is_there = row is not None and are_there and files.fits(row.pk)
    is_built = (embeddings.folder() / "about.json").is_file()
    is_full = is_built and (row is None or not is_there or (files.folder(row.pk) / files.FULL).is_file())
    name = (
        _("Learned from your corrections, number %(n)d") % {"n": row.pk}
        if row and is_there
        else _("As shipped")
    )
    return Serving(
        row if is_there else None, name, is_full, why(is_built, is_full),
        is_missing=row is not None and not are_there, is_set_aside=are_there and not is_there,
    )  # fmt: skip


def why(is_built: bool, is_full: bool) -> str:
    if is_full:
        return _(
            "With embeddings: numbers that tell which words mean the same. They are built on this machine."
        )
    if is_built:
        return _("Plain: this model was taught before embeddings were built here.")
    return _(
        "Plain: no embeddings are built on this machine. Install lyhord[embeddings] and run: lyhord models build."
    )


def runs() -> list[LearnedModel]:
    """Newest first."""
    return list(LearnedModel.objects.order_by("-pk").select_related("by")[:RUNS])


def kept(rows: list[LearnedModel]) -> list[LearnedModel]:
    """Those whose files are there: what one may go back to."""
    gone = {LearnedModel.REMOVED, LearnedModel.FAILED, LearnedModel.WAITING, LearnedModel.RUNNING}
    return [row for row in rows if row.state not in gone]


def measured() -> "QuerySet[LearnedModel]":
    return LearnedModel.objects.exclude(ended_at=None).exclude(figures={}).order_by("-pk")


def team_figures() -> dict[str, Any]:
    """Of what serves now, on the team's put-aside corrections, by head; empty before the first run."""
    newest = measured().first()
    if newest is None:
        return {}
    side = "new" if newest.is_serving else "old"
    heads: dict[str, Any] = newest.figures.get("team", {}).get(side, {}).get("heads", {})
    return heads


@dataclass(frozen=True)
class Point:
    """One run on the learning curve."""

    row: LearnedModel
    new: float
    old: float


def curve() -> list[Point]:
    """Oldest first."""
    rows = list(measured()[:RUNS])[::-1]
    return [Point(row, score(row, "new"), score(row, "old")) for row in rows]


def score(row: LearnedModel, side: str) -> float:
    return float(row.figures.get("team", {}).get(side, {}).get("score", 0))


def confusion() -> dict[str, Any]:
    """Kind by kind, of the newest run: rows are what people said, columns what the model says."""
    newest = measured().first()
    told: dict[str, Any] = newest.figures.get("confusion", {}) if newest else {}
    return told if told.get("labels") else {}
