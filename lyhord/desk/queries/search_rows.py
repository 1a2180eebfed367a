"""What a search reads of the utterances that may be hits, and what its operators ask of them, as SQL.

Aliases: p the post, c its conversation, t its turn, s the judgement, d the dispatch, n the note, a the account.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db import connection

from lyhord.desk.operators import Condition, moment
from lyhord.staff.models import User

Sql = tuple[str, list[Any]]
NEVER: Sql = ("1 = 0", [])

POSTS = """
SELECT p.id, t.id, p.at, p.title, p.text, COALESCE(NULLIF(s.language, 'und'), p.lang, ''), p.name, p.handle, p.is_own,
 p.is_public, p.thread_id, a.name, a.connector, c.id, c.number, c.subject, c.status, c.account_id, 'post'
FROM intake_post p
JOIN channels_account a ON a.id = p.account_id
LEFT JOIN desk_turn t ON t.post_id = p.id
LEFT JOIN desk_conversation c ON c.id = t.conversation_id
LEFT JOIN triage_assessment s ON s.post_id = p.id
WHERE p.deleted_at IS NULL
"""
OWN = """
SELECT t.id, t.id, t.at, '', COALESCE(n.text, d.text, ''), COALESCE(d.lang, c.lang), COALESCE(u.name, ''), '', true,
 COALESCE(d.is_public, false), d.thread_id, a.name, a.connector, c.id, c.number, c.subject, c.status, c.account_id,
 CASE WHEN n.id IS NULL THEN 'reply' ELSE 'note' END
