"""Teaching own topics: when somebody asks, and at night when the examples changed. The work is done apart."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from lyhord.lib.text import N_
from lyhord.triage.learning.steps import BEGINS, ENDS, run_apart
from lyhord.triage.models import LearnedModel, TopicExample, TopicModel
from lyhord.triage.topics import files, settling, stock

LONGEST = timedelta(minutes=45)  # its own limits end it earlier; this is for one that was killed
MODULE = "lyhord.triage.topics.run"


def learn(now: datetime) -> int:
    """Gives how many runs were begun or given up."""
    return give_up(now) + wish(now) + begin(now)


def give_up(now: datetime) -> int:
    hung = TopicModel.objects.filter(state=TopicModel.RUNNING, begun_at__lt=now - LONGEST)
    why = N_("It did not come to an end. The next night tries again.")
    return hung.update(state=TopicModel.FAILED, ended_at=now, why=why)


def wish(now: datetime) -> int:
    """Once a night, where the examples changed since the last run, or where the files are gone."""
    here = timezone.localtime(now)
    if not BEGINS <= here.time() < ENDS or TopicModel.objects.filter(night=here.date()).exists():
        return 0
    if not stock.stock().is_enough:
        forget(now)
        return 0
    if not (is_news() or is_lost()):
        return 0
    try:
        with transaction.atomic():
            TopicModel.objects.create(at=now, night=here.date())
    except IntegrityError:  # another worker was first
        return 0
    return 1


def forget(now: datetime) -> None:
    """No new one can be taught: one that was taught what is gone since goes as well."""
    row = TopicModel.objects.filter(state=TopicModel.SERVING).first()
    if row is not None and is_stale(row):
        settling.let_go(row, settling.STALE, now)


def is_stale(row: TopicModel) -> bool:
    """Whether it was taught examples that are gone: of an erased person, of a deleted post, or removed by somebody."""
    return not set(TopicExample.objects.values_list("pk", flat=True)).issuperset(row.taught)


def is_news() -> bool:
    last = TopicModel.objects.exclude(state=TopicModel.FAILED).order_by("-pk").first()
    return last is None or [lesson.pk for lesson in stock.lessons()] != last.taught


def is_lost() -> bool:
    """Whether the files of the one that serves are gone. Backups hold none: they are made again."""
    row = TopicModel.objects.filter(state=TopicModel.SERVING).values_list("pk", flat=True).first()
    return row is not None and not files.are_there(row)


def begin(now: datetime) -> int:
    """Start the oldest that waits, unless something is taught already: each may take gigabytes."""
    running = [rows.filter(state="running").exists() for rows in (LearnedModel.objects, TopicModel.objects)]
    waiting = TopicModel.objects.filter(state=TopicModel.WAITING).order_by("pk")
    number = None if any(running) else waiting.values_list("pk", flat=True).first()
    if number is None or not waiting.filter(pk=number).update(state=TopicModel.RUNNING, begun_at=now):
        return 0
    start(number)
    return 1


def start(number: int) -> None:
    run_apart(MODULE, number)
