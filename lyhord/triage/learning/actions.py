"""Which learned model serves: adopting, going back, and letting old ones go. Each on the record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.triage.learning import files, lessons
from lyhord.triage.models import LearnedModel

VERB = "tune_triage"
KEPT = 5  # models whose files stay
UNDER_WAY = (LearnedModel.WAITING, LearnedModel.RUNNING)


class TooFew(LyhordError):
    """There is not enough to measure on."""


class NotThere(LyhordError):
    """The files of this model are gone."""


class UnderWay(LyhordError):
    """One run at a time."""


class NoReason(LyhordError):
    status = 422


@transaction.atomic
def teach(*, by: User, now: datetime) -> LearnedModel:
    """Ask for a run now instead of at night. Raises NotYours, TooFew, UnderWay."""
    mandates.require(by, VERB)
    stock = lessons.stock(lessons.lessons())
    if not stock.is_enough:
        raise TooFew(too_few(stock))
    if LearnedModel.objects.filter(state__in=UNDER_WAY).exists():
        raise UnderWay(_("A model is being taught already. It takes some minutes."))
    row = LearnedModel.objects.create(at=now, by=by)
    audit.record("triage.model_asked", row, by=by, now=now)
    return row


def too_few(stock: lessons.Stock) -> str:
    told = _(
        "Too few corrections to learn from: %(n)d of %(least)d posts are put aside to measure on."
        " Correct about %(missing)d more posts."
    )
    return told % {"n": stock.put_aside, "least": lessons.LEAST, "missing": stock.missing}


@transaction.atomic
def adopt_anyway(model: LearnedModel, reason: str, *, by: User, now: datetime) -> None:
    """Let a model serve that was not better, and say why. Raises NotYours, NotThere, NoReason."""
    mandates.require(by, VERB)
    if not reason.strip():
        raise NoReason(_("Say why this model is to serve."))
    row = LearnedModel.objects.select_for_update().get(pk=model.pk)
    require_files(row)
    row.reason = reason.strip()[:300]
    serve(row, now)
    audit.record("triage.model_adopted_anyway", row, by=by, now=now, reason=row.reason)


@transaction.atomic
def roll_back(to: LearnedModel | None, *, by: User, now: datetime) -> None:
    """Let an earlier model serve again; None: the one that ships. The same again changes nothing."""
    mandates.require(by, VERB)
    serving = LearnedModel.objects.select_for_update().filter(is_serving=True).first()
    if (serving and serving.pk) == (to and to.pk):
        return
    if to is not None:
        require_files(to)
        if to.adopted_at is None:
            raise NotThere(_("This model never served. Adopt it with a reason instead."))
    if serving is not None:
        serving.is_serving, serving.state = False, LearnedModel.ROLLED_BACK
        serving.save(update_fields=["is_serving", "state"])
    if to is not None:
        serve(LearnedModel.objects.get(pk=to.pk), now)
    audit.record(
        "triage.model_rolled_back", to, by=by, now=now, model=serving.pk if serving else None, to=to and to.pk
    )


def require_files(row: LearnedModel) -> None:
    if row.state in {LearnedModel.REMOVED, *UNDER_WAY} or not files.are_there(row.pk):
        raise NotThere(_("The files of this model are gone. Teach a new one."))


def serve(row: LearnedModel, now: datetime) -> None:
    LearnedModel.objects.filter(is_serving=True).exclude(pk=row.pk).update(is_serving=False)
    row.is_serving, row.state, row.adopted_at = True, LearnedModel.ADOPTED, now
    row.save()


# What a run ends with ---------------------------------------------------------------------------------------------


@transaction.atomic
def settle(row: LearnedModel, *, is_better: bool, why: str, values: Mapping[str, Any], now: datetime) -> None:
    """Adopt what is better, keep the rest for people to look at, and let go what is too old."""
    row.ended_at, row.why, row.values = now, why, dict(values)
    if is_better:
        serve(row, now)
    else:
        row.state = LearnedModel.REFUSED
        row.save()
    verb = "triage.model_adopted" if is_better else "triage.model_refused"
    audit.record(verb, row, by=row.by, now=now, why=why % dict(values), examples=row.examples)
    tidy(now)


def tidy(now: datetime) -> int:
    """Of all but the newest, the files go. What serves stays."""
    done = LearnedModel.objects.exclude(state__in=(*UNDER_WAY, LearnedModel.FAILED, LearnedModel.REMOVED))
    newest = list(done.order_by("-is_serving", "-pk").values_list("pk", flat=True)[:KEPT])
    return let_go(list(done.exclude(pk__in=newest)), now)


def let_go(rows: list[LearnedModel], now: datetime) -> int:
    for row in rows:
        row.is_serving, row.state = False, LearnedModel.REMOVED
        row.save(update_fields=["is_serving", "state"])
        transaction.on_commit(lambda number=row.pk: files.remove(number))  # type: ignore[misc]
        audit.record("triage.model_removed", row, by=None, now=now)
    return len(rows)


def forgetful(standing: set[int]) -> list[LearnedModel]:
    """Models with files that were taught something which is gone since: a person was erased, or a post deleted."""
    kept = LearnedModel.objects.exclude(state__in=(*UNDER_WAY, LearnedModel.FAILED, LearnedModel.REMOVED))
    return [row for row in kept if not standing.issuperset(row.corrections)]
