"""Finding posts by their words, and nothing that a person types is syntax."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from lyhord.channels.models import Account
from lyhord.intake import search, words
from lyhord.intake.models import Post
from lyhord.intake.tests import makes
from lyhord.staff.models import Brand


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    return makes.make_account(brand, now)


def found(query: str, *accounts: Account, before: int | None = None, most: int = 50) -> list[str]:
    ids = search.find(query, [account.pk for account in accounts] if accounts else None, before, most)
    natives = dict(Post.objects.values_list("pk", "native"))
    return [natives[pk] for pk in ids]


@pytest.mark.parametrize(
    ("text", "lang", "query"),
    [
        ("Tåget blev försenat", "sv", "försenade"),
        ("Förseningarna är många", "sv", "försening"),
        ("Junat ovat myöhässä", "fi", "juna"),
        ("Where is my refund?", "en", "refunds"),
        ("Where is my refund?", "", "REFUND"),
        ("Pengarna tillbaka", "xx", "peng"),
        ("Tåget till Ånge", "sv", "ånge tåg"),
    ],
)
def test_a_word_is_found_by_its_stem_or_beginning(
    account: Account, now: datetime, text: str, lang: str, query: str
) -> None:
    makes.make_post(account, now, "1", text, lang=lang)
    makes.make_post(account, now, "2", "Something else")
    assert found(query) == ["1"]


def test_all_words_must_be_there_and_the_newest_comes_first(account: Account, now: datetime) -> None:
    for number in range(5):
        makes.make_post(account, now, str(number), f"late train {'again' if number % 2 else ''}")
    assert found("late") == ["4", "3", "2", "1", "0"]
    assert found("late again") == ["3", "1"]
    third = Post.objects.get(native="3")
    assert found("late", before=third.pk, most=2) == ["2", "1"]


def test_only_the_accounts_asked_for_are_searched(account: Account, brand: Brand, now: datetime) -> None:
    other = makes.make_account(brand, now)
    makes.make_post(account, now, "1", "refund")
    makes.make_post(other, now, "2", "refund")
    assert found("refund", account) == ["1"]
    assert search.find("refund", []) == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "a AND",
        "NEAR(",
        "words:x",
        "a* OR b",
        "'; DROP TABLE intake_post; --",
        "'a':*",
        "& | !",
        "\\",
        "%",
        "^a",
        "-",
        "a\0b",
    ],
)
def test_what_is_typed_is_never_syntax(account: Account, now: datetime, query: str) -> None:
    makes.make_post(account, now, "1", "nothing of that")
    assert found(query) == []


def test_odd_letters_are_one_word_in_both_databases(account: Account, now: datetime) -> None:
    makes.make_post(account, now, "1", "Cafe\u0301 STRASSE straße 东京 हिन्दी 👍 e-mail")
    for query in ("café", "strasse", "东京", "हिन्दी", "mail"):
        assert found(query) == ["1"], query


def test_a_long_text_costs_a_bounded_index() -> None:
    assert len(words.words(" ".join(f"w{number}" for number in range(10_000)))) == words.MOST_WORDS
    assert len(words.words("x" * 100_000)[0]) == words.LONGEST_WORD


def test_an_edited_post_is_found_by_its_new_words_only(account: Account, now: datetime) -> None:
    makes.make_post(account, now, "1", "old")
    event = makes.said("1", "new", kind="edited", key="e", at=now + timedelta(minutes=1))
    makes.take(account, event, now=now + timedelta(minutes=2))
    assert found("new") == ["1"] and found("old") == []


def test_the_index_of_words_leads(account: Account, now: datetime) -> None:
    """Newest first by the index itself: no sort on SQLite, no walk along the primary key on PostgreSQL."""
    sql, values = search.statement(["late"], [account.pk], None, 50)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", values)
            plan = " ".join(row[0] for row in cursor.fetchall())
            assert "intake_search_words" in plan and "Backward" not in plan
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
            plan = " ".join(row[3] for row in cursor.fetchall())
            assert "VIRTUAL TABLE" in plan and "TEMP B-TREE" not in plan and "SCAN p" not in plan
