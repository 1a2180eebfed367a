"""Numbers that people see: one counter for tickets and conversations."""

from django.db.models import F

from lyhord.intake.models import Counter
from lyhord.intake.tickets import FIRST

NAME = "ticket"


def take(n: int) -> list[int]:
    """The next `n` numbers, within the caller's transaction."""
    if not n:
        return []
    Counter.objects.get_or_create(name=NAME, defaults={"value": FIRST})
    Counter.objects.filter(name=NAME).update(value=F("value") + n)
    last = Counter.objects.values_list("value", flat=True).get(name=NAME)
    return list(range(last - n + 1, last + 1))
