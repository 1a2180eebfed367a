"""Is what we keep whole? The database itself, the audit chain, and the files."""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

from lyhord.lib.commands import parser


def main(name: str, words: list[str]) -> int:
    parser("check", "Audit chain, database and files: whole or not. Exit status 1 when not.").parse_args(
        words
    )
    django.setup()
    problems = found()
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if not problems:
        sys.stdout.write("Whole: the database, the audit chain, and every file that a post shows.\n")
    return 1 if problems else 0


def found() -> list[str]:
    """What is not whole, in words; empty: all is."""
    return [*database(), *chain(), *files()]


def database() -> list[str]:
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        said = [str(row[0]) for row in cursor.fetchall()]
    return (
        []
        if said == ["ok"]
        else [f"The database is damaged: {line}. Restore the last good backup." for line in said]
    )


def chain() -> list[str]:
    from lyhord.staff import audit

    place = audit.first_break()
    return (
        []
        if place is None
        else [f"The audit chain is broken at number {place}: a row was changed, added or taken away."]
    )


def files() -> list[str]:
    from lyhord.intake.models import Attachment

    kept = Attachment.objects.filter(state=Attachment.KEPT).values_list("pk", "path")
    missing = [pk for pk, path in kept.iterator() if not (Path(settings.MEDIA_ROOT) / path).is_file()]
    return (
        [
            f"{len(missing)} files of posts are missing under {settings.MEDIA_ROOT} (first: attachment {missing[0]})."
        ]
        if missing
        else []
    )
