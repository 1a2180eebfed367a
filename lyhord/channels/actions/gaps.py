"""Noticing that an account brings nothing, and that it brings something again (R11, R25, IN-16)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from lyhord.channels import rhythm
from lyhord.channels.actions.health import note_change
from lyhord.channels.models import Account, Cause, Gap, Heard, State
from lyhord.staff import audit
from lyhord.web import marks

OUR_ABSENCE = timedelta(minutes=15)  # since the last look; a shorter one the networks repeat by themselves
ANSWERED_IN = timedelta(minutes=5)  # what was asked for has come by then
WATCHED = "channels.watched"  # epoch seconds of the last look
AWAKE = [State.PAUSED, State.BROKEN]


@transaction.atomic
def note_heard(counts: Mapping[tuple[int, datetime], int], newest: Mapping[int, datetime]) -> None:
    """Posts of others by (account, hour), and the moment of each account's newest."""
    for place, posts in sorted(counts.items()):
        Heard.objects.filter(pk=hour_row(*place)).update(posts=F("posts") + posts)
    for account, at in newest.items():
        Account.objects.filter(pk=account).exclude(last_item_at__gte=at).update(last_item_at=at)


@transaction.atomic
def note_unknown(counts: Mapping[tuple[int, datetime], int]) -> None:
    """News that were not understood, by (account, hour)."""
    for place, news in sorted(counts.items()):
        Heard.objects.filter(pk=hour_row(*place)).update(unknown=F("unknown") + news)


def hour_row(account: int, hour: datetime) -> int:
    return Heard.objects.get_or_create(account_id=account, hour=hour)[0].pk


def watch(now: datetime) -> int:
    """Look at each account once: gaps that began, and gaps that ended. How many did."""
    absent_since = absence(now)
    accounts = Account.objects.exclude(state=State.RETIRED).filter(is_rehearsal=False)
    moved = sum(look(account, absent_since, now) for account in accounts.order_by("pk"))
    marks.put(WATCHED, int(now.timestamp()))
    return moved


def absence(now: datetime) -> datetime | None:
    """Since when nobody looked, if that is long ago: then lyhord itself was down."""
    last = marks.get(WATCHED)
    if not last or now.timestamp() - last < OUR_ABSENCE.total_seconds():
        return None
    return datetime.fromtimestamp(last, tz=now.tzinfo)


def look(account: Account, absent_since: datetime | None, now: datetime) -> bool:
    gap = Gap.objects.filter(account=account, ended_at=None).first()
    if gap is not None:
        return has_ended(gap, account) and end(gap, account, now)
    if account.state in AWAKE:
        return begin(account, Cause.STOPPED, account.last_success_at or now, now)
    if absent_since is not None:
        return begin(account, Cause.DOWN, absent_since, now)  # the next look ends it
    return looks_quiet(account, now)


def looks_quiet(account: Account, now: datetime) -> bool:
    last = account.last_item_at
    if last is None or now - last < rhythm.SHORTEST:
        return False
    usual = rhythm.rates(heard(account), now)
    if usual is None or not rhythm.is_gap(usual, last, now):
        return False
    return begin(account, Cause.QUIET, last, now, round(rhythm.expected(usual, last, now)))


def heard(account: Account) -> dict[datetime, int]:
    return dict(Heard.objects.filter(account=account).values_list("hour", "posts"))


@transaction.atomic
def begin(account: Account, cause: Cause, since: datetime, now: datetime, usual: int = 0) -> bool:
    """Write it down, and have the account tested at once: that renews subscriptions with the network."""
    _gap, is_new = Gap.objects.get_or_create(
        account=account,
        ended_at=None,
        defaults={"cause": cause, "begun_at": since, "noticed_at": now, "usual": usual},
    )
    if is_new:
        Account.objects.filter(pk=account.pk, state=State.ACTIVE).update(checked_at=None)
        audit.record("account.gap_noticed", account, by=None, now=now, cause=str(cause), since=since)
        note_change(account, now)
    return is_new


def has_ended(gap: Gap, account: Account) -> bool:
    if account.state != State.ACTIVE:
        return False
    if gap.cause != Cause.QUIET:
        return True
    return account.last_item_at is not None and account.last_item_at > by_itself_after(gap)


def by_itself_after(gap: Gap) -> datetime:
    """What came earlier may have come because we asked for it, and then the network does not speak again yet."""
    return max(gap.begun_at, gap.asked_at + ANSWERED_IN) if gap.asked_at else gap.begun_at


@transaction.atomic
def end(gap: Gap, account: Account, now: datetime) -> bool:
    ended_at = account.last_item_at if gap.cause == Cause.QUIET else now
    Gap.objects.filter(pk=gap.pk, ended_at=None).update(ended_at=ended_at)
    audit.record("account.gap_ended", account, by=None, now=now, since=gap.begun_at)
    note_change(account, now)
    return True


def end_all(account: Account, now: datetime) -> None:
    """A retired account has no gaps: nobody asks it any more."""
    Gap.objects.filter(account=account, ended_at=None).update(ended_at=now)
    Gap.objects.filter(account=account, filled_at=None).update(filled_at=now)


def forget_heard(now: datetime) -> int:
    return Heard.objects.filter(hour__lt=rhythm.hour_of(now) - rhythm.KEPT).delete()[0]
