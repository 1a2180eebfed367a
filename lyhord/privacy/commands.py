"""`lyhord export-person`, `lyhord erase-person` and `lyhord retention`."""

import json
import sys
from datetime import UTC, datetime

import django

from lyhord.lib.commands import parser

WHO = "customer:NUMBER, NETWORK:NATIVE-ID, or a mail address"


def main(name: str, words: list[str]) -> int:
    return {"export-person": export, "erase-person": erase, "retention": retention}[name](words)


def export(words: list[str]) -> int:
    options = parser("export-person", "All that is kept about a person, as one JSON document.")
    options.add_argument("who", help=WHO)
    given = options.parse_args(words)
    django.setup()
    from lyhord.privacy import actions

    told = actions.export(actions.person(given.who), by=None, now=datetime.now(UTC))
    json.dump(told, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")
    return 0


def erase(words: list[str]) -> int:
    options = parser(
        "erase-person", "Forget a person: words, names, files. What remains are tombstones and counts."
    )
    options.add_argument("who", help=WHO)
    options.add_argument(
        "--yes", action="store_true", help="do it; without it only who would be erased is told"
    )
    given = options.parse_args(words)
    django.setup()
    from lyhord.privacy import actions

    someone = actions.person(given.who)
    told = f"{len(someone.customer_ids)} customers with {len(someone.identity_ids)} identities"
    if not given.yes:
        sys.stdout.write(f"Would erase {told}. Add --yes to do it; it cannot be undone.\n")
        return 0
    gone = actions.erase(someone, by=None, now=datetime.now(UTC))
    sys.stdout.write(
        f"Erased {told}; rows changed: {', '.join(f'{room} {n}' for room, n in gone.items())}.\n"
    )
    return 0


def retention(words: list[str]) -> int:
    options = parser("retention", "Let go what is older than its rule says, and say what went.")
    options.add_argument("--dry-run", action="store_true", help="only say what would go")
    given = options.parse_args(words)
    django.setup()
    from lyhord.privacy import steps

    now = datetime.now(UTC)
    over = steps.would_go(now)
    verb = "would go" if given.dry_run else "over their time"
    for kind, count in over.items():
        sys.stdout.write(f"{kind}: {count} {verb}\n")
    if not over:
        sys.stdout.write("No kind has a time. Set it on the page Privacy.\n")
    removed = 0
    while not given.dry_run and (gone := steps.retain(now)):
        removed += gone
    if not given.dry_run:
        sys.stdout.write(f"Removed {removed} rows.\n")
    return 0
