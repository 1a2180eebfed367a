"""What is for her."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from lyhord.channels import queries as channels
from lyhord.desk import noticing
from lyhord.desk.models import About, Notification, NotificationSettings
from lyhord.staff.models import User

MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Notice:
    id: int
    what: str
    conversation: int | None  # None: of no conversation, or of one that she does not see
    number: int | None
    subject: str
    customer: str
    by: str
    times: int
    at: datetime
    read_at: datetime | None


def unread(user: User) -> int:
    """At most a hundred: nobody reads a larger number."""
    rows = Notification.objects.filter(user=user, read_at=None).values("pk")[:MOST_COUNTED]
    return rows.count()


def notices(
    user: User, *, before: int | None = None, only_unread: bool = False, most: int = 50
) -> list[Notice]:
    """The newest first."""
    rows = Notification.objects.filter(user=user)
    if before is not None:
        last = rows.filter(pk=before).first()
        rows = rows.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk) if last else rows
    if only_unread:
        rows = rows.filter(read_at=None)
    found = rows.select_related("conversation__customer", "by").order_by("-at", "-pk")[:most]
    seen = set(channels.account_ids_visible_to(user))
    return [shown(row, seen) for row in found]


def shown(row: Notification, seen: set[int]) -> Notice:
    about = row.conversation if row.conversation is not None and row.conversation.account_id in seen else None
    return Notice(
        row.pk, row.what, about.pk if about else None, about.number if about else None, about.subject if about else "",
        about.customer.name if about else "", str(row.by) if row.by else "", row.times, row.at, row.read_at,
    )  # fmt: skip


def newest_for_browser(user: User, at: time) -> Notification | None:
    """The newest unread one that she wants to hear of from the browser. `at`: by her clock; in quiet hours nothing."""
    settings = settings_of(user)
    if noticing.is_quiet(at, settings.quiet_from, settings.quiet_until):
        return None
    kinds = [what for what in About.values if noticing.BROWSER in noticing.ways(what, settings.ways)]
    if not kinds:
        return None
    return Notification.objects.filter(user=user, read_at=None, what__in=kinds).order_by("-at").first()


def settings_of(user: User) -> NotificationSettings:
    return NotificationSettings.objects.filter(pk=user.pk).first() or NotificationSettings(user=user)


def chosen(settings: NotificationSettings) -> Mapping[str, list[str]]:
    """Every kind with its ways."""
    return {what: noticing.ways(what, settings.ways) for what in About.values}
