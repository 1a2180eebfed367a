"""One course of learning: from the team's lessons to a model that is adopted or not."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from lyhord.lib.text import N_
from lyhord.triage.learning import actions, files, lessons, steps, teacher
from lyhord.triage.learning.teacher import Made
from lyhord.triage.models import LearnedModel

BORNE = 0.01  # how much worse it may be on posts that ship
MOST_CHANGED = 0.2  # share of the answers of a head that may be others on posts in general


@dataclass(frozen=True)
class Verdict:
    is_better: bool
    why: str  # marked, with the names of `values`
    values: dict[str, str]


UNFIT = Verdict(False, N_("It cannot be used by this version of lyhord."), {})


def learn(number: int) -> None:
    row = LearnedModel.objects.get(pk=number, state=LearnedModel.RUNNING)
    found = lessons.lessons()
    taught = [lesson for lesson in found if not lesson.is_put_aside]
    aside = [lesson for lesson in found if lesson.is_put_aside]
    row.examples, row.put_aside = len(taught), len(aside)
    row.corrections = sorted(pk for lesson in taught for pk in lesson.corrections)
    row.save()

    # Where the one that serves was taught by somebody who is gone since, it goes whatever comes; what ships is beaten then.
    must_forget = any(one.is_serving for one in actions.forgetful(steps.standing()))
    made = teacher.teach(taught, aside, files.folder(number), None if must_forget else files.current())
    row.figures = made.as_json()
    told = verdict(made) if files.can_judge(number) else UNFIT
    now = datetime.now(UTC)
    with transaction.atomic():
        actions.settle(row, is_better=told.is_better, why=told.why, values=told.values, now=now)
        # Also of what went while this one was taught.
        actions.let_go(actions.forgetful(steps.standing()), now)


def verdict(made: Made) -> Verdict:
    """Better on what the team said and was put aside, and no harm to posts in general."""
    changed = max(made.changed.values(), default=0.0)
    values = {
        "new": f"{made.team_new.score:.3f}",
        "old": f"{made.team_old.score:.3f}",
        "shipped_new": f"{made.shipped_new.score:.3f}",
        "shipped_old": f"{made.shipped_old.score:.3f}",
        "changed": f"{changed:.0%}",
        "most": f"{MOST_CHANGED:.0%}",
    }
    if made.team_new.score <= made.team_old.score:
        why = N_("Not better on your put-aside corrections: %(new)s, before %(old)s.")
        return Verdict(False, why, values)
    if made.shipped_new.score < made.shipped_old.score - BORNE:
        why = N_("Worse on posts in general: %(shipped_new)s, without your corrections %(shipped_old)s.")
        return Verdict(False, why, values)
    if changed > MOST_CHANGED:
        why = N_(
            "It would overturn %(changed)s of the answers on posts in general; at most %(most)s are borne."
        )
        return Verdict(False, why, values)
    return Verdict(True, N_("Better on your put-aside corrections: %(new)s, before %(old)s."), values)


def failed(number: int, problem: Exception) -> None:
    why = N_("It failed (%(problem)s). The next night tries again.")
    values: dict[str, Any] = {"problem": type(problem).__name__}
    rows = LearnedModel.objects.filter(pk=number, state=LearnedModel.RUNNING)
    rows.update(state=LearnedModel.FAILED, ended_at=datetime.now(UTC), why=why, values=values)
    files.remove(number)
