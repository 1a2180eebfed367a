"""Tell open pages that something is new. In the transaction of the change itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lyhord.lib import bulk
from lyhord.web.models import Change

KEPT = timedelta(hours=1)


def note(topic: str, object_id: int, version: int = 0, *, audience: str = "*", now: datetime) -> None:
    Change.objects.create(at=now, topic=topic, object_id=object_id, version=version, audience=audience)


def note_all(changes: Iterable[tuple[str, int, int, str]], *, now: datetime) -> None:
    """Many at once: (topic, object_id, version, audience)."""
    bulk.insert(
        [
            bulk.made(Change, at=now, topic=topic, object_id=pk, version=version, audience=audience)
            for topic, pk, version, audience in changes
        ]
    )


def forget_old(now: datetime) -> int:
    """Drop what no open page can still ask for."""
    return Change.objects.filter(at__lt=now - KEPT).delete()[0]
