"""Tell one of us that something is for her; what becomes of it; how she hears of it."""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lyhord.desk import noticing
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import About, Conversation, Notification, NotificationSettings
from lyhord.staff import audit
from lyhord.staff.models import User
from lyhord.web import changes

KEPT = timedelta(days=60)
MAIL_MINUTES = (5, 15, 60, 240, 1440)


@transaction.atomic
def tell(
    person: User | None,
    what: str,
    conversation: Conversation | None,
    now: datetime,
    *,
    by: User | None = None,
) -> Notification | None:
    """`what` (of `About`) about this conversation is for `person`. In the transaction of what caused it.

    Nobody is told of what she did herself (`by`), and who left is not told. The same again before she read it is one
    notification, counted. It holds no words of a customer.
    """
    if person is None or not person.is_active or (by is not None and by.pk == person.pk):
        return None
    if what not in About.values:
        raise ValueError(f"No kind of notification: {what}")
    chosen = NotificationSettings.objects.filter(pk=person.pk).first() or NotificationSettings(user=person)
    wanted = noticing.ways(what, chosen.ways)
    if not wanted:
        return None
    row = told_again(person, what, conversation, now, by)
    if row is None:
        try:
            with transaction.atomic():
                row = Notification.objects.create(
                    user=person, what=what, conversation=conversation, by=by, at=now
                )
        except IntegrityError:  # told by somebody else in this very moment
            return None
    announce(person.pk, row.pk, now)
    if noticing.MAIL in wanted:
        plan_mail(chosen, now)
    return row


def tell_all(
    people: Iterable[User],
    what: str,
    conversation: Conversation | None,
    now: datetime,
    *,
    by: User | None = None,
) -> int:
    """How many were told."""
    return sum(tell(person, what, conversation, now, by=by) is not None for person in people)


def told_again(
    person: User, what: str, conversation: Conversation | None, now: datetime, by: User | None
) -> Notification | None:
    rows = Notification.objects.filter(user=person, what=what, conversation=conversation, read_at=None)
    row = rows.select_for_update().first() if conversation is not None else None
    if row is not None:
        row.by, row.at, row.mailed_at = by, now, None
        rows.filter(pk=row.pk).update(by=by, at=now, mailed_at=None, times=F("times") + 1)
    return row


def announce(user: int, pk: int, now: datetime) -> None:
    """`pk` as the version: an open page tells a new one from one that was read."""
    changes.note("notification", user, pk, audience=f"u{user}", now=now)


def plan_mail(chosen: NotificationSettings, now: datetime) -> None:
    """Her next mail leaves when enough was gathered; one that is planned stays planned."""
    if chosen.due_at is None:
        due = now + timedelta(minutes=chosen.mail_minutes)
        NotificationSettings.objects.update_or_create(user=chosen.user, defaults={"due_at": due})


def plan_again(row: NotificationSettings, now: datetime) -> None:
    """What was told while a mail was on its way found one planned: the next is planned now."""
    due = now + timedelta(minutes=row.mail_minutes)
    NotificationSettings.objects.filter(pk=row.pk, due_at=None).update(due_at=due)


@transaction.atomic
def read(
    person: User,
    *,
    now: datetime,
    pks: Collection[int] | None = None,
    conversation: int | None = None,
    what: str = "",
) -> int:
    """She has seen these of hers, or those about a conversation, or all; of one kind alone with `what`. Gives how many were new."""
    rows = Notification.objects.filter(user=person, read_at=None)
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    if conversation is not None:
        rows = rows.filter(conversation=conversation)
    if what:
        rows = rows.filter(what=what)
    n = rows.update(read_at=now)
    if n:
        announce(person.pk, 0, now)
    return n


@transaction.atomic
def choose(
    ways: dict[str, list[str]],
    mail_minutes: int,
    quiet: tuple[time | None, time | None],
    *,
    by: User,
    now: datetime,
) -> NotificationSettings:
    """How she hears of each kind. What is as by default is not kept, so that a better default reaches her."""
    if unknown := set(ways) - set(About.values):
        raise NotPossible(_("There is no kind of notification called %(name)s.") % {"name": min(unknown)})
    if mail_minutes not in MAIL_MINUTES:
        raise NotPossible(_("Mails are gathered for 5, 15, 60, 240 or 1440 minutes."))
    begins, ends = quiet
    if (begins is None) != (ends is None):
        raise NotPossible(_("Quiet hours have a beginning and an end."))
    values: dict[str, Any] = {
        "ways": noticing.kept(ways),
        "mail_minutes": mail_minutes,
        "quiet_from": begins,
        "quiet_until": ends,
    }
    row, _made = NotificationSettings.objects.update_or_create(user=by, defaults=values)
    audit.record("notifications.chosen", by, by=by, now=now, kinds=sorted(row.ways))
    return row


def forget_old(now: datetime, most: int = 1000) -> int:
    """What is older than two months nobody looks for."""
    old = Notification.objects.filter(at__lt=now - KEPT).order_by("at").values_list("pk", flat=True)
    return Notification.objects.filter(pk__in=list(old[:most])).delete()[0]
