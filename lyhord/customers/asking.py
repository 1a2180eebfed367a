"""The same question, asked again: by her on another network, or by somebody else (CH-39). Bounded by days and by index."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

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


def read(posts: Sequence[Post], now: datetime) -> dict[int, bytes]:
    """Keep a signature of each post; those too old to be compared with anything get none."""
    made = {post.pk: likeness.signature(post.text) if is_compared(post, now) else b"" for post in posts}
    bulk.insert([Wording(post=post, signature=made[post.pk], at=post.at) for post in posts])
    bulk.insert(
        [
            Band(brand_id=post.account.brand_id, value=value, post=post, at=post.at)
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
        mine, theirs = who[post.pk], other.identity
        if (
            theirs is not None
            and mine.connector != theirs.connector
            and abs(post.at - other.post.at) <= MOMENT
        ):
            pair = min(mine.pk, theirs.pk), max(mine.pk, theirs.pk)
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
                yield SameQuestion(
                    post=post, earlier_id=pk, kind=SameQuestion.HERS, share=round(share, 2), at=post.at
                )


def others(
    asked: Collection[Post], signatures: Mapping[int, bytes], who: Mapping[int, Identity]
) -> Iterable[tuple[SameQuestion, Post, Authorship]]:
    near = {post.pk: newest_alike(post, signatures[post.pk]) for post in asked}
    ids = {pk for pks in near.values() for pk in pks}
    wordings = dict(Wording.objects.filter(post__in=ids).values_list("post", "signature"))
    authors = Authorship.objects.select_related("identity", "post").in_bulk(ids)
    for post in asked:
        shares = [
            (likeness.share(signatures[post.pk], bytes(wordings.get(pk, b""))), pk)
            for pk in near[post.pk]
            if pk in authors and is_another(authors[pk], who[post.pk], post)
        ]
        best = sorted((one for one in shares if one[0] >= OTHERS_ALIKE), reverse=True)[:OTHERS_MOST]
        for share, pk in best:
            row = SameQuestion(
                post=post, earlier_id=pk, kind=SameQuestion.OTHERS, share=round(share, 2), at=post.at
            )
            yield row, post, authors[pk]


def is_another(author: Authorship, mine: Identity, post: Post) -> bool:
    return (
        author.identity is not None
        and author.identity.customer_id != mine.customer_id
        and post.at - author.post.at <= WINDOW
    )


def newest_alike(post: Post, signature: bytes) -> set[int]:
    """The newest earlier posts of the brand in each of its bands: one statement, as many index look-ups as bands."""
    values = likeness.bands(signature)
    one = f"SELECT * FROM (SELECT post_id FROM customers_band WHERE brand_id = %s AND value = %s AND post_id < %s ORDER BY post_id DESC LIMIT {BAND_MOST}) AS b"  # noqa: S608
    sql = " UNION ".join([one] * len(values))
    given = [number for value in values for number in (post.account.brand_id, value, post.pk)]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return {row[0] for row in cursor.fetchall()}
