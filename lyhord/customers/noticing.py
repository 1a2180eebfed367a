"""The step that reads what posts tell of their authors: traces, wishes, and the same question asked again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lyhord.customers import asking, gathering, wishing
from lyhord.customers.models import Authorship, Band, Identity, SameQuestion, Trace, Wish, Wording
from lyhord.intake.models import Post, PostChange
from lyhord.lib import work
from lyhord.web import marks

MARK = "customers.noticed"
CHANGED = "customers.noticed_changes"
SETTLED = timedelta(minutes=2)  # longer than any transaction that writes posts
BATCH = 200
FORGET = timedelta(days=30)  # a wish that we only read out of her words, and nobody looked at
NEEDED = (
    "text", "at", "thread", "is_own", "is_placeholder", "is_spoken_to", "deleted_at", "is_public", "account__brand_id", "account__connector",
)  # fmt: skip


def notice(now: datetime) -> int:
    """Read posts that were tied to their authors and not read yet; how many."""
    return notice_new(now) + notice_changed(now)


@transaction.atomic
def notice_new(now: datetime) -> int:
    before = marks.get(MARK)
    rows = Post.objects.select_related("account").only(*NEEDED)
    posts, mark = work.without_receipt(
        rows,
        Wording.objects.all(),
        link="post",
        after=before,
        settled=Q(stored_at__lt=now - SETTLED),
        most=BATCH,
    )
    tied = with_authors(posts)
    if tied:
        read(tied, now)
    if mark > before:
        marks.put(MARK, mark)
    return len(tied)


def with_authors(posts: Collection[Post]) -> list[Post]:
    """Those that `tie_authors` has been at; the others are read in a later walk."""
    tied = set(Authorship.objects.filter(post__in=[post.pk for post in posts]).values_list("post", flat=True))
    return [post for post in posts if post.pk in tied]


@transaction.atomic
def notice_changed(now: datetime) -> int:
    """What was edited or filled is read anew; what was deleted leaves nothing behind."""
    after = marks.get(CHANGED)
    told = {"edited", "filled", "deleted"}
    changes = dict(
        PostChange.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "post_id")[: BATCH * 5]
    )
    if not changes:
        return 0
    touched = set(PostChange.objects.filter(pk__in=changes, what__in=told).values_list("post", flat=True))
    if touched:
        posts = (
            Post.objects.select_related("account").only(*NEEDED).filter(pk__in=touched, wording__isnull=False)
        )
        again = list(posts.order_by("pk"))
        forget([post.pk for post in again])
        read(again, now)
    marks.put(CHANGED, max(changes))
    return len(touched)


def forget(posts: Collection[int]) -> None:
    """Everything that was read out of these posts, but what a person accepted since."""
    Trace.objects.filter(post__in=posts).delete()
    Wish.objects.filter(post__in=posts, state=Wish.SUGGESTED).delete()
    SameQuestion.objects.filter(Q(post__in=posts) | Q(earlier__in=posts), declined_at=None).delete()
    Band.objects.filter(post__in=posts).delete()
    Wording.objects.filter(post__in=posts).delete()


def read(posts: Sequence[Post], now: datetime) -> None:
    signatures = asking.read(posts, now)
    who = authors_of(posts)
    words = [post for post in posts if post.pk in who and not post.deleted_at]
    moments = asking.link(words, signatures, who)
    told = [
        trace
        for identity in {row.pk: row for row in who.values()}.values()
        for trace in gathering.of_identity(identity)
    ]
    told += [trace for post in words for trace in gathering.of_post(post, who[post.pk])]
    new = gathering.keep(told)
    gathering.weigh([*moments, *gathering.candidates(new)], now, moments)
    keep_wishes(words, who, now)


def authors_of(posts: Sequence[Post]) -> dict[int, Identity]:
    rows = Authorship.objects.filter(post__in=[post.pk for post in posts], identity__isnull=False)
    return {row.post_id: row.identity for row in rows.select_related("identity") if row.identity is not None}


def keep_wishes(posts: Sequence[Post], who: dict[int, Identity], now: datetime) -> None:
    """What she wishes in her own words is suggested; what a person decided about it stays decided."""
    rows = [
        Wish(
            customer_id=who[post.pk].customer_id, kind=found.kind, value=found.value[:200], words=found.words[:200], source="post", post=post,
            state=Wish.SUGGESTED, made_at=now,
        )
        for post in posts
        for found in wishing.find(post.text)
    ]  # fmt: skip
    Wish.objects.bulk_create(rows, ignore_conflicts=True)


def forget_old(now: datetime) -> int:
    """Drop what is too old to be compared with, and wishes that nobody accepted."""
    bands = Band.objects.filter(
        pk__in=Band.objects.filter(at__lt=now - asking.WINDOW).values("pk")[:5_000]
    ).delete()[0]
    wishes = Wish.objects.filter(state=Wish.SUGGESTED, made_at__lt=now - FORGET)
    return int(bands + wishes.delete()[0])
