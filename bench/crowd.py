"""Many conversations, made by a few statements of SQL: always the same ones for the same number.

Everything follows from the row's number by a multiplicative hash, so no file is needed and nothing is random. What the
inbox does not read (assessments, filings, the index of words) is left out.
"""

import random
from datetime import UTC, datetime

from django.core.management.color import no_style
from django.db import connection, models, transaction

from lyhord.channels.models import Account, App
from lyhord.customers.models import Customer, Identity
from lyhord.desk.models import Conversation, Reading, Strand, Tag, Tally, Turn
from lyhord.intake.models import Post, Thread
from lyhord.staff.models import Brand, Membership, Team, User

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
START = int(NOW.timestamp()) - 730 * 86_400
ACCOUNTS, PEOPLE, TAGS, LINES = 12, 40, 30, 4_000
POSTS = 5  # a conversation
CHUNK = 100_000
WORDS = """tåget står still i dag och ingen säger varför vi väntar på perrongen min biljett betalades två gånger hur får jag
pengarna tillbaka juna on myöhässä taas eikä kukaan vastaa missä lippuni kiitos hyvästä palvelusta toget er forsinket igjen
når kommer neste tog billetten min virker ikke hvor er refusjonen the app does not open my ticket thank you for your help
konduktören var mycket vänlig vagnen är iskall och toaletten stängd sedan Umeå""".split()
FIRST = "Åsa Erik Linnea Petri Aino Kari Ingrid Mads Søren Freja Tuomas Veikko Maja Olle Greta Nils Hanna Jonas".split()
LAST = "Berg Nyström Lahtinen Solbakken Kjær Forsberg Rautio Lind Holm Virtanen Hansen Dahl Ek Sjö Moe Koski".split()


def fill(conversations: int) -> None:
    """So many conversations with five posts each, and people who answer them."""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-1000000")
        else:
            cursor.execute("SET session_replication_role = replica")  # no checks of foreign keys
        house()
        lines()
        crowd(conversations)
        made = [
            Brand,
            Team,
            App,
            Account,
            User,
            Tag,
            Customer,
            Identity,
            Thread,
            Post,
            Conversation,
            Strand,
            Turn,
            Reading,
            Tally,
        ]
        for statement in connection.ops.sequence_reset_sql(no_style(), made):
            cursor.execute(statement)
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=FULL")


@transaction.atomic
def house() -> None:
    brand = Brand.objects.create(pk=1, name="Nordbanan")
    team = Team.objects.create(pk=1, brand=brand, name="Kundtjänst")
    app = App.objects.create(pk=1, connector="demo", name="Demo", endpoint="bench", made_at=NOW)
    for number in range(1, ACCOUNTS + 1):
        connector = ("demo", "mastodon", "webform")[number % 3]
        Account.objects.create(
            pk=number,
            app=app,
            brand=brand,
            connector=connector,
            name=f"Sida {number}",
            native=f"a{number}",
            made_at=NOW,
        )
    people = [
        User(
            pk=n,
            email=f"p{n}@bench.example",
            name=f"{FIRST[n % 18]} {LAST[n % 16]}",
            is_demo=True,
            is_on_duty=True,
        )
        for n in range(1, PEOPLE + 1)
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(user=person, team=team, role="agent") for person in people)
    Tag.objects.bulk_create(Tag(pk=n, brand=brand, name=f"ämne {n}") for n in range(1, TAGS + 1))


@transaction.atomic
def lines() -> None:
    """Sentences to draw from, in a table of this session."""
    chance = random.Random(1)
    rows = [
        (n, " ".join(chance.choices(WORDS, k=min(30, max(3, int(chance.lognormvariate(2.3, 0.5))))))[:200])
        for n in range(LINES)
    ]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE line (n integer PRIMARY KEY, text text NOT NULL)")
        cursor.executemany("INSERT INTO line VALUES (%s, %s)", rows)