FROM desk_turn t
JOIN desk_conversation c ON c.id = t.conversation_id
JOIN channels_account a ON a.id = c.account_id
LEFT JOIN outbox_dispatch d ON d.id = t.dispatch_id
LEFT JOIN desk_note n ON n.id = t.note_id
LEFT JOIN staff_user u ON u.id = COALESCE(n.by_id, d.by_id)
WHERE 1 = 1
"""
# The same of one conversation `c`, for the list of the inbox. What says nothing is no hit (search.Source.says).
POSTS_OF_ONE = """
SELECT 1 FROM desk_turn t
JOIN intake_post p ON p.id = t.post_id
JOIN channels_account a ON a.id = p.account_id
LEFT JOIN triage_assessment s ON s.post_id = p.id
WHERE t.conversation_id = c.id AND p.deleted_at IS NULL AND TRIM(p.title || ' ' || p.text) NOT IN ('', '–')
"""
OWN_OF_ONE = """
SELECT 1 FROM desk_turn t
JOIN channels_account a ON a.id = c.account_id
LEFT JOIN outbox_dispatch d ON d.id = t.dispatch_id
LEFT JOIN desk_note n ON n.id = t.note_id
LEFT JOIN staff_user u ON u.id = COALESCE(n.by_id, d.by_id)
WHERE t.conversation_id = c.id AND (n.id IS NOT NULL OR d.verb = 'reply')
 AND TRIM(COALESCE(n.text, d.text, '')) NOT IN ('', '–')
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where is looked, by whom and when."""

    user: User
    now: datetime
    zone: tzinfo
    is_own: bool  # notes and replies of ours; else posts


def clause(one: Condition, place: Place) -> Sql:
    sql, values = CLAUSES[one.name](one.value, place)
    # A column that is NULL (no conversation, no judgement) is not what was asked for, whichever way it was asked.
    return (f"NOT COALESCE(({sql}), false)" if one.is_not else f"({sql})", values)


def begins(columns: Sequence[str], value: str) -> Sql:
    """One of the columns begins so, or one of its later words does. SQLite folds the case of ASCII alone: `title` for the rest."""
    like = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    told = value.lstrip("@#").replace("\\", "").replace("%", "").replace("_", "\\_")
    if not told:
        return NEVER
    forms = sorted({told, told.title()})
    tests = [f"{column} {like} %s ESCAPE '\\'" for column in columns for _form in forms for _way in range(2)]
    values = [text for _column in columns for form in forms for text in (f"{form}%", f"% {form}%")]
    return " OR ".join(tests), values


def from_(value: str, place: Place) -> Sql:
    if value == "us":
        return ("1 = 1", []) if place.is_own else ("p.is_own", [])
    if value == "me":
        return ("COALESCE(n.by_id, d.by_id) = %s", [place.user.pk]) if place.is_own else NEVER
    return begins(["u.name"] if place.is_own else ["p.name", "p.handle"], value)


def to(value: str, place: Place) -> Sql:
    return begins(["d.person_handle"] if place.is_own else ["a.name", "a.handle"], value)


def judged(column: str, named: str) -> Callable[[str, Place], Sql]:
    def of(value: str, place: Place) -> Sql:
        told = f"c.{column}" if place.is_own else f"COALESCE(s.{named}, c.{column})"
        return f"LOWER({told}) = %s", [value.casefold()]

    return of


def tag(value: str, place: Place) -> Sql:
    return (
        "EXISTS (SELECT 1 FROM desk_conversation_tags ct JOIN desk_tag g ON g.id = ct.tag_id"
        " WHERE ct.conversation_id = c.id AND (LOWER(g.name) = %s OR g.name IN (%s, %s)))",
        [value.casefold(), value, value.capitalize()],
    )


def assignee(value: str, place: Place) -> Sql:
    if value == "nobody":
        return "c.id IS NOT NULL AND c.assignee_id IS NULL", []
    if value == "me":
        return "c.assignee_id = %s", [place.user.pk]
    sql, values = begins(["w.name"], value)
    return f"EXISTS (SELECT 1 FROM staff_user w WHERE w.id = c.assignee_id AND ({sql}))", values  # noqa: S608 - our own words only


def day(sign: str) -> Callable[[str, Place], Sql]:
    def of(value: str, place: Place) -> Sql:
        at = moment(value, place.now, place.zone)
        if at is None:
            return NEVER
        return f"{'t' if place.is_own else 'p'}.at {sign} %s", [connection.ops.adapt_datetimefield_value(at)]

    return of


def has(value: str, place: Place) -> Sql:
    if value == "note":
        return (
            "EXISTS (SELECT 1 FROM desk_turn nt WHERE nt.conversation_id = c.id AND nt.note_id IS NOT NULL)",
            [],
        )
    if value == "link":
        return f"{'COALESCE(n.text, d.text)' if place.is_own else 'p.text'} LIKE %s", ["%http%"]
    if place.is_own:
        return "EXISTS (SELECT 1 FROM outbox_enclosure e WHERE e.dispatch_id = d.id)", []
    return "EXISTS (SELECT 1 FROM intake_attachment e WHERE e.post_id = p.id)", []


IS: Mapping[str, tuple[str, str]] = {  # of a post; of our own words
    "public": ("p.is_public", "d.is_public"),
    "private": ("NOT p.is_public", "NOT d.is_public"),
    "note": ("1 = 0", "n.id IS NOT NULL"),
    "reply": ("p.is_own", "d.id IS NOT NULL"),
    "ours": ("p.is_own", "1 = 1"),
    "theirs": ("NOT p.is_own", "1 = 0"),
    "spam": ("c.is_spam", "c.is_spam"),
    "urgent": ("c.is_urgent", "c.is_urgent"),
}
CLAUSES: Mapping[str, Callable[[str, Place], Sql]] = {
    "from": from_,
    "to": to,
    "kind": judged("kind", "kind"),
    "topic": judged("topic", "topic"),
    "lang": judged("lang", "language"),
    "tag": tag,
    "status": lambda value, place: ("c.status = %s", [value]),
    "assignee": assignee,
    "account": lambda value, place: begins(["a.name", "a.handle"], value),
    "network": lambda value, place: ("a.connector = %s", [value.casefold()]),
    "before": day("<"),
    "after": day(">="),
    "has": has,
    "is": lambda value, place: (IS[value][place.is_own], []),
    "number": lambda value, place: ("c.number = %s", [int(value.lstrip("#"))]),
}
