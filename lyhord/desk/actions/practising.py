"""The training inbox. Nothing is sent, nobody is told, and no row but one's own `Practice` is written."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lyhord.desk import practice
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Practice
from lyhord.staff.models import User


@transaction.atomic
def practise(name: str, action: str, *, by: User, now: datetime) -> practice.Told:
    """Do this with a made-up post, and hear what it was worth. Raises NotPossible for an action that is not one of ours."""
    one = next((known for known in practice.POSTS if known.name == name), None)
    if one is None or action not in practice.ACTIONS:
        raise NotPossible(_("There is no such step in the practice."))
    row = row_of(by, now)
    before = row.done.get(name, [])
    told = practice.judge(one, action, before, get_language() or "en")
    # Each once, the newest last: that is the one that the page tells of.
    row.done = {**row.done, name: [*(step for step in before if step != action), action]}
    row.begun_at = row.begun_at or now
    row.at = now
    if row.finished_at is None and practice.done_of(row.done) == len(practice.POSTS):
        row.finished_at = now
    row.save()
    return told


@transaction.atomic
def practise_again(*, by: User, now: datetime) -> None:
    """All twelve anew. That she finished once stays known."""
    row = row_of(by, now)
    row.done, row.begun_at, row.at = {}, None, now
    row.save()


@transaction.atomic
def put_practice_away(*, by: User, now: datetime) -> None:
    """The offer in the inbox comes no more."""
    row = row_of(by, now)
    row.put_away_at = row.put_away_at or now
    row.save()


def row_of(user: User, now: datetime) -> Practice:
    row, _is_new = Practice.objects.select_for_update().get_or_create(user=user, defaults={"at": now})
    return row
