"""The rows that a batch of events is about: fetched together, changed in memory, written together by `store`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from lyhord.channels.contract import Event
from lyhord.channels.models import Account
from lyhord.intake import rules
from lyhord.intake.models import (
    Envelope,
    Post,
    PostAlias,
    PostVersion,
    Reaction,
    Report,
    Seen,
    Thread,
    Wanted,
)
from lyhord.lib import bulk

Key = tuple[int, str]  # account, native id

ASK_AFTER = timedelta(seconds=30)  # what is missing often comes by itself a moment later


@dataclass(slots=True, eq=False)
class Told:
    """One event of an envelope, with what it names made fit for our columns."""

    envelope: Envelope
    account: Account
    event: Event
    at: datetime
    item: str
    thread: str
    parent: str
    digest: str

    @property
    def key(self) -> Key:
        return self.account.pk, self.item

    @property
    def is_public(self) -> bool:
        return self.event.visibility == "public"


def told(envelope: Envelope, account: Account, event: Event, now: datetime) -> Told:
    return Told(
        envelope=envelope,
        account=account,
        event=event,
        at=rules.moment(event.at, now),
        item=rules.reference(event.item),
        thread=rules.reference(event.thread),
        parent=rules.reference(event.parent),
        digest=rules.short_digest(event.key),
    )


def shape(thread: Thread) -> tuple[object, ...]:
    return thread.is_public, thread.title, thread.link, thread.begun_at


class Ledger:
    """Posts, threads and wishes by native id. A post found by an alias is the same object."""

    def __init__(self, batch: Sequence[Told], now: datetime) -> None:
        self.now = now
        self.posts: dict[Key, Post] = {}
        self.threads: dict[Key, Thread] = {}
        self.by_id: dict[int, Thread] = {}
        self.wanted: dict[Key, Wanted] = {}
        self.children: dict[Key, list[Wanted]] = defaultdict(list)
        self.seen: set[tuple[int, str]] = set()
        self.before: dict[int, tuple[object, ...]] = {}  # of threads, to write only what changed
        # What `store` writes.
        self.new_seen: list[Seen] = []
        self.touched: dict[Key, Post] = {}
        self.touched_threads: dict[Key, Thread] = {}
        self.reworded: dict[Key, Post] = {}
        self.joins: list[tuple[Thread, Thread]] = []
        self.versions: list[PostVersion] = []
        self.aliases: dict[Key, PostAlias] = {}
        self.changes: dict[tuple[Key, str], Post] = {}
        self.reactions: dict[tuple[Key, str], Reaction] = {}
        self.files: list[tuple[Post, Event]] = []
        self.carriers: set[tuple[Key, int]] = set()
        self.reports: list[Report] = []
        self.granted: list[Wanted] = []
        self.reparented: list[Wanted] = []
        self.load(batch)

    # Fetching -----------------------------------------------------------------------------------------------------

    def load(self, batch: Sequence[Told]) -> None:
        accounts = {told.account.pk for told in batch}
        named = {name for told in batch for name in (told.item, told.parent, *told.event.aliases) if name}
        items = {name for told in batch for name in (told.item, *told.event.aliases) if name}
        self.seen = set(
            Seen.objects.filter(account__in=accounts, key__in={told.digest for told in batch}).values_list(
                "account_id", "key"
            )
        )
        for wish in Wanted.objects.filter(Q(parent__in=items) | Q(item__in=items), account__in=accounts):
            self.keep_wish(wish)
            named.add(wish.item)
        posts = self.find_posts(accounts, named)
        places = {told.thread or told.item for told in batch if told.thread or told.item}
        self.find_threads(accounts, places, {post.thread_id for post in posts})
        for post in posts:
            post.thread = self.resolved(self.by_id[post.thread_id])

    def find_posts(self, accounts: set[int], named: set[str]) -> list[Post]:
        posts = {post.pk: post for post in Post.objects.filter(account__in=accounts, native__in=named)}
        aliases = list(PostAlias.objects.filter(account__in=accounts, native__in=named))
        missing = {alias.post_id for alias in aliases} - posts.keys()
        posts |= {post.pk: post for post in Post.objects.filter(pk__in=missing)}
        self.posts = {(post.account_id, post.native): post for post in posts.values()}
        for alias in aliases:
            self.posts.setdefault((alias.account_id, alias.native), posts[alias.post_id])
        return list(posts.values())

    def find_threads(self, accounts: set[int], natives: set[str], ids: Iterable[int]) -> None:
        self.keep_threads(Thread.objects.filter(account__in=accounts, native__in=natives))
        self.keep_threads(Thread.objects.filter(pk__in=set(ids) - self.by_id.keys()))
        onward = {thread.joined_id for thread in self.by_id.values() if thread.joined_id} - self.by_id.keys()
        self.keep_threads(Thread.objects.filter(pk__in=onward))

    def keep_threads(self, threads: Iterable[Thread]) -> None:
        for thread in threads:
            self.before[thread.pk] = shape(thread)
            self.threads[thread.account_id, thread.native] = self.by_id[thread.pk] = thread

    # Threads ------------------------------------------------------------------------------------------------------

    def resolved(self, thread: Thread) -> Thread:
        """The thread that this one was joined into, or itself."""
        while thread.joined_id or thread.__dict__.get("onward"):
            thread = thread.__dict__.get("onward") or self.by_id[thread.joined_id or 0]
        return thread

    def thread(self, told: Told, native: str, *, is_public: bool) -> Thread:
        """The thread of that native reference, opened if it is new."""
        key = told.account.pk, native
        known = self.threads.get(key)
        if known is not None:
            return self.resolved(known)
        opened = bulk.made(
            Thread, account_id=told.account.pk, native=native, is_public=is_public, begun_at=told.at
        )
        self.threads[key] = self.touched_threads[key] = opened
        return opened

    def touch_thread(self, thread: Thread) -> None:
        self.touched_threads[thread.account_id, thread.native] = thread

    def join(self, gone: Thread, kept: Thread) -> None:
        """Two threads were found to be one. The old reference stays as an alias."""
        gone.__dict__["onward"] = kept
        kept.begun_at = min(kept.begun_at, gone.begun_at)
        self.touch_thread(gone)
        self.touch_thread(kept)
        self.joins.append((gone, kept))
        for post in {id(post): post for post in self.posts.values()}.values():
            if post.thread is gone:
                self.move(post, kept)

    def move(self, post: Post, thread: Thread) -> None:
        post.thread = thread
        self.touch(post)
        self.change(post, "joined")

    # Posts --------------------------------------------------------------------------------------------------------

    def touch(self, post: Post) -> None:
        self.touched[post.account_id, post.native] = post

    def change(self, post: Post, what: str) -> None:
        """Later rooms walk these. Of a post that they cannot have seen yet nothing is told."""
        if post.pk is not None:
            self.changes[(post.account_id, post.native), what] = post

    # Wishes -------------------------------------------------------------------------------------------------------

    def keep_wish(self, wish: Wanted) -> None:
        self.wanted[wish.account_id, wish.item] = wish
        if wish.parent:
            self.children[wish.account_id, wish.parent].append(wish)

    def wish(self, told: Told, parent: str = "") -> None:
        """Ask the network for `told.item` and what it hangs on, unless it comes by itself."""
        known = self.wanted.get(told.key)
        if known is None:
            self.keep_wish(
                Wanted(account=told.account, item=told.item, parent=parent, due_at=self.now + ASK_AFTER)
            )
        elif parent and not known.parent:
            known.parent = parent
            self.children[told.account.pk, parent].append(known)
            if known.pk is not None:
                self.reparented.append(known)

    def grant(self, wish: Wanted) -> None:
        """The wish is fulfilled."""
        self.wanted.pop((wish.account_id, wish.item), None)
        if wish.pk is not None:
            self.granted.append(wish)
