"""Where learned models lie, and which of them this process uses."""

import logging
import shutil
from pathlib import Path

from django.conf import settings

from lyhord.triage import judge
from lyhord.triage.models import LearnedModel

PLAIN, FULL = "plain.npz", "full.npz"

log = logging.getLogger(__name__)


class Using:
    """Which model's folder this process reads; None: what ships, as at each start."""

    number: int | None = None


def folder(number: int) -> Path:
    return Path(settings.LYHORD_DATA) / "models" / str(number)


def are_there(number: int) -> bool:
    return (folder(number) / PLAIN).is_file()


def remove(number: int) -> None:
    shutil.rmtree(folder(number), ignore_errors=True)


def current() -> int | None:
    """The number of the model that serves; None: the one that ships, also where the files of ours are gone."""
    number = LearnedModel.objects.filter(is_serving=True).values_list("pk", flat=True).first()
    return number if number is not None and are_there(number) else None


def use_current() -> None:
    """Take up what was adopted or rolled back since, in this process."""
    number = current()
    if number == Using.number:
        return
    if number is None or not can_judge(number):
        put(None)
    Using.number = number


def can_judge(number: int) -> bool:
    """Whether this version judges with that model; it is in use then. One of an earlier version may lack a head."""
    put(folder(number))
    try:
        judge.judge("Hej! Var är mitt paket?")
    except Exception:
        log.exception("a learned model cannot judge", extra={"model": number})
        return False
    log.info("a learned model was taken up", extra={"model": number})
    return True


def put(place: Path | None) -> None:
    # Loads numpy, which a process without a model of its own does not need here.
    from lyhord.triage.learned import serving

    serving.use(place)
