"""What helps to work, as an export tells it: tags, saved replies, macros, and what is promised."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from lyhord.desk import queries as desk
from lyhord.desk.models import Macro, SavedReply, Tag, Target
from lyhord.desk.queries.hours import targets_visible_to
from lyhord.desk.queries.macros import macros_visible_to
from lyhord.moving.exports.scope import Scope

TAG = ("id", "brand", "name")
REPLY = (
    "id", "brand", "team", "owner", "folder", "name", "language", "channel", "text", "review", "review_note", "version", "uses",
    "used_at", "changed_at",
)  # fmt: skip
MACRO = (
    "id", "brand", "team", "owner", "name", "reply", "steps", "on_tag", "is_on", "uses", "used_at", "changed_at",
)  # fmt: skip
PROMISE = (
    "first", "first_warn", "first_too_late", "first_in_open", "first_pauses", "resolution", "resolution_warn",
    "resolution_too_late", "resolution_in_open", "resolution_pauses", "reopening",
)  # fmt: skip
TARGET = ("id", "brand", "account", "kind", "flow", "is_urgent", *PROMISE)


def tags(scope: Scope) -> QuerySet[Tag]:
    return Tag.objects.filter(brand__in=scope.brands).select_related("brand")


def tag(rows: list[Tag]) -> Iterable[dict[str, Any]]:
    for row in rows:
        yield {"id": row.pk, "brand": row.brand.name, "name": row.name}


def saved_replies(scope: Scope) -> QuerySet[SavedReply]:
    rows = SavedReply.objects.all() if scope.person is None else desk.saved_replies_visible_to(scope.person)
    rows = rows.filter(brand__in=scope.brands).select_related("brand", "team", "owner")
    return rows.prefetch_related("texts")


def saved_reply(rows: list[SavedReply]) -> Iterable[dict[str, Any]]:
    """A line for each text: one saved reply has several languages and networks."""
    plain = ("folder", "name", "review", "review_note", "version", "uses", "used_at", "changed_at")
    for row in rows:
        told = {name: getattr(row, name) for name in plain} | whose(row) | {"id": row.pk}
        for text in sorted(row.texts.all(), key=lambda one: (one.lang, one.connector)):
            yield told | {"language": text.lang, "channel": text.connector, "text": text.text}


def macros(scope: Scope) -> QuerySet[Macro]:
    rows = Macro.objects.all() if scope.person is None else macros_visible_to(scope.person)
    return rows.filter(brand__in=scope.brands).select_related("brand", "team", "owner", "reply")


def macro(rows: list[Macro]) -> Iterable[dict[str, Any]]:
    plain = ("name", "steps", "on_tag", "is_on", "uses", "used_at", "changed_at")
    for row in rows:
        yield (
            {name: getattr(row, name) for name in plain}
            | whose(row)
            | {
                "id": row.pk,
                "reply": row.reply.name if row.reply else None,
            }
        )


def whose(row: SavedReply | Macro) -> dict[str, Any]:
    return {
        "brand": row.brand.name,
        "team": row.team.name if row.team else None,
        "owner": row.owner.email if row.owner else None,
    }


def targets(scope: Scope) -> QuerySet[Target]:
    rows = Target.objects.all() if scope.person is None else targets_visible_to(scope.person)
    return rows.filter(brand__in=scope.brands).select_related("brand", "account")


def target(rows: list[Target]) -> Iterable[dict[str, Any]]:
    """Times in seconds."""
    for row in rows:
        yield {name: getattr(row, name) for name in ("kind", "flow", "is_urgent", *PROMISE)} | {
            "id": row.pk,
            "brand": row.brand.name,
            "account": row.account.name if row.account else None,
        }
