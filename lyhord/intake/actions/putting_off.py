"""The network wants to be left alone, and said so elsewhere than in reading."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from lyhord.intake.models import Source


def put_off(accounts: Collection[int], until: datetime) -> int:
    """Do not ask for news of these accounts before then; how many ways of asking that held back.

    A stream that is open stays so: nobody knocks while it is.
    """
    sources = Source.objects.filter(
        Q(way="stream", held_by="") | ~Q(way="stream"), account__in=accounts, is_on=True
    )
    return sources.filter(due_at__lt=until).update(due_at=until)
