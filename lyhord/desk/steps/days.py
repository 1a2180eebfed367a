"""A row for each day and brand is kept: whether anything was left without owner and decision."""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from lyhord.channels.models import Account
from lyhord.desk.models import DayKept
from lyhord.desk.queries import day as days
from lyhord.staff.models import Brand


def keep_days(now: datetime) -> int:
    """Yesterday's once for good, and today's as it stands; gives how many rows that changed."""
    today = days.today(now)
    yesterday = today - timedelta(days=1)
    kept = 0
    for brand in Brand.objects.order_by("pk"):
        if not DayKept.objects.filter(brand=brand, day=yesterday, is_final=True).exists():
            kept += keep(brand, yesterday, now, is_final=True)
        kept += keep(brand, today, now, is_final=False)
    return kept


def keep(brand: Brand, day: date, now: datetime, *, is_final: bool) -> bool:
    """Whether anything is otherwise than it stood: a step that calls an unchanged day work would never rest."""
    accounts = Account.objects.filter(brand=brand, is_rehearsal=False).values_list("pk", flat=True)
    found = asdict(days.counts(list(accounts), day, now)) | {"is_final": is_final}
    row = DayKept.objects.filter(brand=brand, day=day).first()
    if row is not None and all(getattr(row, name) == value for name, value in found.items()):
        return False
    DayKept.objects.update_or_create(brand=brand, day=day, defaults=found | {"at": now})
    return True
