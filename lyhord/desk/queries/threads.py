"""A whole thread, with everybody who spoke in it: nothing is left out, a page at a time by key (NX-12).

Pages go by time, since a thread may be endless; within a page each word stands under the one it answers. What answers
a word of an earlier page says whose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from lyhord.desk.models import ThreadReading, Turn
from lyhord.desk.queries import timeline
from lyhord.intake.models import Post, PostAlias, Thread
from lyhord.outbox import queries as outbox
from lyhord.outbox.models import Dispatch, ReceiptAlias, State
from lyhord.staff.models import User

MOST = 200
DEEPEST = 6  # levels that are drawn; deeper ones stand at the last
STANDS = [State.SENT, State.HANDED_OVER]


@dataclass(frozen=True, slots=True)
class Said:
    """One word of the thread: a post, or an answer of ours that the network did not show us again."""

    post: Post | None
    dispatch: Dispatch | None
    depth: int
    is_new: bool  # to this reader
    answers: Post | None  # what it answers, where that stands on another page
    conversation: int | None

    @property
    def key(self) -> str:
        return f"post-{self.post.pk}" if self.post is not None else f"dispatch-{self.at.timestamp()}"

    @property
    def at(self) -> datetime:
        if self.post is not None:
            return self.post.at
        assert self.dispatch is not None
        return self.dispatch.sent_at or self.dispatch.made_at


@dataclass(frozen=True)
class Reader:
    said: list[Said]
    next: str | None  # the cursor of the page after
    unread: int  # on this page
    upto: int  # what `mark_thread_read` may be told once this page was read


def reader(user: User, thread: Thread, after: str = "", most: int = MOST) -> Reader:
    """Raises BadCursor."""
    rows = posts_of(thread).order_by("at", "pk")
    begin = timeline.cursor(after) if after else None
    if begin is not None:
        rows = rows.filter(Q(at__gt=begin[0]) | Q(at=begin[0], pk__gt=begin[2]))
    posts = list(rows[: most + 1])
    more, posts = len(posts) > most, posts[:most]
    last = last_read(user, thread)
    placed = nested(posts, aliases_of(posts))
    ours = unheard(thread, begin[0] if begin else None, posts[-1].at if more else None)
    return Reader(
        said=woven(placed, ours, last, earlier(thread, posts), conversations_of(posts)),
        next=timeline.encoded((posts[-1].at, "p", posts[-1].pk)) if more else None,
        unread=sum(is_new(post, last) for post in posts),
        upto=read_upto(thread, posts, more=more),
    )


def posts_of(thread: Thread) -> QuerySet[Post]:
    return Post.objects.filter(thread=thread, is_placeholder=False)


def last_read(user: User, thread: Thread) -> int:
    return (
        ThreadReading.objects.filter(thread=thread, user=user).values_list("last_post", flat=True).first()
        or 0
    )


def is_new(post: Post, last: int) -> bool:
    """Our own words are new to nobody."""
    return post.pk > last and not post.is_own


def read_upto(thread: Thread, posts: list[Post], *, more: bool) -> int:
    """The newest id up to which all was shown. A late comer on an early page must not hide what later pages hold."""
    if not posts:
        return 0
    shown = max(post.pk for post in posts)
    if not more:
        return posts_of(thread).aggregate(newest=Max("pk"))["newest"] or 0
    end = posts[-1]
    later = posts_of(thread).filter(
        Q(at__gt=end.at) | Q(at=end.at, pk__gt=end.pk), is_own=False, pk__lte=shown
    )
    first = later.order_by("pk").values_list("pk", flat=True).first()
    return shown if first is None else first - 1


# Who answers whom ---------------------------------------------------------------------------------------------------


def aliases_of(posts: Iterable[Post]) -> dict[str, str]:
    """Further names of these posts -> the first one."""
    names = {post.pk: post.native for post in posts}
    rows = PostAlias.objects.filter(post__in=names).values_list("native", "post")
    return {native: names[post] for native, post in rows}


def nested(posts: list[Post], aliases: Mapping[str, str]) -> list[tuple[Post, int]]:
    """Each under what it answers, in the order of time among sisters. A ring of answers is broken where it begins."""
    here = {post.native: post for post in posts}
    below: dict[str, list[Post]] = {}
    for post in posts:
        parent = aliases.get(post.parent, post.parent)
        below.setdefault(parent if parent in here and parent != post.native else "", []).append(post)
    placed: list[tuple[Post, int]] = []
    seen: set[str] = set()
    for root in [*below.get("", []), *posts]:
        stack = [(root, 0)]
        while stack:
            post, depth = stack.pop()
            if post.native in seen:
                continue
            seen.add(post.native)
            placed.append((post, min(depth, DEEPEST)))
            stack += [(child, depth + 1) for child in reversed(below.get(post.native, []))]
    return placed


def earlier(thread: Thread, posts: list[Post]) -> dict[str, Post]:
    """What these answer on pages before, by the name that they use for it."""
    here = {post.native for post in posts}
    wanted = {post.parent for post in posts if post.parent} - here
    if not wanted:
        return {}
    found = {post.native: post for post in Post.objects.filter(account=thread.account_id, native__in=wanted)}
    rows = PostAlias.objects.filter(account=thread.account_id, native__in=wanted).select_related("post")
    return {**{row.native: row.post for row in rows if row.post.native not in here}, **found}


def conversations_of(posts: Iterable[Post]) -> dict[int, int]:
    rows = Turn.objects.filter(post__in=[post.pk for post in posts]).values_list("post", "conversation")
    return {post: conversation for post, conversation in rows if post is not None}


# Answers of ours that the network never showed us --------------------------------------------------------------------


def unheard(thread: Thread, begin: datetime | None, end: datetime | None) -> list[Dispatch]:
    rows = Dispatch.objects.filter(thread=thread, verb="reply", state__in=STANDS)
    rows = rows.select_related("answers", "by", "receipt", "turn").order_by("made_at", "pk")
    if begin is not None:
        rows = rows.filter(made_at__gt=begin)
    if end is not None:
        rows = rows.filter(made_at__lte=end)
    found = list(rows)
    heard = outbox.receipts_by_native([thread.account_id], own_names(thread, found))
    return [dispatch for dispatch in found if dispatch.pk not in heard.values()]


def own_names(thread: Thread, dispatches: list[Dispatch]) -> set[str]:
    """Names of our dispatches under which an own post is stored here."""
    names = {
        dispatch.receipt.native
        for dispatch in dispatches
        if hasattr(dispatch, "receipt") and dispatch.receipt.native
    }
    further = ReceiptAlias.objects.filter(receipt__in=[dispatch.pk for dispatch in dispatches])
    names |= set(further.values_list("native", flat=True))
    posts = Post.objects.filter(account=thread.account_id, native__in=names).values_list("native", flat=True)
    aliases = PostAlias.objects.filter(account=thread.account_id, native__in=names)
    return {*posts, *aliases.values_list("native", flat=True)}


def woven(
    placed: list[tuple[Post, int]],
    ours: list[Dispatch],
    last: int,
    before: Mapping[str, Post],
    conversations: Mapping[int, int],
) -> list[Said]:
    """The posts, and each answer of ours under the post that it answers; one that answers none of them at the end."""
    after: dict[int | None, list[Dispatch]] = {}
    here = {post.pk for post, _depth in placed}
    for dispatch in ours:
        after.setdefault(dispatch.answers_id if dispatch.answers_id in here else None, []).append(dispatch)
    said = []
    for post, depth in placed:
        found = before.get(post.parent) if depth == 0 else None
        said.append(Said(post, None, depth, is_new(post, last), found, conversations.get(post.pk)))
        deeper = min(depth + 1, DEEPEST)
        said += [
            Said(None, each, deeper, False, None, conversations.get(post.pk))
            for each in after.get(post.pk, [])
        ]
    said += [
        Said(None, each, 0, False, each.answers, each.turn.conversation_id if hasattr(each, "turn") else None)
        for each in after.get(None, [])
    ]
    return said
