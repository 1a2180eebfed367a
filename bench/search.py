"""Search over many posts: the newest 50, and a page of operators, beside a plain LIKE over the same table.

Posts of six to thirty words are made of a vocabulary of 40 thousand, drawn by Zipf's law, every fifth with forms of Finnish
and Swedish nouns. Each search goes through the whole query as the page asks it: rights, operators, texts read again, marks.

    python -m bench.search --posts 5000000 --database postgresql
"""

import argparse
import itertools
import json
import random
import statistics
import sys
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from typing import Any

from bench import measure, place

VOCABULARY = 40_000
BATCH = 5_000
NOUNS = (
    "tilaus",
    "tilauksen",
    "hinta",
    "hinnan",
    "lasku",
    "laskut",
    "beställning",
    "beställningen",
    "fakturor",
    "väskan",
)
RANKS = {"common": (50, 150), "mid": (1_000, 3_000), "rare": (8_000, 16_000)}
QUERIES = 40  # of each set
MACHINE_SEED = 7


def vocabulary(draw: random.Random) -> list[str]:
    syllables = ["".join(pair) for pair in itertools.product("bdfghjklmnprstv", "aeiouyäö")]
    made: dict[str, None] = {}
    while len(made) < VOCABULARY:
        made["".join(draw.choices(syllables, k=draw.choice((2, 2, 3, 3, 4))))] = None
    return list(made)


class Writer:
    """Draws texts; knows what the index wants of each word, so that filling is not a benchmark of the stemmer."""

    def __init__(self) -> None:
        from lyhord.intake import words

        self.draw = random.Random(MACHINE_SEED)
        self.words = vocabulary(self.draw)
        self.bounds = list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
        self.stems = {word: words.stems([word], "sv") for word in (*self.words, *NOUNS)}

    def text(self, number: int) -> list[str]:
        n = self.draw.randint(6, 30)
        said = [self.words[bisect(self.bounds, self.draw.random() * self.bounds[-1])] for _ in range(n)]
        return [*said, self.draw.choice(NOUNS)] if number % 5 == 0 else said

    def asked(self, kind: str) -> list[str]:
        pick = self.draw.randint
        if kind == "and":
            return [
                f"{self.words[pick(*RANKS['common'])]} {self.words[pick(*RANKS['mid'])]}"
                for _ in range(QUERIES)
            ]
        if kind == "prefix":
            return [self.words[pick(*RANKS["mid"])][:4] for _ in range(QUERIES)]
        if kind == "nouns":
            return [NOUNS[n % len(NOUNS)] for n in range(QUERIES)]
        if kind == "operators":
            return [f"{word} is:public status:open -{self.words[900]}" for word in self.asked("common")]
        return [self.words[pick(*RANKS[kind])] for _ in range(QUERIES)]


