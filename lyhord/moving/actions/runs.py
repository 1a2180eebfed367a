"""Files that are moved in from the page or the API: tried at once, kept for a day, carried out by a step in parts."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.moving import readers, reports
from lyhord.moving.actions.importing import VERB, Import, dry_run
from lyhord.moving.models import Run
from lyhord.moving.records import Batch
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User

MOST_BYTES = 20 * 1024 * 1024  # on the page; what is heavier goes by `lyhord import`
MOST_UNPACKED = 5 * MOST_BYTES  # of a zip
AT_ONCE = 25  # records of one walk, so that the line goes on meanwhile
KEPT = timedelta(days=1)
TOLD = timedelta(days=30)  # so long the problems of single lines are shown


class TooBig(LyhordError):
    """More than the page takes."""

    status = 413


class NotWanted(LyhordError):
    """The file is gone, or was brought in already."""


def try_files(
    brand: Brand, system: str, name: str, raw: bytes, columns: Mapping[str, str], *, by: User, now: datetime
) -> Run:
    """What the file would bring, on record and with the file kept for a day. Raises readers.BadFile, TooBig, NotYours."""
    mandates.require(by, VERB, brand)
    if system not in readers.SYSTEMS:
        raise readers.BadFile(_("Choose the system that the file comes from."))
    if len(raw) > MOST_BYTES:
        raise TooBig(too_big(len(raw)))
    batch = readers.read(system, [(name, raw)], columns, MOST_UNPACKED)
    report = dry_run(batch, brand, system, by=by, now=now)
    path = secrets.token_hex(16)
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with transaction.atomic():
        run = Run.objects.create(
            brand=brand, system=system, name=clean(name)[:200], file=path, columns=dict(columns), total=len(batch.records),
            report=report.told(), by=by, made_at=now,
        )  # fmt: skip
        (folder() / path).write_bytes(raw)
        (folder() / path).chmod(0o600)
        audit.record("import.tried", run, by=by, now=now, system=system, come=report.come)
    return run


def too_big(size: int) -> str:
    told = {"n": size // 1024**2, "most": MOST_BYTES // 1024**2}
    return _("The file has %(n)d MB; this page takes %(most)d. Use the command lyhord import instead.") % told


@transaction.atomic
def want(run: Run, *, by: User, now: datetime) -> Run:
    """Import now: the step brings it in, a part each walk. Raises NotWanted."""
    row = Run.objects.select_related("brand").select_for_update(of=("self",)).get(pk=run.pk)
    mandates.require(by, VERB, row.brand)
    if row.state == Run.State.WANTED:
        return row
    if row.state != Run.State.TRIED or not row.file:
        raise NotWanted(_("The file is gone or was brought in already. Choose it once more."))
    row.state, row.by, row.position = Run.State.WANTED, by, 0
    row.report = reports.Report().told()
    row.save(update_fields=["state", "by", "position", "report"])
    audit.record("import.wanted", row, by=by, now=now, system=row.system)
    return row


@transaction.atomic
def give_up(run: Run, *, by: User, now: datetime) -> Run:
    """No more of it comes; what came stays. Its file goes."""
    row = Run.objects.select_related("brand").select_for_update(of=("self",)).get(pk=run.pk)
    mandates.require(by, VERB, row.brand)
    if row.state in {Run.State.TRIED, Run.State.WANTED}:
        end(row, Run.State.ENDED, now)
        audit.record("import.given_up", row, by=by, now=now, system=row.system)
    return row


def carry_on(run: Run, now: datetime) -> int:
    """The next part; gives how many records were looked at. Who wanted it is asked anew for her mandate."""
    batch = batch_of(run)
    if batch is None or run.by is None:
        end(run, Run.State.ENDED, now)
        return 1
    try:
        bringing = Import(run.brand, run.system, by=run.by, now=now)
    except mandates.NotYours:
        end(run, Run.State.ENDED, now)
        return 1
    bringing.expect(batch.records)
    report = reports.of(run.report)
    if run.position == 0:
        report.take(batch.problems)
    records = batch.ordered()
    part = records[run.position : run.position + AT_ONCE]
    for record in part:
        bringing.bring(record, report)
    run.position += len(part)
    run.report, run.total = report.told(), len(records)
    run.save(update_fields=["position", "report", "total"])
    if run.position >= len(records):
        end(run, Run.State.DONE, now)
        audit.record("import.done", run, by=run.by, now=now, system=run.system, come=report.come)
    return len(part) or 1


def batch_of(run: Run) -> Batch | None:
    try:
        return parsed(run.file, run.system, run.name, tuple(run.columns.items())) if run.file else None
    except (OSError, readers.BadFile):
        return None


@lru_cache(maxsize=1)
def parsed(path: str, system: str, name: str, columns: tuple[tuple[str, str], ...]) -> Batch:
    """A file is read once, not for each part; nobody writes to it after it was tried."""
    raw = (folder() / path).read_bytes()
    return readers.read(system, [(name, raw)], dict(columns), MOST_UNPACKED)


def end(run: Run, state: Run.State, now: datetime) -> None:
    """Its file goes: what came is here, and what did not come is told."""
    parsed.cache_clear()
    path, run.state, run.file, run.done_at = run.file, state, "", now
    run.save(update_fields=["state", "file", "done_at"])
    if path:
        (folder() / path).unlink(missing_ok=True)


def forget_files(now: datetime) -> int:
    """Files that were tried and not wanted within a day, those that no run knows, and after a month what was wrong with
    single lines, which may name people; gives how many went.
    """
    old = Run.objects.filter(state=Run.State.TRIED, made_at__lt=now - KEPT).exclude(file="")
    for run in old:
        end(run, Run.State.ENDED, now)
    known = set(Run.objects.exclude(file="").values_list("file", flat=True))
    stray = [path for path in files() if path.name not in known and age(path, now) > KEPT]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(old) + len(stray) + forget_problems(now)


def forget_problems(now: datetime) -> int:
    """The counts stay."""
    gone = 0
    for run in Run.objects.filter(made_at__lt=now - TOLD).exclude(state=Run.State.WANTED).order_by("pk"):
        if run.report.get("problems"):
            run.report = {**run.report, "problems": [], "more": 0}
            run.save(update_fields=["report"])
            gone += 1
    return gone


def folder() -> Path:
    return Path(settings.LYHORD_DATA) / "moving"


def files() -> Sequence[Path]:
    return [path for path in folder().iterdir() if path.is_file()] if folder().is_dir() else []


def age(path: Path, now: datetime) -> timedelta:
    return timedelta(seconds=now.timestamp() - path.stat().st_mtime)