def crowd(conversations: int) -> None:
    customers, posts = max(10, conversations // 5), conversations * POSTS
    customer = f"{any_of('i', 3, customers)} + 1"
    account = f"i % {ACCOUNTS} + 1"
    begun, last = (
        f"{START} + (i * {730 * 86_400 - 90_000}) / {conversations}",
        f"{any_of('i', 5, 86_400)} + 3000",
    )
    part = any_of("i", 7, 1000)
    is_open, is_rest, is_spam = f"{part} < 45", f"{part} >= 80", f"{part} BETWEEN 70 AND 79"
    status = f"CASE WHEN {part} < 45 THEN 'open' WHEN {part} < 65 THEN 'waiting' WHEN {part} < 70 THEN 'snoozed' ELSE 'closed' END"
    of_post = f"((i - 1) / {POSTS} + 1)"
    post_at = f"{START} + ({of_post} * {730 * 86_400 - 90_000}) / {conversations} + (i % {POSTS}) * 500"
    fill_table(Customer, customers, brand_id="1", name=name(), since=at(str(START)))
    fill_table(
        Identity, customers, customer_id="i", brand_id="1", connector="'demo'", native="'u' || i", handle="'@person' || i",
        name=name(), first_at=at(str(START)), last_at=at(str(START)),
    )  # fmt: skip
    fill_table(
        Thread,
        conversations,
        account_id=account,
        native="'t' || i",
        is_public=truth("i % 3 < 2"),
        begun_at=at(begun),
    )
    fill_table(
        Conversation, conversations, brand_id="1", account_id=account, customer_id=customer, number="i + 1000",
        subject=line("i", 11), snippet=line("i", 13), status=status,
        assignee_id=f"CASE WHEN {part} < 18 THEN NULL ELSE {any_of('i', 17, PEOPLE)} + 1 END",
        lang="CASE i % 3 WHEN 0 THEN 'sv' WHEN 1 THEN 'fi' ELSE 'en' END",
        kind="CASE i % 5 WHEN 0 THEN 'complaint' WHEN 1 THEN 'praise' WHEN 2 THEN 'report' ELSE 'question' END",
        is_urgent=truth(f"{any_of('i', 19, 20)} = 0"), is_spam=truth(is_spam), is_public=truth("i % 3 < 2"),
        opened_at=at(begun), last_at=at(f"{begun} + {last}"), priority=any_of("i", 23, 100),
        waiting_since=f"CASE WHEN {is_open} AND i % 4 < 3 THEN {at(begun)} END",
        closed_at=f"CASE WHEN {is_rest} THEN {at(f'{begun} + {last}')} END",
    )  # fmt: skip
    fill_table(
        Strand, conversations, thread_id="i", identity_id=customer, conversation_id="i", begun_at=at(begun)
    )
    fill_table(
        Post, posts, thread_id=of_post, account_id=f"{of_post} % {ACCOUNTS} + 1", native="'p' || i",
        author=f"'u' || ({any_of(of_post, 3, customers)} + 1)", text=line("i", 29), at=at(post_at), stored_at=at(post_at),
        text_at=at(post_at), is_own=truth(f"i % {POSTS} = 3"), is_public=truth(f"{of_post} % 3 < 2"),
    )  # fmt: skip
    fill_table(Turn, posts, conversation_id=of_post, strand_id=of_post, at=at(post_at), post_id="i")
    small(conversations)


def small(conversations: int) -> None:
    """Tags, who read what, and the counts."""
    tagging = "INSERT INTO desk_conversation_tags (conversation_id, tag_id) SELECT id, {tag} FROM desk_conversation WHERE {which}"
    tables = [
        tagging.format(tag=f"{any_of('id', 31, TAGS // 2)} + 1", which="id % 3 = 0"),
        tagging.format(tag=f"{any_of('id', 37, TAGS // 2)} + {TAGS // 2 + 1}", which="id % 9 = 0"),
        f"INSERT INTO {Reading._meta.db_table} (conversation_id, user_id, last_turn)"
        f" SELECT id, id % {PEOPLE} + 1, id * {POSTS} FROM desk_conversation"
        f" UNION SELECT id, 1, id * {POSTS} FROM desk_conversation WHERE status = 'open' AND id % 2 = 0",
        f"INSERT INTO {Tally._meta.db_table} (account_id, assignee, status, waits, is_spam, flow, n)"
        " SELECT account_id, coalesce(assignee_id, 0), status, waiting_since IS NOT NULL, is_spam, flow, count(*)"
        " FROM desk_conversation GROUP BY 1, 2, 3, 4, 5, 6",
    ]
    for statement in tables:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def fill_table(model: type[models.Model], n: int, **told: str) -> None:
    """Rows 1 to n: `told` is SQL over the number i; every other column has its own default."""
    fields = [
        field for field in model._meta.concrete_fields if field.attname not in told and not field.primary_key
    ]
    defaults = [field.get_db_prep_save(field.get_default(), connection) for field in fields]
    columns = ["id", *told, *(field.column for field in fields)]
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(f'{chr(34)}{column}{chr(34)}' for column in columns)})"
    values = ", ".join(
        [*(value.replace("%", "%%") for value in ("i", *told.values())), *["%s"] * len(fields)]
    )
    for first in range(1, n + 1, CHUNK):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"{into} SELECT {values} FROM {series(first, min(n, first + CHUNK - 1))}", defaults
            )


# The same words for both databases ----------------------------------------------------------------------------------


def series(first: int, last: int) -> str:
    if connection.vendor == "postgresql":
        return f"generate_series({first}::bigint, {last}) AS s(i)"
    return f"(WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last}) SELECT i FROM s)"


def any_of(number: str, salt: int, n: int) -> str:
    """A number below n that looks as if drawn by lot."""
    return f"(({number}) * {2_654_435_761 + salt * 15_838} % 4294967296 / 64 % {n})"


def at(seconds: str) -> str:
    sign = "to_timestamp({})" if connection.vendor == "postgresql" else "datetime({}, 'unixepoch')"
    return sign.format(seconds)


def truth(condition: str) -> str:
    return f"({condition})"


def line(number: str, salt: int) -> str:
    return f"(SELECT text FROM line WHERE n = {any_of(number, salt, LINES)})"


def name() -> str:
    def choice(names: list[str], by: str) -> str:
        cases = " ".join(f"WHEN {n} THEN '{word}'" for n, word in enumerate(names))
        return f"CASE {by} {cases} END"

    return (
        f"{choice(FIRST, any_of('i', 41, len(FIRST)))} || ' ' || {choice(LAST, any_of('i', 43, len(LAST)))}"
    )
