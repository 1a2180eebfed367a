"""Setting the values, each for the installation or one brand, and each on the record."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.intake import queries as intake
from lyhord.intake.actions import renewing
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User
from lyhord.triage.impropriety import LINES as NAMES
from lyhord.triage.models import Tuning
from lyhord.triage.tuning.laying import INFLUENCE_FROM, LINES, THRESHOLDS, WEIGHTS

VERB = "tune_triage"
REACH = timedelta(days=30)  # how far back new values are laid over what was judged already
MOST = 20_000  # posts at once
MOST_FOLLOWERS = 1_000_000_000


class BadValue(LyhordError):
    """A value that cannot be."""

    status = 422


@transaction.atomic
def set_lines(
    brand: Brand | None,
    thresholds: Mapping[str, float],
    lines: Mapping[str, float],
    *,
    by: User,
    now: datetime,
) -> None:
    """Where labels begin and where the line of impropriety runs. What is not named: as the model says, and off.

    `brand` None: for all brands without values of their own. Raises NotYours, BadValue.
    """
    mandates.require(by, VERB, brand)
    for name, value in {**thresholds, **lines}.items():
        if name not in {*THRESHOLDS, *NAMES} or not 0 < value <= 1:
            raise BadValue(_("A threshold is a number over 0 and up to 1, such as 0.5."))
    row = of(brand)
    before = {"thresholds": row.thresholds, "lines": row.lines}
    row.thresholds = {name: round(value, 3) for name, value in thresholds.items()}
    row.lines = {name: round(value, 3) for name, value in lines.items()}
    after = {"thresholds": row.thresholds, "lines": row.lines}
    if row.pk is None or after != before:
        row.save()
        audit.record("triage.lines_set", row, by=by, now=now, was=before, **after)


@transaction.atomic
def as_house(brand: Brand, *, by: User, now: datetime) -> None:
    """The brand has no values of its own any more. Twice is once."""
    mandates.require(by, VERB, brand)
    if Tuning.objects.filter(brand=brand).delete()[0]:
        audit.record("triage.lines_as_installation", brand, by=by, now=now)


@transaction.atomic
def set_weights(weights: Mapping[str, int], influence_from: int, *, by: User, now: datetime) -> None:
    """How many points each named part of the priority gives, and from how many followers on somebody has influence."""
    mandates.require(by, VERB)
    if any(name not in WEIGHTS or not 0 <= points <= 100 for name, points in weights.items()):
        raise BadValue(_("A weight is a whole number from 0 to 100."))
    if not 0 <= influence_from <= MOST_FOLLOWERS:
        raise BadValue(_("Write a number of followers, such as 1000."))
    row = of(None)
    before = {"weights": row.weights, "influence_from": row.influence_from}
    row.weights = {name: points for name, points in weights.items() if points != WEIGHTS[name]}
    row.influence_from = influence_from
    after = {"weights": row.weights, "influence_from": row.influence_from}
    if after != before:
        row.save()
        audit.record("triage.weights_set", row, by=by, now=now, was=before, **after)


@transaction.atomic
def set_rate(rate: float, *, by: User, now: datetime) -> None:
    """What share of those who are not content say so (ME-10)."""
    mandates.require(by, VERB)
    if not 0.001 <= rate <= 1:
        raise BadValue(_("Write a share from 0.1 to 100 per cent."))
    row = of(None)
    was, row.complaint_rate = row.complaint_rate, round(rate, 4)
    if was != row.complaint_rate:
        row.save()
        audit.record("triage.complaint_rate_set", row, by=by, now=now, was=was, rate=row.complaint_rate)


@transaction.atomic
def apply(brand: Brand | None, *, by: User, now: datetime) -> int:
    """Judge the posts of the last 30 days anew with the values as they are; gives how many. What people corrected stays."""
    mandates.require(by, VERB, brand)
    posts = intake.posts_visible_to(by).filter(
        at__gte=now - REACH, deleted_at=None, assessment__isnull=False, is_own=False
    )
    if brand is not None:
        posts = posts.filter(account__brand=brand)
    ids = list(posts.order_by("-pk").values_list("pk", flat=True)[:MOST])
    renewing.judge_again(ids, now)
    audit.record("triage.applied", brand, by=by, now=now, posts=len(ids))
    return len(ids)


def of(brand: Brand | None) -> Tuning:
    row = Tuning.objects.select_for_update().filter(brand=brand).first()
    return row or Tuning(brand=brand, lines=dict(LINES), influence_from=INFLUENCE_FROM)
