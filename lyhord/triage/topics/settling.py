"""What a run ends with: the new model serves, or says why not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lyhord.lib.text import N_
from lyhord.staff import audit
from lyhord.triage.models import TopicModel
from lyhord.triage.topics import files

STALE = N_("It was taught examples that are gone since.")


@transaction.atomic
def serve(row: TopicModel, now: datetime) -> None:
    """Instead of the one before, whose file goes."""
    for before in TopicModel.objects.select_for_update().filter(state=TopicModel.SERVING).exclude(pk=row.pk):
        let_go(before, "", now)
    row.state, row.ended_at = TopicModel.SERVING, now
    row.save()
    audit.record(
        "triage.topics_serve", row, by=row.by, now=now, examples=len(row.taught), topics=len(row.labels)
    )


@transaction.atomic
def refuse(row: TopicModel, why: str, values: Mapping[str, Any], now: datetime) -> None:
    row.state, row.ended_at, row.why, row.values = TopicModel.REFUSED, now, why, dict(values)
    row.save()
    transaction.on_commit(lambda: files.remove(row.pk))
    audit.record("triage.topics_refused", row, by=row.by, now=now, why=why % dict(values))


@transaction.atomic
def let_go(row: TopicModel, why: str, now: datetime) -> None:
    """It serves no more."""
    row.state, row.why = TopicModel.REPLACED, why
    row.save(update_fields=["state", "why"])
    transaction.on_commit(lambda: files.remove(row.pk))
    audit.record("triage.topics_replaced", row, by=None, now=now, why=why)
