"""The same question, asked again: by her on another network, or by somebody else (CH-39). Bounded by days and by index."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from django.db import connection

from lyhord.customers.models import Authorship, Band, Identity, SameQuestion, Wording
from lyhord.intake.models import Post
from lyhord.lib import bulk, likeness

WINDOW = timedelta(days=14)  # as long as a matter that was closed opens again
HERS_ALIKE = 0.35  # her own words, told anew; sure enough beside knowing that it is her
OTHERS_ALIKE = 0.6
MOMENT = timedelta(minutes=30)  # two accounts that say the same within it may be one person's
HER_MOST = 20  # of her earlier posts that one is compared with
BAND_MOST = 4  # newest posts that are looked at for each band: a storm of one text stays cheap
OTHERS_MOST = 3  # links of one post to what others asked
Pair = tuple[int, int]

# The same question to both databases: SQLite has no LATERAL.
NEWEST = {
    "postgresql": f"""
        SELECT wanted.post, near.post_id FROM json_to_recordset(%s::json) AS wanted (post bigint, brand bigint, value bigint)
        CROSS JOIN LATERAL (
            SELECT band.post_id FROM customers_band AS band
            WHERE band.brand_id = wanted.brand AND band.value = wanted.value AND band.post_id < wanted.post
            ORDER BY band.post_id DESC LIMIT {BAND_MOST}
        ) AS near""",  # noqa: S608 - a number of ours alone
    "sqlite": f"""
        SELECT wanted.value ->> 'post', near.post_id FROM json_each(%s) AS wanted
        CROSS JOIN customers_band AS near ON near.id IN (
            SELECT band.id FROM customers_band AS band
            WHERE band.brand_id = wanted.value ->> 'brand' AND band.value = wanted.value ->> 'value'
            AND band.post_id < wanted.value ->> 'post' ORDER BY band.post_id DESC LIMIT {BAND_MOST}
        )""",  # noqa: S608
}


class Author(NamedTuple):
    """Of an earlier post."""

    identity: int
    connector: str
    customer: int
    at: datetime  # of the post


def read(posts: Sequence[Post], now: datetime) -> dict[int, bytes]:
    """Keep a signature of each post; those too old to be compared with anything get none."""
    made = {post.pk: likeness.signature(post.text) if is_compared(post, now) else b"" for post in posts}
    bulk.insert([Wording(post=post, signature=made[post.pk], at=post.at) for post in posts])
    bulk.insert(
        [
            bulk.made(Band, brand_id=post.account.brand_id, value=value, post_id=post.pk, at=post.at)
            for post in posts
            for value in likeness.bands(made[post.pk])
        ]
    )
    return {pk: signature for pk, signature in made.items() if signature}


def is_compared(post: Post, now: datetime) -> bool:
    is_word = not (post.is_own or post.is_placeholder or post.deleted_at) and post.is_spoken_to
    return is_word and post.at >= now - WINDOW


def link(
    posts: Sequence[Post], signatures: Mapping[int, bytes], who: Mapping[int, Identity]
) -> dict[Pair, float]:
    """Tie posts to those that asked the same. Gives pairs of accounts that said the same at the same moment elsewhere."""
    asked = [post for post in posts if post.pk in signatures and post.pk in who]
    if not asked:
        return {}
    found = [*hers(asked, signatures, who)]
    done = {(row.post_id, row.earlier_id) for row in found}
    moments: dict[Pair, float] = {}
    for row, post, other in others(asked, signatures, who):
        if (row.post_id, row.earlier_id) not in done:
            found.append(row)
        mine = who[post.pk]
        if mine.connector != other.connector and abs(post.at - other.at) <= MOMENT:
            pair = min(mine.pk, other.identity), max(mine.pk, other.identity)
            moments[pair] = max(moments.get(pair, 0.0), row.share)
    SameQuestion.objects.bulk_create(found, ignore_conflicts=True)
    return moments


def hers(
    asked: Collection[Post], signatures: Mapping[int, bytes], who: Mapping[int, Identity]
) -> Iterable[SameQuestion]:
    """What she said before, in other threads."""
    since = min(post.at for post in asked) - WINDOW
    customers = {who[post.pk].customer_id for post in asked}
    rows = (
        Wording.objects.filter(post__authorship__identity__customer__in=customers, at__gte=since)
        .exclude(signature=b"")
        .order_by("-post")
        .values_list("post", "post__authorship__identity__customer", "post__thread", "signature", "at")
    )
    earlier: dict[int, list[tuple[int, int, bytes, datetime]]] = defaultdict(list)
    for pk, customer, thread, signature, at in rows[: HER_MOST * len(customers) + len(asked)]:
        earlier[customer].append((pk, thread, bytes(signature), at))
    for post in asked:
        before = [
            row
            for row in earlier[who[post.pk].customer_id]
            if row[0] < post.pk and post.at - row[3] <= WINDOW
        ]
        for pk, thread, signature, _at in before[:HER_MOST]:
            share = likeness.share(signatures[post.pk], signature)
            if thread != post.thread_id and share >= HERS_ALIKE:
                yield same(post, pk, SameQuestion.HERS, share)


def same(post: Post, earlier: int, kind: str, share: float) -> SameQuestion:
    told = {"post_id": post.pk, "earlier_id": earlier, "kind": kind, "share": round(share, 2), "at": post.at}
    return bulk.made(SameQuestion, **told)


def others(
    asked: Collection[Post], signatures: Mapping[int, bytes], who: Mapping[int, Identity]
) -> Iterable[tuple[SameQuestion, Post, Author]]:
    near = shares(newest_alike(asked, signatures), signatures)
    authors = authors_of({pk for found in near.values() for _share, pk in found})
    for post in asked:
        hits = [hit for hit in near[post.pk] if is_another(authors.get(hit[1]), who[post.pk], post)]
        for share, pk in sorted(hits, reverse=True)[:OTHERS_MOST]:
            yield same(post, pk, SameQuestion.OTHERS, share), post, authors[pk]


def shares(
    near: Mapping[int, set[int]], signatures: Mapping[int, bytes]
) -> dict[int, list[tuple[float, int]]]:
    """Of what has a band in common, what is alike: (share, post) by the post that asks."""
    ids = {pk for pks in near.values() for pk in pks}
    earlier = dict(Wording.objects.filter(post__in=ids).values_list("post", "signature"))
    found: dict[int, list[tuple[float, int]]] = {}
    for post, pks in near.items():
        hits = [(likeness.share(signatures[post], bytes(earlier.get(pk, b""))), pk) for pk in pks]
        found[post] = [hit for hit in hits if hit[0] >= OTHERS_ALIKE]
    return found


def authors_of(posts: Collection[int]) -> dict[int, Author]:
    """By post, where it is known whose it is."""
    rows = Authorship.objects.filter(post__in=posts, identity__isnull=False).values_list(
        "post", "identity", "identity__connector", "identity__customer", "post__at"
    )
    return {
        post: Author(identity, connector, customer, at)
        for post, identity, connector, customer, at in rows
        if identity is not None
    }


def is_another(author: Author | None, mine: Identity, post: Post) -> bool:
    return author is not None and author.customer != mine.customer_id and post.at - author.at <= WINDOW


def newest_alike(asked: Collection[Post], signatures: Mapping[int, bytes]) -> dict[int, set[int]]:
    """By post, the newest earlier posts of its brand in each of its bands: one statement for all, an index look-up a band."""
    found: dict[int, set[int]] = {post.pk: set() for post in asked}
    wanted = [
        {"post": post.pk, "brand": post.account.brand_id, "value": value}
        for post in asked
        for value in likeness.bands(signatures[post.pk])
    ]
    with connection.cursor() as cursor:
        cursor.execute(NEWEST[connection.vendor], [orjson.dumps(wanted).decode()])
        for post, earlier in cursor.fetchall():
            found[post].add(earlier)
    return found