def fill(posts: int) -> None:
    """One brand, one account, a conversation for every four posts; rows as the line would leave them."""
    from bench import crowd

    crowd.fill(max(1, posts // 4 if posts < 40_000 else 10_000))
    from django.db import connection, transaction

    from lyhord.desk.models import Conversation
    from lyhord.intake.models import Post, Thread

    account = Conversation.objects.values_list("account", flat=True)[0]
    thread = Thread.objects.filter(account=account).values_list("pk", flat=True)[0]
    first = Post.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    conversations = list(Conversation.objects.filter(account=account).values_list("pk", flat=True)[:10_000])
    writer = Writer()
    for begins in range(0, posts, BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            insert(
                cursor,
                connection.vendor,
                list(rows(writer, range(begins, min(posts, begins + BATCH)), first)),
                account,
                thread,
                conversations,
            )
        if begins % 200_000 == 0:
            print(f"# {begins} posts", file=sys.stderr, flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def rows(writer: Writer, numbers: range, first: int) -> Iterator[tuple[int, list[str], list[str]]]:
    for number in numbers:
        said = writer.text(number)
        yield first + number, said, list(dict.fromkeys(stem for word in said for stem in writer.stems[word]))


POST = (
    "INSERT INTO intake_post (id, thread_id, account_id, native, parent, author, handle, name, author_facts, text, title, lang, at, stored_at,"
    " text_at, version, is_own, is_public, is_spoken_to, is_placeholder, link, mentions, extra) VALUES "
)


def insert(
    cursor: Any, vendor: str, made: list[Any], account: int, thread: int, conversations: list[int]
) -> None:
    is_postgresql = vendor == "postgresql"
    at = "now()" if is_postgresql else "'2026-11-20 12:00:00'"
    slot = f"(%s, {thread}, {account}, %s, '', '', '', 'Aino', '{{}}', %s, '', 'sv', {at}, {at}, {at}, 1, false, true, true, false, '', '[]', '{{}}')"
    many(cursor, POST, slot, [(pk, f"bench{pk}", " ".join(said)) for pk, said, _stems in made])
    turn = 'INSERT INTO desk_turn (conversation_id, at, post_id, what, "values", taken_state) VALUES '
    many(
        cursor,
        turn,
        f"(%s, {at}, %s, '', '{{}}', '')",
        [(conversations[pk % len(conversations)], pk) for pk, *_ in made],
    )
    if is_postgresql:
        entries = [(pk, [*dict.fromkeys(said), *(f"~{stem}" for stem in stems)]) for pk, said, stems in made]
        many(
            cursor,
            "INSERT INTO intake_search (post_id, account_id, words) VALUES ",
            f"(%s, {account}, array_to_tsvector(%s::text[]))",
            entries,
        )
    else:
        entries = [(pk, " ".join(dict.fromkeys(said)), " ".join(stems)) for pk, said, stems in made]
        cursor.executemany("INSERT INTO intake_search (rowid, words, stems) VALUES (%s, %s, %s)", entries)


def many(cursor: Any, head: str, slot: str, values: list[tuple[Any, ...]]) -> None:
    for begins in range(0, len(values), 500):
        part = values[begins : begins + 500]
        cursor.execute(head + ", ".join([slot] * len(part)), [value for row in part for value in row])


def measured() -> dict[str, dict[str, float]]:
    """Milliseconds of each set: ours, and a LIKE for its first word, in turns."""
    from django.db import connection
    from django.utils import timezone

    from lyhord.desk.queries.search import find
    from lyhord.staff.models import User

    person, writer = User.objects.get(pk=1), Writer()

    def ours(text: str) -> int:
        return len(find(person, text, now=timezone.now()).hits)

    def like(text: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM intake_post WHERE text LIKE %s ORDER BY id DESC LIMIT 50",
                [f"%{text.split()[0]}%"],
            )
            return len(cursor.fetchall())

    return {
        kind: of_set(writer.asked(kind), ours, like)
        for kind in ("common", "mid", "rare", "and", "prefix", "nouns", "operators")
    }


def of_set(texts: list[str], ours: Callable[[str], int], like: Callable[[str], int]) -> dict[str, float]:
    taken: dict[str, list[float]] = {"ours": [], "like": []}
    cpu: list[float] = []
    hits = 0
    for number, text in enumerate(texts):
        ways = [("ours", ours), ("like", like)]
        for name, run in ways if number % 2 == 0 else ways[::-1]:
            if name == "like" and number >= 10:  # a LIKE that finds little reads everything
                continue
            begun, worked = time.perf_counter(), time.process_time()
            found = run(text)
            cpu += [(time.process_time() - worked) * 1000] if name == "ours" else []
            taken[name].append((time.perf_counter() - begun) * 1000)
            hits += found if name == "ours" else 0
    ratio = statistics.median(taken["like"]) / statistics.median(taken["ours"][: len(taken["like"])])
    return {
        "p50": statistics.median(taken["ours"]), "p95": measure.share(taken["ours"], 0.95), "cpu_p50": statistics.median(cpu), "cpu_p95": measure.share(cpu, 0.95), "like_p50": statistics.median(taken["like"]),
        "ratio": ratio, "hits": hits / len(texts),
    }  # fmt: skip


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--posts", type=int, default=200_000)
    told.add_argument("--database", choices=place.DATABASES, default="sqlite")
    told.add_argument("--keep", default="", help="a folder that keeps the filled database (SQLite alone)")
    given = told.parse_args()
    with place.made(given.database, given.keep) as environment:
        place.enter(environment)
        from lyhord.intake.models import Post

        if not Post.objects.exists():
            begun = time.monotonic()
            fill(given.posts)
            print(f"# filled in {time.monotonic() - begun:.0f} s", file=sys.stderr)
        report(given.database, given.posts, measured())


def report(database: str, posts: int, found: dict[str, dict[str, float]]) -> None:
    print(f"{measure.machine()}\n{database}, {posts} posts, milliseconds")
    for kind, one in found.items():
        print(
            f"{kind:10} newest 50: p50 {one['p50']:7.1f}  p95 {one['p95']:7.1f}  CPU p50 {one['cpu_p50']:6.1f} p95 {one['cpu_p95']:6.1f}  hits {one['hits']:5.1f}"
            f"  LIKE p50 {one['like_p50']:8.1f}  ratio {one['ratio']:.1f}"
        )
    print(json.dumps({"database": database, "posts": posts, **found}))


if __name__ == "__main__":
    main()
