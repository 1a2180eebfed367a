"""Sending what was scheduled, and forgetting previews that are old."""

from datetime import datetime, timedelta

from django.utils import translation

from lyhord.desk.actions import scheduling
from lyhord.desk.models import LinkPreview, ScheduledReply
from lyhord.lib import work
from lyhord.lib.errors import LyhordError

MOST = 50
KEPT = timedelta(days=7)


def send_scheduled(now: datetime) -> int:
    """Scheduled replies whose time has come leave; what may not leave is held, with the reason."""
    due = work.claim(ScheduledReply.objects.filter(due_at__isnull=False).select_related("by"), now, most=MOST)
    for row in due:
        send_one(row, now)
    return len(due)


def send_one(row: ScheduledReply, now: datetime) -> None:
    with translation.override(row.by.language or None):
        try:
            scheduling.send_scheduled(row, now)
        except LyhordError as problem:
            scheduling.hold_scheduled(row, str(problem), now)


def forget_previews(now: datetime) -> int:
    old = LinkPreview.objects.filter(at__lt=now - KEPT).order_by("at").values_list("pk", flat=True)[:500]
    return LinkPreview.objects.filter(pk__in=list(old)).delete()[0]
