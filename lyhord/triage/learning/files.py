"""Where learned models lie, and which of them this process uses."""

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
    if not fits(number):
        log.warning("a learned model is set aside: the embedding model changed", extra={"model": number})
        return False
    put(folder(number))
    try:
        judge.judge("Hej! Var är mitt paket?")
    except Exception:
        log.exception("a learned model cannot judge", extra={"model": number})
        return False
    log.info("a learned model was taken up", extra={"model": number})
    return True


def fits(number: int) -> bool:
    """Whether meanings are read now as when it was taught. With another embedding model it would guess."""
    from lyhord.triage.embeddings import tuned

    told = about(folder(number) / FULL)
    return told is None or told.get("embeddings", "") == tuned.digest()


def is_outdated(number: int) -> bool:
    """Whether it was taught on another model than the one that ships now."""
    from lyhord.triage.learned import serving

    told = about(folder(number) / PLAIN)
    return told is not None and told.get("on") != serving.shipped(PLAIN).about.get("name", "")


def about(path: Path) -> Mapping[str, Any] | None:
    """None where it is not there or cannot be read."""
    from lyhord.triage.learned import linear

    try:
        return linear.about(path)
    except (linear.NotAModel, FileNotFoundError):
        return None


def put(place: Path | None) -> None:
    # Loads numpy, which a process without a model of its own does not need here.
    from lyhord.triage.learned import serving

    serving.use(place)
