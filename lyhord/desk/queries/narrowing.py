"""What the line above the list asks of the conversations of a view: the words and operators of the search page, as SQL.

Words are looked up in the index: it gives utterances, and they their conversations. Operators alone are asked of each
conversation as the list is walked, so that nothing is left out however far back it lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from lyhord.customers.models import Identity
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.operators import Asked, Condition, parsed
from lyhord.desk.queries import search_rows
from lyhord.desk.queries.search import Source, people_called, slots
from lyhord.desk.queries.search_rows import NEVER, Place, Sql
from lyhord.intake import search, words
from lyhord.intake.models import Post
from lyhord.staff.models import User

MOST_LOOKED = 4000  # utterances that words are looked for in, of posts and of our own words each
MOST_FOUND = 500  # conversations of people of a name
MOST_PEOPLE = 100
OUR_WORDS = Q(note__isnull=False) | Q(dispatch__verb="reply")
CONVERSATION = 13  # the column of search_rows
WRITTEN = (
    "EXISTS (SELECT 1 FROM customers_authorship w WHERE w.post_id = p.id AND w.identity_id IN ({people}))"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line asks, as a condition on conversation `c`."""

    sql: str = ""  # "": nothing is asked
    values: Sequence[Any] = ()
    is_of_few: bool = False  # it names ids
    unknown: tuple[Condition, ...] = ()  # operators whose value means nothing, and which were left out
    looked_back_to: datetime | None = (
        None  # words are said more often than is looked: so far; None: to the beginning
    )


NOTHING = Wanted()


@dataclass(frozen=True)
class Within(Source):
    """What was said in a few conversations: their texts are read, and no index is asked."""

    of: Sequence[int] = ()

    @property
    def is_doubtful(self) -> bool:
        return True

    def candidates(self, before: int | None, most: int) -> list[int]:
        rows: Any
        if self.place.is_own:
            rows = Turn.objects.filter(OUR_WORDS, conversation__in=self.of)
        else:
            rows = Post.objects.filter(turn__conversation__in=self.of)
            if (narrow := self.narrow()) is not None:
                rows = rows.filter(pk__in=narrow.values("pk"))
        return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])


def wanted(
    user: User,
    text: str,
    accounts: Sequence[int],
    now: datetime | None = None,
    *,
    of: Sequence[int] | None = None,
) -> Wanted:
    """What `text` asks of conversations of `accounts`. Days are hers: of the zone that is active.

    `of`: no other conversations are in question, and they are few: news on a page that is open.
    """
    asked = parsed(text)
    if asked.is_empty or not accounts:
        return Wanted(unknown=asked.unknown)
    now, zone = now or timezone.now(), timezone.get_current_timezone()
    places = [Place(user, now, zone, is_own) for is_own in (False, True)]
    if not names_few(asked):
        sql, values = asked_of_each(asked, accounts, places)
        return Wanted(sql, values, unknown=asked.unknown)
    terms = words.words(" ".join([*asked.words, *asked.phrases]))[: search.MOST_TERMS]
    sources = [
        Source(place, asked, accounts, terms) if of is None else Within(place, asked, accounts, terms, of)
        for place in places
    ]
    said, looked_back_to = said_in(sources)
    sql, values = among(said)
    if called := of_that_name(asked, accounts) - said:
        more, theirs = among(called)
        tests, given = asked_of_each(asked, accounts, places) if asked.conditions else ("1 = 1", [])
        sql, values = f"({sql} OR ({more} AND {tests}))", [*values, *theirs, *given]
    return Wanted(sql, values, is_of_few=True, unknown=asked.unknown, looked_back_to=looked_back_to)


def names_few(asked: Asked) -> bool:
    """Whether words, a person or a number say which utterances are in question; else all of a view are."""
    authors = [name for name in asked.values("from") if name not in {"us", "me"}]
    return bool(asked.words or asked.phrases or asked.without or authors or asked.values("number"))


def said_in(sources: Sequence[Source]) -> tuple[set[int], datetime | None]:
    """The conversations in which it was said, and how far back was looked where that is not to the beginning."""
    found: set[int] = set()
    looked_back_to = None
    for source in sources:
        ids = source.candidates(None, MOST_LOOKED)
        if not ids:
            continue
        sql, values = source.statement(ids)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        found |= {row[CONVERSATION] for row in rows if source.says(f"{row[3]} {row[4]}", row[5])}
        if len(ids) == MOST_LOOKED and not source.place.is_own:
            looked_back_to = Post.objects.filter(pk=ids[-1]).values_list("at", flat=True).first()
    return found - {None}, looked_back_to


def asked_of_each(asked: Asked, accounts: Sequence[int], places: Sequence[Place]) -> Sql:
    """The operators, asked of one conversation: one utterance of it is all of them."""
    parts, values = [], []
    for place in places:
        tests = [search_rows.clause(one, place) for one in asked.conditions]
        if not place.is_own:
            tests += [(f"p.account_id IN ({slots(accounts)})", list(accounts)), written_by(asked)]
        start = search_rows.OWN_OF_ONE if place.is_own else search_rows.POSTS_OF_ONE
        parts.append(f"EXISTS ({start} AND {' AND '.join(test[0] for test in tests)})")
        values += [value for test in tests for value in test[1]]
    return f"({' OR '.join(parts)})", values


def written_by(asked: Asked) -> Sql:
    """As the search page finds whom `from:` names: by what they are called now, too."""
    authors = asked.values("from")
    if not authors or authors[0] in {"us", "me"}:
        return "1 = 1", []
    people = people_called(authors[0])
    return (WRITTEN.format(people=slots(people)), people) if people else NEVER


def of_that_name(asked: Asked, accounts: Sequence[int]) -> set[int]:
    """Of customers whose name or handle begins with the words, or of the number that they are."""
    if asked.phrases or asked.without or not asked.words:
        return set()
    told = " ".join(asked.words)
    found = of_people(told.lstrip("@"), accounts)
    number = told.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 16:
        found.update(Conversation.objects.filter(number=int(number)).values_list("pk", flat=True)[:1])
    return found


def of_people(name: str, accounts: Sequence[int]) -> set[int]:
    """Conversations of customers whose name or handle begins so."""
    if len(name) < 2:
        return set()
    # SQLite folds the case of ASCII alone, so "åsa" is asked for as "Åsa" too.
    begins = Q()
    for form in {name, name.title()}:
        begins |= (
            Q(name__istartswith=form) | Q(handle__istartswith=form) | Q(customer__name__istartswith=form)
        )
    known = list(Identity.objects.filter(begins).values_list("customer", flat=True)[:MOST_PEOPLE])
    rows = Conversation.objects.filter(customer__in=known, account__in=accounts).order_by("-last_at")
    return set(rows.values_list("pk", flat=True)[:MOST_FOUND])


def among(ids: set[int]) -> Sql:
    return (f"c.id IN ({slots(list(ids))})", sorted(ids)) if ids else NEVER
