"""The night's learning. The step only starts and watches; the work is done by a process of its own."""

import logging
import os
import subprocess
import sys
from datetime import datetime, time, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from lyhord.lib.text import N_
from lyhord.triage.learning import actions, files, lessons
from lyhord.triage.models import Correction, LearnedModel

BEGINS, ENDS = time(2, 30), time(5, 0)  # by the installation's own clock
LONGEST = timedelta(minutes=45)  # its own limits end it earlier; this is for one that was killed

log = logging.getLogger(__name__)


class Processes:
    """Those that this worker started."""

    started: ClassVar[list["subprocess.Popen[bytes]"]] = []


def learn(now: datetime) -> int:
    """Gives how many runs were begun or given up."""
    Processes.started = [process for process in Processes.started if process.poll() is None]
    return give_up(now) + wish(now) + begin(now)


def give_up(now: datetime) -> int:
    hung = LearnedModel.objects.filter(state=LearnedModel.RUNNING, begun_at__lt=now - LONGEST)
    why = N_("It did not come to an end. The next night tries again.")
    return hung.update(state=LearnedModel.FAILED, ended_at=now, why=why)


def wish(now: datetime) -> int:
    """Once a night, where people said something new since the last run, or where something must be forgotten."""
    here = timezone.localtime(now)
    if not BEGINS <= here.time() < ENDS or LearnedModel.objects.filter(night=here.date()).exists():
        return 0
    found = lessons.lessons()
    stock = lessons.stock(found)
    must_forget = forget(now, stock)
    if not stock.is_enough or not (must_forget or is_news(found) or is_lost() or is_outdated()):
        return 0
    try:
        with transaction.atomic():
            LearnedModel.objects.create(at=now, night=here.date())
    except IntegrityError:  # another worker was first
        return 0
    return 1


def forget(now: datetime, stock: lessons.Stock) -> bool:
    """Whether a model that serves was taught by a person who is gone since. Those that only lie here go at once."""
    stale = actions.forgetful(standing())
    serves = [row for row in stale if row.is_serving]
    with transaction.atomic():
        actions.let_go([row for row in stale if not row.is_serving], now)
        if serves and not stock.is_enough:  # no new one can be measured: the one that ships serves again
            actions.let_go(serves, now)
    return bool(serves)


def standing() -> set[int]:
    """Corrections that are there with their text. One that was undone is a mistake, and no person is gone."""
    rows = Correction.objects.filter(post__deleted_at=None).exclude(text="")
    return set(rows.values_list("pk", flat=True))


def is_news(found: list[lessons.Lesson]) -> bool:
    last = LearnedModel.objects.exclude(state=LearnedModel.FAILED).order_by("-pk").first()
    told = {pk for lesson in found if not lesson.is_put_aside for pk in lesson.corrections}
    return last is None or told != set(last.corrections)


def is_lost() -> bool:
    """Whether the files of the one that serves are gone. Backups hold none: they are made again."""
    number = LearnedModel.objects.filter(is_serving=True).values_list("pk", flat=True).first()
    return number is not None and not files.are_there(number)


def is_outdated() -> bool:
    """Whether the one that serves was taught on another model than ships now, and nothing was tried since."""
    last = LearnedModel.objects.exclude(state=LearnedModel.FAILED).order_by("-pk").first()
    return last is not None and last.is_serving and (files.is_outdated(last.pk) or not files.fits(last.pk))


def begin(now: datetime) -> int:
    """Start the oldest that waits, unless one is under way on some machine."""
    if LearnedModel.objects.filter(state=LearnedModel.RUNNING).exists():
        return 0
    waiting = LearnedModel.objects.filter(state=LearnedModel.WAITING).order_by("pk")
    number = waiting.values_list("pk", flat=True).first()
    if number is None or not waiting.filter(pk=number).update(state=LearnedModel.RUNNING, begun_at=now):
        return 0
    start(number)
    return 1


def start(number: int) -> None:
    run_apart("lyhord.triage.learning.run", number)


def run_apart(module: str, number: int) -> None:
    words = [sys.executable, "-m", module, str(number)]
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    surroundings = {**os.environ, **one, "LYHORD_DATA": str(settings.LYHORD_DATA)}
    # In our process group, so that it ends with us; then the row lapses and the next night begins anew.
    process = subprocess.Popen(words, env=surroundings, stdin=subprocess.DEVNULL)  # noqa: S603 - words of ours
    Processes.started.append(process)
    log.info("learning began", extra={"model": number, "pid": process.pid})
