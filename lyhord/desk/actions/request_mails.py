"""Which mails go out about a question; a step sends them. Without a mail server none are queued, and the link is copied."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from lyhord.desk.models import DepartmentReminder, Request, RequestMail, RequestTurn


def to_department(row: Request, kind: str, turn: RequestTurn | None, now: datetime) -> int:
    """To all who answer for it."""
    people = row.department.members.filter(user__is_active=True).select_related("user").order_by("user")
    told: list[tuple[int | None, str]] = [(member.user_id, member.user.email) for member in people]
    told += [(None, one.address) for one in row.department.addresses.order_by("pk")]
    return queue(row, kind, turn, told, now)


def to_link_of_chain(row: Request, link: DepartmentReminder, now: datetime) -> int:
    if link.user is not None:
        return queue(row, "reminder", None, [(link.user_id, link.user.email)], now)
    if link.address:
        return queue(row, "reminder", None, [(None, link.address)], now)
    return to_department(row, "reminder", None, now)


def to_asker(row: Request, turn: RequestTurn, now: datetime) -> int:
    return queue(row, "answered", turn, [(row.by_id, row.by.email)], now)


def queue(
    row: Request, kind: str, turn: RequestTurn | None, told: list[tuple[int | None, str]], now: datetime
) -> int:
    if not settings.LYHORD_SMTP_URL:
        return 0
    RequestMail.objects.bulk_create(
        RequestMail(request=row, turn=turn, kind=kind, user_id=user, address=address, at=now, due_at=now)
        for user, address in told
    )
    return len(told)


def stop(row: Request) -> None:
    """What was not sent yet is not sent any more."""
    waiting = Q(request=row, sent_at=None, due_at__isnull=False)
    RequestMail.objects.filter(waiting).update(due_at=None, problem="stopped")
