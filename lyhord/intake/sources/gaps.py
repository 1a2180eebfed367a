"""What came in by the hour, and asking for what was missed while nothing did (R11, R25)."""

from collections import Counter
from datetime import datetime, timedelta

from lyhord.channels import actions as channels
from lyhord.channels import queries as accounts
from lyhord.channels import rhythm
from lyhord.channels.models import Account, Gap, State
from lyhord.channels.registry import NoSuchConnector
from lyhord.intake.models import Post, Refusal, Source
from lyhord.intake.sources.polling import BACKFILL
from lyhord.web import marks

COUNTED = "intake.heard"  # the newest post counted
UNKNOWN = "intake.unknown"  # the newest refusal counted
AT_ONCE = 2_000
MARGIN = timedelta(minutes=10)  # clocks of networks differ from ours
GIVEN_UP = timedelta(hours=24)  # a backfill that does not come to an end


def count_heard(now: datetime) -> int:
    """Count new posts of others by account and hour. On PostgreSQL a post committed late may be left out: a count, no ledger."""
    rows = Post.objects.filter(pk__gt=marks.get(COUNTED)).order_by("pk")
    posts = list(rows.values_list("pk", "account", "stored_at", "is_own", "at")[:AT_ONCE])
    if not posts:
        return 0
    counts: Counter[tuple[int, datetime]] = Counter()
    newest: dict[int, datetime] = {}
    for _pk, account, stored_at, is_own, at in posts:
        # What a backfill brings is old, and says nothing of whether news come in.
        if not is_own and stored_at - at < rhythm.HOUR:
            counts[account, rhythm.hour_of(stored_at)] += 1
            newest[account] = max(stored_at, newest.get(account, stored_at))
    channels.note_heard(counts, newest)
    marks.put(COUNTED, posts[-1][0])
    return len(posts)


def count_unknown(now: datetime) -> int:
    """Count by account and hour what was not understood (R10)."""
    rows = Refusal.objects.filter(pk__gt=marks.get(UNKNOWN), kind=Refusal.UNREADABLE).order_by("pk")
    named = rows.values_list("pk", "envelope__account", "envelope__app", "envelope__received_at")
    found = list(named[:AT_ONCE])
    if not found:
        return 0
    of_app = accounts_by_app({app for _pk, account, app, _at in found if account is None})
    counts = Counter(
        (each, rhythm.hour_of(at))
        for _pk, account, app, at in found
        for each in ([account] if account is not None else of_app[app])
    )
    channels.note_unknown(counts)
    marks.put(UNKNOWN, found[-1][0])
    return len(found)


def accounts_by_app(apps: set[int]) -> dict[int, list[int]]:
    """Whom a hook may have been about: what nobody understands does not say which account of its app it names."""
    told: dict[int, list[int]] = {app: [] for app in apps}
    living = Account.objects.filter(app__in=apps).exclude(state=State.RETIRED)
    for app, account in living.values_list("app", "pk"):
        told[app].append(account)
    return told


def fill_gaps(now: datetime) -> int:
    """Ask networks for the posts of gaps, while they last and once more when they have ended; count what that gave."""
    gaps = Gap.objects.filter(filled_at=None, account__state=State.ACTIVE).select_related("account")
    return sum(fill(gap, now) for gap in gaps.order_by("pk"))


def fill(gap: Gap, now: datetime) -> bool:
    if not gives_older(gap):
        return gap.ended_at is not None and done(gap, None, now)
    if gap.asked_at is None or (gap.ended_at is not None and gap.asked_at < gap.ended_at):
        return ask(gap, now)
    if gap.ended_at is None:
        return False
    is_running = Source.objects.filter(account=gap.account, way=BACKFILL, is_on=True).exists()
    if is_running and now - gap.asked_at < GIVEN_UP:
        return False
    return done(gap, found(gap), now)


def gives_older(gap: Gap) -> bool:
    try:
        return bool(accounts.abilities_of(gap.account).backfill)
    except NoSuchConnector:
        return False


def ask(gap: Gap, now: datetime) -> bool:
    """Start a backfill; one that runs for an earlier time goes on instead."""
    since = gap.begun_at - MARGIN
    running = Source.objects.filter(account=gap.account, way=BACKFILL, is_on=True).first()
    if running is not None and running.since is not None and running.since <= since:
        since = running.since
    wish = {"since": since, "cursor": "", "is_on": True, "due_at": now, "attempts": 0, "problem": ""}
    Source.objects.update_or_create(account=gap.account, way=BACKFILL, defaults=wish)
    Gap.objects.filter(pk=gap.pk).update(asked_at=now)
    return True


def found(gap: Gap) -> int:
    """Posts of others written in the gap; most of them came by being asked for."""
    end = gap.ended_at or gap.noticed_at
    rows = Post.objects.filter(account=gap.account, is_own=False, at__gt=gap.begun_at, at__lt=end)
    return rows.filter(stored_at__gte=gap.noticed_at).count()


def done(gap: Gap, posts: int | None, now: datetime) -> bool:
    return bool(Gap.objects.filter(pk=gap.pk, filled_at=None).update(filled_at=now, found=posts))
