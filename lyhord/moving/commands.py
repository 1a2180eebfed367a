"""`lyhord export` and `lyhord import`."""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import django

from lyhord.lib.commands import parser
from lyhord.lib.errors import LyhordError

if TYPE_CHECKING:
    from lyhord.staff.models import Brand, User


class NotFound(LyhordError):
    """A brand or person that is not there."""


def main(name: str, words: list[str]) -> int:
    commands: dict[str, Callable[[list[str]], int]] = {"export": export, "import": bring}
    return commands[name](words)


def export(words: list[str]) -> int:
    options = parser(
        "export",
        "Everything of one kind as CSV or JSON lines, to standard output. In CSV a cell that a spreadsheet would run begins"
        " with an apostrophe; JSON lines are exact. Times are UTC. Written to the audit log.",
    )
    options.add_argument("kind", nargs="?", help="what to take out; without it the kinds are listed")
    options.add_argument("--form", choices=["csv", "jsonl"], default="csv", help="csv (default) or jsonl")
    options.add_argument("--brand", help="of this brand alone; without it of all")
    options.add_argument("--as", dest="person", metavar="EMAIL", help="only what this person may take out")
    options.add_argument("--out", metavar="FILE", help="write to a file instead")
    given = options.parse_args(words)
    django.setup()
    from lyhord.moving import exports

    if given.kind is None:
        for kind in exports.KINDS.values():
            sys.stdout.write(f"{kind.name:<14} {', '.join(kind.columns)}\n")
        return 0
    brand = brand_of(given.brand).pk if given.brand else None
    scope = exports.scope_of(person_of(given.person) if given.person else None, brand)
    pieces = exports.export(scope, given.kind, given.form, now=datetime.now(UTC))
    if given.out:
        with open(given.out, "xb") as out:  # noqa: PTH123 - never over a file that is there
            write(pieces, out)
    else:
        write(pieces, sys.stdout.buffer)
    return 0


def write(pieces: Iterable[bytes], out: BinaryIO) -> None:
    for piece in pieces:
        out.write(piece)
    out.flush()


def bring(words: list[str]) -> int:
    options = parser(
        "import",
        "Another system's history into one brand. Without --yes nothing is written: what would come is told, what is here"
        " already, and what cannot come and why. Nothing is sent to customers; the same files twice double nothing.",
    )
    options.add_argument("system", choices=["chatwoot", "zammad", "helpdesk", "csv", "guidance"])
    options.add_argument("files", nargs="+", metavar="FILE", help="JSON, JSON lines, CSV, or a zip of them")
    options.add_argument("--brand", required=True, help="name or number of the brand")
    options.add_argument(
        "--as", dest="person", metavar="EMAIL", required=True, help="who answers for it; it needs her mandate"
    )
    options.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="OURS=THEIRS",
        help="of a CSV, what a column is called there; may be given several times",
    )
    options.add_argument(
        "--invite", action="store_true", help="people come as invited; without it they come as inactive"
    )
    options.add_argument("--yes", action="store_true", help="do it")
    given = options.parse_args(words)
    django.setup()
    from lyhord.moving import actions, readers, reports

    raw = [(Path(name).name, read_file(name)) for name in given.files]
    batch = readers.read(given.system, raw, columns_of(given.column))
    brand, by, now = brand_of(given.brand), person_of(given.person), datetime.now(UTC)
    if not given.yes:
        report = actions.dry_run(batch, brand, given.system, by=by, now=now)
        sys.stdout.write(reports.text(report, is_dry=True))
        sys.stdout.write("Nothing was written. Add --yes to do it.\n")
        return 0
    report = actions.bring_all(batch, brand, given.system, by=by, now=now, is_inviting=given.invite)
    sys.stdout.write(reports.text(report, is_dry=False))
    return 0


def read_file(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as problem:
        raise NotFound(f"{name} cannot be read: {problem.strerror}.") from problem


def columns_of(told: Iterable[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in told]
    if wrong := [ours for ours, sign, theirs in pairs if not sign or not theirs.strip()]:
        raise NotFound(f"--column {wrong[0]!r} says no name. Write it as text='Message body'.")
    return {ours.strip().lower(): theirs.strip() for ours, _sign, theirs in pairs}


def brand_of(name: str) -> "Brand":
    from lyhord.staff.models import Brand

    found = Brand.objects.filter(name=name).first()
    if found is None and name.isascii() and name.isdigit():
        found = Brand.objects.filter(pk=int(name)).first()
    if found is None:
        known = ", ".join(Brand.objects.order_by("name").values_list("name", flat=True))
        raise NotFound(f"There is no brand {name!r}. There are: {known or 'none yet'}.")
    return found


def person_of(email: str) -> "User":
    from lyhord.staff.models import User

    found = User.objects.filter(email__iexact=email.strip()).first()
    if found is None:
        raise NotFound(f"Nobody here has the address {email!r}.")
    return found
