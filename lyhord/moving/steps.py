"""What the worker does here: brings in what was wanted, a part each walk, and lets files go."""

from datetime import datetime

from django.db import transaction

from lyhord.moving import actions
from lyhord.moving.actions import runs
from lyhord.moving.models import Run


@transaction.atomic
def carry_out(now: datetime) -> int:
    """The next part of the oldest run that is wanted; gives how many records were looked at.

    What came and how far it has come are one transaction: who is killed in between leaves neither.
    """
    rows = Run.objects.filter(state="wanted").order_by("pk")
    if not rows.exists():
        runs.parsed.cache_clear()  # given up elsewhere
        return 0
    run = rows.select_related("brand", "by").select_for_update(of=("self",)).first()
    return actions.carry_on(run, now) if run is not None else 0


def forget_files(now: datetime) -> int:
    return actions.forget_files(now)
