"""Full text over posts: newest first, each word by its stem or as the beginning of a word.

What a person types is cut into words first, so nothing of it can be syntax of the index. The index is written by the
actions of this room, in the transaction of the post itself.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson
from django.db import connection

from lyhord.intake import finnish, words

MOST_TERMS = 12
# In the order of the posts, so that two writers never wait for each other in a ring.
RENEW = (
    "INSERT INTO intake_search (post_id, account_id, words)"
    " SELECT p.id, p.account_id, array_to_tsvector(new.words)"
    " FROM json_to_recordset(%s::json) AS new (post bigint, words text[]) JOIN intake_post p ON p.id = new.post ORDER BY p.id"
    " ON CONFLICT (post_id) DO UPDATE SET words = excluded.words"
)


class Entry(NamedTuple):
    post: int
    text: str  # whatever of the post shall be found
    lang: str


def index(entries: Iterable[Entry]) -> None:
    """Write or renew the entries of posts."""
    rows = list(entries)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            told = [{"post": entry.post, "words": lexemes(entry)} for entry in rows]
            cursor.execute(RENEW, [orjson.dumps(told).decode()])
        else:
            statement = "INSERT OR REPLACE INTO intake_search (rowid, words, stems) VALUES (%s, %s, %s)"
            cursor.executemany(statement, [(entry.post, *columns(entry)) for entry in rows])


def columns(entry: Entry) -> tuple[str, str]:
    found = words.words(entry.text)
    return " ".join(found), " ".join(words.stems(found, entry.lang))


def lexemes(entry: Entry) -> list[str]:
    """Words, and stems marked as such: one vector holds both."""
    found = words.words(entry.text)
    return found + [f"~{stem}" for stem in words.stems(found, entry.lang)]


def forget(posts: Iterable[int]) -> None:
    column = "post_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM intake_search WHERE {column} = %s", [(post,) for post in posts])  # noqa: S608


def find(
    query: str,
    accounts: Sequence[int] | None,
    before_id: int | None = None,
    most: int = 50,
    *,
    is_wide: bool = False,
) -> list[int]:
    """Ids of posts that hold every word of `query`, newest first; of `accounts` alone unless that is None.

    `is_wide`: as Finnish bends them too. Some of these are other words: the caller reads the texts again (`marking.says`).
    """
    terms = words.words(query)[:MOST_TERMS]
    if not terms or (accounts is not None and not accounts):
        return []
    with connection.cursor() as cursor:
        cursor.execute(*statement(terms, accounts, before_id, most, is_wide=is_wide))
        return [row[0] for row in cursor.fetchall()]


def statement(
    terms: list[str],
    accounts: Sequence[int] | None,
    before_id: int | None,
    most: int,
    *,
    is_wide: bool = False,
) -> tuple[str, list[int | str]]:
    """The statement that finds, with its values.

    PostgreSQL: `+ 0` keeps the planner from walking the primary key backwards and filtering, which took two seconds
    at five million posts (reference performance.md, section 4).
    """
    is_postgresql = connection.vendor == "postgresql"
    key, order = ("s.post_id", "s.post_id + 0") if is_postgresql else ("s.rowid", "s.rowid")
    where = ["s.words @@ %s::tsquery" if is_postgresql else "intake_search MATCH %s"]
    values: list[int | str] = [(tsquery if is_postgresql else match)(terms, is_wide=is_wide)]
    table = "intake_search s"
    if before_id is not None:
        where.append(f"{key} < %s")
        values.append(before_id)
    if accounts is not None:
        where.append(f"{'s' if is_postgresql else 'p'}.account_id IN ({', '.join(['%s'] * len(accounts))})")
        values.extend(accounts)
        if not is_postgresql:
            # CROSS JOIN: SQLite then takes the index of words as the outer loop, newest first, and stops at the limit.
            table += " CROSS JOIN intake_post p ON p.id = s.rowid"
    sql = f"SELECT {key} FROM {table} WHERE {' AND '.join(where)} ORDER BY {order} DESC LIMIT %s"  # noqa: S608
    return sql, [*values, most]


def match(terms: list[str], *, is_wide: bool = False) -> str:
    """FTS5: each word as the beginning of a word, or by one of its stems. Terms are letters and digits only."""
    return " AND ".join(
        f"({' OR '.join(begun)} OR stems : ({' OR '.join(quoted(words.stems([term], '')))}))"
        for term in terms
        for begun in [[f'words : "{one}" *' for one in begins(term, is_wide)]]
    )


def begins(term: str, is_wide: bool) -> list[str]:
    return [term, *(finnish.beginnings(term) if is_wide else ())]


def quoted(stems: list[str]) -> list[str]:
    return [f'"{stem}"' for stem in stems]


def tsquery(terms: list[str], *, is_wide: bool = False) -> str:
    return " & ".join(
        "("
        + " | ".join(
            [
                *(f"'{one}':*" for one in begins(term, is_wide)),
                *(f"'~{stem}'" for stem in words.stems([term], "")),
            ]
        )
        + ")"
        for term in terms
    )
