"""Writing what a batch of events changed, in few statements. Within the transaction of the caller."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from django.db import transaction

from lyhord.channels import actions as channels
from lyhord.channels.contract import Event
from lyhord.intake import files, rules, search
from lyhord.intake.actions.ledger import Ledger, shape
from lyhord.intake.models import (
    Attachment,
    Carrier,
    Envelope,
    Post,
    PostAlias,
    PostChange,
    PostVersion,
    Reaction,
    Report,
    Thread,
    Wanted,
)
from lyhord.lib import bulk, work

CHANGES = 7_502  # later rooms walk changes by id, so ids must rise in the order of commits
POST_FIELDS = [
    "thread", "parent", "author", "handle", "name", "author_facts", "text", "title", "lang", "at", "text_at", "version",
    "is_own", "is_public", "is_spoken_to", "is_placeholder", "hidden_at", "hiding_at", "deleted_at", "link", "mentions",
    "extra",
]  # fmt: skip
AT_ONCE = 500


def store(ledger: Ledger) -> None:
    buried = [post for post in ledger.touched.values() if post.deleted_at]
    for post in buried:
        bury(post)
    store_threads(ledger)
    store_posts(ledger)
    store_joins(ledger)
    store_words(ledger, buried)
    store_files(ledger)
    store_reactions(ledger)
    store_wishes(ledger)
    bulk.insert(ledger.new_seen)
    PostAlias.objects.bulk_create(ledger.aliases.values(), AT_ONCE)
    Report.objects.bulk_create(ledger.reports, AT_ONCE)
    take_out(buried, ledger)
    store_changes(ledger)
    for report in ledger.reports:
        if report.kind == "account":
            channels.note_problem(report.account, report.text, report.at, state=report.text)


def store_threads(ledger: Ledger) -> None:
    threads = ledger.touched_threads.values()
    bulk.insert([thread for thread in threads if thread.pk is None])
    for thread in threads:
        if thread.pk in ledger.before and ledger.before[thread.pk] != shape(thread):
            thread.save(update_fields=["is_public", "title", "link", "begun_at"])


def store_posts(ledger: Ledger) -> None:
    new = [post for post in ledger.touched.values() if post.pk is None]
    for post in ledger.touched.values():
        if post.pk is not None:
            post.save(update_fields=POST_FIELDS)
    for post in new:
        post.thread_id = post.thread.pk  # of a new thread, only now known
    bulk.insert(new)


def store_joins(ledger: Ledger) -> None:
    """Posts of joined threads that were not in hand, and the threads' own mark."""
    for gone, _ in ledger.joins:
        kept = ledger.resolved(gone)
        Thread.objects.filter(pk=gone.pk).update(joined=kept)
        Thread.objects.filter(joined=gone.pk).update(joined=kept)
        for post in Post.objects.filter(thread=gone.pk).only("pk", "account_id", "native"):
            ledger.change(post, "joined")
        Post.objects.filter(thread=gone.pk).update(thread=kept)


def store_words(ledger: Ledger, buried: list[Post]) -> None:
    search.index(
        search.Entry(post.pk, f"{post.title} {post.text}", post.lang)
        for post in ledger.reworded.values()
        if not post.deleted_at
    )
    PostVersion.objects.bulk_create(
        [version for version in ledger.versions if not version.post.deleted_at], AT_ONCE
    )
    if buried:
        search.forget(post.pk for post in buried)
        PostVersion.objects.filter(post__in=buried).delete()


# Deletion ---------------------------------------------------------------------------------------------------------


def bury(post: Post) -> None:
    """A tombstone: that somebody said something here and when, and no word of it."""
    post.text = post.title = post.lang = post.link = post.handle = post.name = ""
    post.author_facts, post.mentions, post.extra, post.version = {}, [], {}, 1
    thread = post.thread
    if not post.parent and (thread.title or thread.link):
        thread.title = thread.link = ""


def take_out(buried: list[Post], ledger: Ledger) -> None:
    """Keep who carried what; of deleted posts take the raw bytes out of every envelope that spoke of them."""
    posts = {key: ledger.posts[key] for key, _ in ledger.carriers if key in ledger.posts}
    further = {
        (posts[key].pk, envelope)
        for key, envelope in ledger.carriers
        if key in posts and posts[key].envelope_id != envelope
    }
    if further:
        Carrier.objects.bulk_create(
            [Carrier(post_id=post, envelope_id=envelope) for post, envelope in further],
            AT_ONCE,
            ignore_conflicts=True,
        )
    dead = [post for post in chain(buried, posts.values()) if post.deleted_at]
    if dead:
        blank(dead, ledger.now)


def blank(posts: Iterable[Post], now: datetime) -> None:
    """Take the raw bytes out of the envelopes of `posts`, and mark their files for removal."""
    posts = list(posts)
    envelopes = {post.envelope_id for post in posts if post.envelope_id}
    envelopes |= set(Carrier.objects.filter(post__in=posts).values_list("envelope", flat=True))
    Envelope.objects.filter(pk__in=envelopes).update(raw=b"", is_blank=True)
    gone = Attachment.objects.filter(post__in=posts).update(
        state=Attachment.GONE, due_at=None, name="", alt=""
    )
    if gone:
        # A step does the same, should this process end before.
        transaction.on_commit(lambda: files.remove(now), robust=True)


# What hangs on posts ----------------------------------------------------------------------------------------------


def store_files(ledger: Ledger) -> None:
    wanted = {
        (post.pk, medium_url): attachment
        for post, event in ledger.files
        if not post.deleted_at
        for medium_url, attachment in attachments(ledger, post, event)
    }
    if wanted:
        Attachment.objects.bulk_create(wanted.values(), AT_ONCE, ignore_conflicts=True)


def attachments(ledger: Ledger, post: Post, event: Event) -> Iterable[tuple[str, Attachment]]:
    for medium in event.media:
        url = rules.place_of_file(medium.url)
        if url:
            yield (
                url,
                Attachment(
                    post=post,
                    url=url,
                    kind=medium.kind,
                    name=rules.line(medium.name, 200),
                    alt=rules.clean(medium.alt)[:5_000],
                    due_at=ledger.now,
                ),
            )


def store_reactions(ledger: Ledger) -> None:
    if not ledger.reactions:
        return
    posts = {reaction.post.pk for reaction in ledger.reactions.values()}
    there = {(row.post_id, row.author): row for row in Reaction.objects.filter(post__in=posts)}
    fresh = []
    for reaction in ledger.reactions.values():
        known = there.get((reaction.post.pk, reaction.author))
        if known is None:
            fresh.append(reaction)
        elif (known.at, known.sign) < (reaction.at, reaction.sign):
            known.at, known.sign = reaction.at, reaction.sign
            known.save(update_fields=["at", "sign"])
    Reaction.objects.bulk_create(fresh, AT_ONCE)


def store_wishes(ledger: Ledger) -> None:
    wishes = ledger.wanted.values()
    Wanted.objects.bulk_create([wish for wish in wishes if wish.pk is None], AT_ONCE)
    for wish in ledger.reparented:
        wish.save(update_fields=["parent"])
    if ledger.granted:
        Wanted.objects.filter(pk__in=[wish.pk for wish in ledger.granted]).delete()


def store_changes(ledger: Ledger) -> None:
    if ledger.changes:
        work.in_order(CHANGES)
        PostChange.objects.bulk_create(
            [PostChange(post=post, what=what, at=ledger.now) for (_, what), post in ledger.changes.items()],
            AT_ONCE,
        )
