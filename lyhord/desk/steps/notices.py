"""Mails about what waits for people, gathered: never a customer's words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lyhord.desk import noticing
from lyhord.desk.actions import notifications
from lyhord.desk.models import About, Notification, NotificationSettings
from lyhord.lib import work
from lyhord.staff import mails
from lyhord.staff.models import User

MOST = 30  # told one by one in a mail
LATER = timedelta(minutes=15)


def due_notices(now: datetime) -> list[tuple[int, int]]:
    """(0, person): all wait for one mail server, so they go one after the other."""
    rows = NotificationSettings.objects.filter(due_at__lte=now).order_by("due_at")
    return [(0, pk) for pk in rows.values_list("pk", flat=True)[:50]]


def forget_notices(now: datetime) -> int:
    return notifications.forget_old(now)


def mail_notices(pk: int, now: datetime) -> None:
    """One mail with all that she has not read. In quiet hours it waits for their end."""
    rows = NotificationSettings.objects.filter(pk=pk).select_related("user")
    for row in work.claim(rows, now, most=1):
        quiet = noticing.quiet_ends(now.astimezone(zone_of(row.user)), row.quiet_from, row.quiet_until)
        if quiet is not None:
            finish(row, quiet)
            continue
        waiting = unmailed(row)
        if not waiting or not row.user.is_active or sent(row.user, waiting):
            for one in waiting:  # one that was told again meanwhile goes with the next mail
                Notification.objects.filter(pk=one.pk, at=one.at).update(mailed_at=now)
            finish(row, None)
            if unmailed(row):
                notifications.plan_again(row, now)
        else:  # no mail server, or it did not take it
            finish(row, None if row.attempts >= work.TRIES else now + LATER * row.attempts, row.attempts)


def finish(row: NotificationSettings, due: datetime | None, attempts: int = 0) -> None:
    NotificationSettings.objects.filter(pk=row.pk).update(due_at=due, attempts=attempts if due else 0)


def unmailed(row: NotificationSettings) -> list[Notification]:
    kinds = [what for what in About.values if noticing.MAIL in noticing.ways(what, row.ways)]
    rows = Notification.objects.filter(user=row.user, read_at=None, mailed_at=None, what__in=kinds)
    return list(rows.select_related("conversation").order_by("at")[: MOST * 10])


def sent(person: User, waiting: list[Notification]) -> bool:
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(zone_of(person)):
        n = len(waiting)
        subject = ngettext(
            "%(n)s thing waits for you in lyhord", "%(n)s things wait for you in lyhord", n
        ) % {"n": n}
        return mails.sent(person, subject, body(person, waiting))


def body(person: User, waiting: list[Notification]) -> str:
    lines = [_("Hello %(name)s,") % {"name": person.name}, ""]
    lines += [line(one) for one in waiting[:MOST]]
    if len(waiting) > MOST:
        lines.append(_("And %(n)s more.") % {"n": len(waiting) - MOST})
    lines += ["", link(reverse("desk:notifications")), ""]
    lines.append(
        _("You choose what is mailed to you here: %(link)s")
        % {"link": link(reverse("desk:notification_settings"))}
    )
    return "\n".join(lines)


def line(one: Notification) -> str:
    told = f"- {timezone.localtime(one.at):%H:%M} {About(one.what).label}"
    if one.conversation is None:
        return told
    if one.what == About.DEPARTMENT_ASKED:  # who answers for a department need not see the case
        return f"{told}: {link(reverse('desk:requests'))}"
    return (
        f"{told}: #{one.conversation.number} {link(reverse('desk:conversation', args=[one.conversation.pk]))}"
    )


def link(path: str) -> str:
    return f"{settings.LYHORD_PUBLIC_URL.rstrip('/')}{path}"


def zone_of(person: User) -> ZoneInfo:
    return ZoneInfo(person.time_zone or settings.TIME_ZONE)
