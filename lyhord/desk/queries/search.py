"""Search over every word that somebody may see: posts, and our own replies and notes. The newest first.

Candidates come from whatever narrows most: a conversation's number, who wrote, a tag, else the index of words, else the
newest of all. They are looked at in bounded batches, so that a search costs the same however many words there are; where
it stopped looking is told, and the next page goes on from there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q

from lyhord.channels import queries as channels
from lyhord.customers.models import Authorship, Identity
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.operators import Asked, parsed
from lyhord.desk.queries import search_rows
from lyhord.desk.queries.search_rows import Place, Sql
from lyhord.intake import finnish, marking, search, words
from lyhord.intake.models import Post
from lyhord.staff.models import User

MOST = 50
BATCHES = (60, 300, 1200, 2400)  # candidates looked at, one batch after the other, until a page is full
MOST_PEOPLE = 200
MOST_CONVERSATIONS = 500


@dataclass(frozen=True, slots=True)
class Hit:
    """An utterance that was found."""

    post: int | None  # None: words of ours
    turn: int | None
    at: datetime
    title: str
    text: str
    lang: str
    name: str
    handle: str
    is_ours: bool
    is_public: bool
    thread: int | None
    account: str
    connector: str
    conversation: int | None  # None: said in a thread, of no conversation that she sees
    number: int | None
    subject: str
    status: str
    what: str  # post | reply | note
    pieces: tuple[marking.Piece, ...] = ()  # of the text, and whether each was asked for


@dataclass(frozen=True, slots=True)
class Found:
    hits: list[Hit]
    next: str | None  # where the next page goes on
    asked: Asked
    looked_back_to: datetime | None  # so far was looked without filling the page; None: to the beginning


@dataclass(frozen=True)
class Source:
    """Posts, or our own words: where each was, and how far a search has come."""

    place: Place
    asked: Asked
    accounts: Sequence[int]
    terms: list[str]

    @cached_property
    def is_doubtful(self) -> bool:
        """Whether the candidates may not hold the words: they come from elsewhere, or are asked for as Finnish bends them."""
        return self.is_narrow or any(finnish.beginnings(term) for term in self.terms)

    @cached_property
    def is_narrow(self) -> bool:
        return any(self.asked.values(name) for name in ("from", "number", "tag"))

    def batches(self, before: int | None) -> Iterator[tuple[list[int], bool]]:
        """Candidates, the newest first, and whether these were the last."""
        for most in BATCHES:
            ids = self.candidates(before, most)
            yield ids, len(ids) < most
            if len(ids) < most:
                return
            before = ids[-1]

    def candidates(self, before: int | None, most: int) -> list[int]:
        narrow = self.of_conversations() if self.place.is_own else self.narrow()
        if narrow is not None:
            ids = narrow if before is None else narrow.filter(pk__lt=before)
            return list(ids.order_by("-pk").values_list("pk", flat=True)[:most])
        if self.terms:
            return indexed(self.terms, self.accounts, before, most, is_own=self.place.is_own)
        return newest(self.accounts, before, most, is_own=self.place.is_own)

    def narrow(self) -> Any:
        """Posts of few people or of few conversations, where the search names some; None: it names none."""
        if authors := self.asked.values("from"):
            if authors[0] not in {"us", "me"} and (people := people_called(authors[0])):
                written = Authorship.objects.filter(identity__in=people).values("post")
                return Post.objects.filter(pk__in=written)
            return Post.objects.none() if authors[0] not in {"us", "me"} else None
        ids = self.conversations()
        return None if ids is None else Post.objects.filter(turn__conversation__in=ids)

    def of_conversations(self) -> Any:
        ids = self.conversations()
        own = Q(note__isnull=False) | Q(dispatch__verb="reply")
        return None if ids is None else Turn.objects.filter(own, conversation__in=ids)

    def conversations(self) -> list[int] | None:
        rows = Conversation.objects.filter(account__in=self.accounts)
        if numbers := self.asked.values("number"):
            rows = rows.filter(number=int(numbers[0].lstrip("#")))
        elif tags := self.asked.values("tag"):
            rows = rows.filter(Q(tags__name__iexact=tags[0]) | Q(tags__name=tags[0].capitalize())).distinct()
        else:
            return None
        return list(rows.order_by("-last_at").values_list("pk", flat=True)[:MOST_CONVERSATIONS])

    def hits(self, ids: list[int]) -> list[Hit]:
        """Those of the candidates that are all that was asked, the newest first."""
        if not ids:
            return []
        sql, values = self.statement(ids)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        found = [
            row for row in sorted(rows, key=lambda row: -row[0]) if self.says(f"{row[3]} {row[4]}", row[5])
        ]
        return [made(row, self.accounts, is_own=self.place.is_own) for row in found]

    def statement(self, ids: list[int]) -> Sql:
        key, account = ("t.id", "c.account_id") if self.place.is_own else ("p.id", "p.account_id")
        sql = search_rows.OWN if self.place.is_own else search_rows.POSTS
        clauses = [search_rows.clause(one, self.place) for one in self.asked.conditions]
        tests = [
            f"{key} IN ({slots(ids)})",
            f"{account} IN ({slots(self.accounts)})",
            *(one[0] for one in clauses),
        ]
        return f"{sql} AND {' AND '.join(tests)}", [
            *ids,
            *self.accounts,
            *(v for one in clauses for v in one[1]),
        ]

    def says(self, text: str, lang: str) -> bool:
        """The text itself is asked: an index may lag behind it, never the other way round."""
        if not text.strip() or text.strip() == "–":
            return False
        asked = self.asked
        return (
            (not self.is_doubtful or marking.says(text, self.terms, lang))
            and all(marking.says_phrase(text, phrase) for phrase in asked.phrases)
            and not any(marking.says(text, words.words(no), lang) for no in asked.without)
        )


def find(
    user: User, text: str, *, now: datetime, zone: tzinfo = UTC, after: str = "", limit: int = MOST
) -> Found:
    """A page of what `text` asks for, of what she may see. `after` is the `next` of the page before."""
    asked = parsed(text)
    accounts = channels.account_ids_visible_to(user)
    if asked.is_empty or not accounts:
        return Found([], None, asked, None)
    terms = words.words(" ".join([*asked.words, *asked.phrases]))[: search.MOST_TERMS]
    before = read_cursor(after)
    sources = [Source(Place(user, now, zone, is_own), asked, accounts, terms) for is_own in (False, True)]
    looks = [look(source, at, limit) for source, at in zip(sources, before, strict=True)]
    hits = sorted((hit for one in looks for hit in one.hits), key=lambda hit: hit.at, reverse=True)[:limit]
    marked = [replace(hit, pieces=pieces_of(hit, terms)) for hit in hits]
    return Found(marked, cursor(looks, hits, before), asked, looked_back(looks, hits, limit))


def pieces_of(hit: Hit, terms: list[str]) -> tuple[marking.Piece, ...]:
    return tuple(marking.marked(f"{hit.title} – {hit.text}" if hit.title else hit.text, terms, hit.lang))


@dataclass(frozen=True, slots=True)
class Look:
    hits: list[Hit]
    at: int | None  # the lowest candidate that was looked at
    is_done: bool  # there are no further candidates


def look(source: Source, before: int | None, limit: int) -> Look:
    """As many batches as fill a page."""
    hits: list[Hit] = []
    at, is_done = before, True
    if before == 0:
        return Look([], 0, is_done=True)
    for ids, is_done in source.batches(before):  # noqa: B007 - the last one counts
        hits += source.hits(ids)
        at = ids[-1] if ids else at
        if len(hits) >= limit:
            break
    return Look(hits[:limit], at, is_done and len(hits) <= limit)


def cursor(looks: Sequence[Look], shown: Sequence[Hit], before: Sequence[int | None]) -> str | None:
    """How far each source was shown: `post.turn`; "0": to its end."""
    places = []
    for one, was in zip(looks, before, strict=True):
        mine = [hit for hit in one.hits if hit in shown]
        left = len(mine) < len(one.hits)
        if left:
            places.append(key(mine[-1]) if mine else (was or key(one.hits[0]) + 1))
        else:
            places.append(0 if one.is_done else (one.at or 0))
    return None if not any(places) else ".".join(str(place) for place in places)


def key(hit: Hit) -> int:
    found = hit.post if hit.post is not None else hit.turn
    assert found is not None
    return found


def looked_back(looks: Sequence[Look], hits: Sequence[Hit], limit: int) -> datetime | None:
    """Told only where the page is not full and there is more to look at."""
    if len(hits) >= limit or all(one.is_done for one in looks):
        return None
    post = looks[0].at if not looks[0].is_done else None
    return Post.objects.filter(pk=post).values_list("at", flat=True).first() if post else None


def read_cursor(text: str) -> tuple[int | None, int | None]:
    parts = text.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None, None
    return int(parts[0]), int(parts[1])


def indexed(
    terms: list[str], accounts: Sequence[int], before: int | None, most: int, *, is_own: bool
) -> list[int]:
    if not is_own:
        return search.find(" ".join(terms), accounts, before, most, is_wide=True)
    is_postgresql = connection.vendor == "postgresql"
    key, test = ("turn_id", "words @@ %s::tsquery") if is_postgresql else ("rowid", "desk_search MATCH %s")
    values: list[Any] = [(search.tsquery if is_postgresql else search.match)(terms, is_wide=True)]
    if before is not None:
        test += f" AND {key} < %s"
        values.append(before)
    order = f"{key} + 0" if is_postgresql else key  # as in intake.search
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key} FROM desk_search WHERE {test} ORDER BY {order} DESC LIMIT %s",  # noqa: S608
            [*values, most],
        )
        return [row[0] for row in cursor.fetchall()]


def newest(accounts: Sequence[int], before: int | None, most: int, *, is_own: bool) -> list[int]:
    """The newest of all that she sees; what an operator asks is tested on them."""
    if is_own:
        rows: Any = Turn.objects.filter(Q(note__isnull=False) | Q(dispatch__verb="reply"))
    else:
        rows = Post.objects.filter(account__in=list(accounts))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])


def people_called(value: str) -> list[int]:
    forms = {value.lstrip("@"), value.lstrip("@").title()}
    called = Q()
    for form in forms:
        called |= Q(name__istartswith=form) | Q(handle__istartswith=form) | Q(name__icontains=f" {form}")
    return list(Identity.objects.filter(called).values_list("pk", flat=True)[:MOST_PEOPLE])


def made(row: Sequence[Any], accounts: Sequence[int], *, is_own: bool) -> Hit:
    (
        pk,
        turn,
        at,
        title,
        text,
        lang,
        name,
        handle,
        is_ours,
        is_public,
        thread,
        account,
        connector,
        *of,
        what,
    ) = row
    conversation, number, subject, status, where = of
    if where not in accounts:
        conversation = number = None
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Hit(
        None if is_own else pk, turn, at, title, text, lang, name, handle, bool(is_ours), bool(is_public), thread,
        account, connector, conversation, number, subject or "", status or "", what,
    )  # fmt: skip


def slots(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))
