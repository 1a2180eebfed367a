"""What is well, what is not, and what to do about it."""

import json
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import django
from django.conf import settings
from django.db import connection

from lyhord.lib.commands import parser

GIB = 1024**3
LEAST_DISK = 1 * GIB
SILENT_WORKER = timedelta(seconds=60)


@dataclass(frozen=True)
class Finding:
    """`state`: ok, warn or bad."""

    state: str
    what: str
    do: str = ""


def main(name: str, words: list[str]) -> int:
    options = parser(
        "doctor", "What is well, what is not, and what to do. Exit status 1 when something is bad."
    )
    options.add_argument("--json", action="store_true", help="one JSON object a line")
    given = options.parse_args(words)
    django.setup()
    findings = list(examine(datetime.now(UTC)))
    for finding in findings:
        sys.stdout.write(json.dumps(asdict(finding)) + "\n" if given.json else line(finding))
    return 1 if any(finding.state == "bad" for finding in findings) else 0


def line(finding: Finding) -> str:
    mark = {"ok": "ok  ", "warn": "warn", "bad": "BAD "}[finding.state]
    return f"{mark}  {finding.what}" + (f"\n      -> {finding.do}" if finding.do else "") + "\n"


def examine(now: datetime) -> Iterator[Finding]:
    """Every check; the later ones only where the database answers and is migrated."""
    yield from (check() for check in PLAIN)
    try:
        yield database()
        ready = migrated()
    except Exception as problem:  # whatever the driver raises: it is the finding
        yield Finding(
            "bad",
            f"The database does not answer: {type(problem).__name__}.",
            "Look at LYHORD_DATABASE_URL and the server.",
        )
        return
    yield ready
    if ready.state == "ok":
        yield from (check(now) for check in INSIDE)


def python() -> Finding:
    return Finding("ok", f"Python {sys.version.split()[0]}")


def sqlite() -> Finding:
    from pysqlite3 import dbapi2

    from lyhord.operations.migrate import has_wal_fault

    if has_wal_fault(dbapi2.sqlite_version_info):
        return Finding(
            "bad",
            f"SQLite {dbapi2.sqlite_version} can lose commits in WAL mode.",
            "Install pysqlite3>=0.6.1.",
        )
    return Finding("ok", f"SQLite {dbapi2.sqlite_version}, without the WAL-reset fault")


def keys() -> Finding:
    path = settings.KEYRING_PATH
    if not path.exists():
        return Finding("ok", "No keys.json yet; it is made at the first start.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding("bad", f"{path.name} can be read by others.", f"chmod 600 {path}")
    return Finding("ok", "keys.json is readable by the owner alone. Keep a copy apart from the backups.")


def disk() -> Finding:
    folder = next(path for path in [settings.LYHORD_DATA, *settings.LYHORD_DATA.parents] if path.exists())
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        return Finding(
            "bad",
            f"{free / GIB:.1f} GiB free where the data lies.",
            "Make room: intake stops before the disk is full.",
        )
    return Finding("ok", f"{free / GIB:.0f} GiB free where the data lies")


def mail() -> Finding:
    if not settings.LYHORD_SMTP_URL:
        return Finding(
            "warn", "No mail: invitations and new passwords are links to copy.", "Set LYHORD_SMTP_URL."
        )
    return Finding("ok", f"Mail by {settings.EMAIL_HOST}:{settings.EMAIL_PORT}")


def address() -> Finding:
    if not settings.IS_HTTPS and "localhost" not in settings.LYHORD_PUBLIC_URL:
        return Finding(
            "bad",
            f"{settings.LYHORD_PUBLIC_URL} is not https.",
            "Put a proxy with TLS in front and set LYHORD_PUBLIC_URL.",
        )
    return Finding(
        "ok", f"Public address {settings.LYHORD_PUBLIC_URL}, live stream {settings.LYHORD_PUSH_URL}"
    )


def second_factor() -> Finding:
    if settings.LYHORD_MFA != "required":
        return Finding("warn", "A password alone lets people in.", "Set LYHORD_MFA=required.")
    return Finding("ok", "A second factor is asked of everybody")


def database() -> Finding:
    connection.ensure_connection()
    return Finding("ok", f"Database: {connection.vendor}")


def migrated() -> Finding:
    from lyhord.operations.migrate import pending

    missing = pending()
    if missing:
        return Finding(
            "bad", f"{len(missing)} migrations are missing (first: {missing[0]}).", "Run `lyhord migrate`."
        )
    return Finding("ok", "The database is at this version")


def worker(now: datetime) -> Finding:
    from lyhord.web import marks

    beat = marks.get("worker.beat")
    silent = now - datetime.fromtimestamp(beat, UTC)
    if not beat or silent > SILENT_WORKER:
        return Finding(
            "bad", "No worker has been seen for a minute.", "Start `lyhord serve` or `lyhord work`."
        )
    return Finding("ok", f"A worker lives (seen {silent.total_seconds():.0f} s ago)")


def accounts(now: datetime) -> Finding:
    from lyhord.channels.models import Account, State

    broken = list(Account.objects.filter(state=State.BROKEN).values_list("name", flat=True))
    if broken:
        return Finding(
            "bad", f"Accounts that need attention: {', '.join(broken)}.", "Open Settings, Channels."
        )
    return Finding("ok", f"{Account.objects.filter(state=State.ACTIVE).count()} accounts active")


def quarantine(now: datetime) -> Finding:
    from lyhord.intake.models import Envelope

    held = Envelope.objects.filter(state=Envelope.QUARANTINED).count()
    if held:
        return Finding(
            "warn", f"{held} envelopes in quarantine.", "Open Settings, Quarantine: one click tries again."
        )
    return Finding("ok", "Nothing in quarantine")


def outbox(now: datetime) -> Finding:
    from lyhord.outbox.models import Dispatch, State

    unsure = Dispatch.objects.filter(state=State.UNSURE).count()
    if unsure:
        return Finding(
            "warn", f"{unsure} dispatches may or may not have been sent.", "Open Outbox and settle them."
        )
    return Finding("ok", "No dispatch is in doubt")


PLAIN: tuple[Callable[[], Finding], ...] = (python, sqlite, keys, disk, mail, address, second_factor)
INSIDE: tuple[Callable[[datetime], Finding], ...] = (worker, accounts, quarantine, outbox)
