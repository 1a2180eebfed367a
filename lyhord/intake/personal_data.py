"""What intake holds about a person: her posts as the networks told them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from lyhord.intake import search
from lyhord.intake.actions.store import CHANGES, POST_FIELDS, blank, bury
from lyhord.intake.models import Envelope, Post, PostChange, PostVersion, Reaction, Report, Ticket
from lyhord.lib import work
from lyhord.lib.persons import Person
from lyhord.lib.text import N_

DECLARED = {
    "Envelope": "raw bytes as a network sent them; taken out when they hold something of her",
    "Refusal": "why an item was not taken; names no person",
    "Seen": "digests of event keys; nothing can be read from them",
    "Source": "how far we have read; names no person",
    "Thread": "a place on a network; its title goes with the post that gave it",
    "Wanted": "native ids of posts that we miss; names no person",
    "Look": "that a post was looked at again, and when",
    "Post": "her words, name, handle and native id; a tombstone stays",
    "PostAlias": "further native ids of a post; names no person",
    "Carrier": "which envelopes spoke of which post",
    "PostVersion": "earlier texts of her posts; removed",
    "PostChange": "that something happened to a post, and when",
    "Reaction": "what she liked; removed",
    "Report": "that she read something, or asks to be forgotten; emptied",
    "Attachment": "files of her posts; removed",
    "Ticket": "number and token of a matter; names no person",
    "Counter": "numbers only",
}


# What may go by age alone: kind -> what it is, for the page on which somebody says how long.
AGES = {
    "envelopes": N_("Raw messages as the networks sent them"),
    "versions": N_("Earlier texts of edited posts"),
    "posts": N_("Words, names and files of customers' posts"),
}


def aged(kind: str, before: datetime) -> QuerySet[Any]:
    """The rows of a kind that are older than `before` and still hold something."""
    if kind == "envelopes":
        return Envelope.objects.filter(received_at__lt=before, is_blank=False).exclude(state=Envelope.WAITING)
    if kind == "versions":
        return PostVersion.objects.filter(at__lt=before)
    return Post.objects.filter(at__lt=before, deleted_at=None, is_own=False)


@transaction.atomic
def expire(kind: str, before: datetime, now: datetime, most: int) -> int:
    """Let at most `most` of them go; gives how many. Posts leave tombstones, as an erasure does."""
    ids = list(aged(kind, before).order_by("pk").values_list("pk", flat=True)[:most])
    if kind == "envelopes":
        Envelope.objects.filter(pk__in=ids).update(raw=b"", is_blank=True, state=Envelope.DONE, due_at=None)
    elif kind == "versions":
        PostVersion.objects.filter(pk__in=ids).delete()
    else:
        entomb(list(Post.objects.filter(pk__in=ids).select_related("thread").order_by("pk")), now)
    return len(ids)


def entomb(posts: list[Post], now: datetime) -> None:
    """Words, names and files go everywhere; the place stays, so that what others said still reads."""
    told = [post for post in posts if post.deleted_at is None]
    for post in posts:
        bury(post)
        post.author, post.is_placeholder = "", False
        post.deleted_at = post.deleted_at or now
        post.save(update_fields=POST_FIELDS)
        post.thread.save(update_fields=["title", "link"])
    search.forget(post.pk for post in posts)
    PostVersion.objects.filter(post__in=posts).delete()
    blank(posts, now)
    work.in_order(CHANGES)
    PostChange.objects.bulk_create(PostChange(post=post, what="deleted", at=now) for post in told)


def by_native(person: Person, connector: str, native: str) -> Q:
    """Rows of hers: by the network of the account and her native id there."""
    found = Q(pk__in=[])
    for name, hers in person.native_ids:
        found |= Q(**{connector: name, native: hers})
    return found


def posts_of(person: Person) -> QuerySet[Post]:
    return Post.objects.filter(by_native(person, "account__connector", "author")).order_by("pk")


def export(person: Person) -> dict[str, Any]:
    posts = posts_of(person)
    fields = (
        "pk",
        "account__name",
        "native",
        "at",
        "text",
        "title",
        "lang",
        "handle",
        "name",
        "link",
        "deleted_at",
    )
    hers = by_native(person, "post__account__connector", "author")
    return {
        "posts": list(posts.values(*fields, "author_facts", "extra")),
        "earlier_texts": list(
            PostVersion.objects.filter(post__in=posts).order_by("pk").values("post", "text", "at")
        ),
        "files": list(
            posts.filter(attachments__pk__gt=0).values("pk", "attachments__name", "attachments__url")
        ),
        "reactions": list(Reaction.objects.filter(hers).order_by("pk").values("post__link", "sign", "at")),
        "reports": list(reports_of(person).order_by("pk").values("kind", "text", "at")),
        "tickets": list(
            Ticket.objects.filter(thread__in=posts.values("thread__native"))
            .values("number", "at")
            .order_by("number")
        ),
    }


def reports_of(person: Person) -> QuerySet[Report]:
    return Report.objects.filter(by_native(person, "account__connector", "person"))


@transaction.atomic
def erase(person: Person, now: datetime) -> int:
    """Her words, names and files go everywhere; tombstones keep the place, so that what others said still reads.

    What a network tells of the same posts later is not taken again.
    """
    posts = list(posts_of(person))
    entomb(posts, now)
    reactions, _ = Reaction.objects.filter(by_native(person, "post__account__connector", "author")).delete()
    reports = reports_of(person).update(person="", text="")
    return len(posts) + reactions + reports + forget_mentions(person) + blank_quarantine(person)


def forget_mentions(person: Person) -> int:
    """Where others named her: that somebody was named stays, and not who."""
    changed = 0
    for connector, native in person.native_ids:
        for post in Post.objects.filter(account__connector=connector, mentions__icontains=native):
            mentions = [unnamed(one) if one.get("native") == native else one for one in post.mentions]
            if mentions != post.mentions:
                extra = without_role(post.extra, native)
                changed += Post.objects.filter(pk=post.pk).update(mentions=mentions, extra=extra)
    return changed


def without_role(extra: dict[str, Any], native: str) -> dict[str, Any]:
    roles = extra.get("roles")
    if not isinstance(roles, dict) or native not in roles:
        return extra
    return extra | {"roles": {name: role for name, role in roles.items() if name != native}}


def unnamed(mention: dict[str, Any]) -> dict[str, Any]:
    return mention | {"native": "", "handle": "", "name": ""}


def blank_quarantine(person: Person) -> int:
    """What was never understood may hold her all the same."""
    names = [native.encode() for _, native in person.native_ids if len(native) > 3]
    names += [address.encode() for address in person.addresses]
    waiting = Envelope.objects.exclude(state=Envelope.DONE).filter(is_blank=False)
    hers = [
        envelope.pk
        for envelope in waiting.only("pk", "raw").iterator()
        if any(name in bytes(envelope.raw) for name in names)
    ]
    return Envelope.objects.filter(pk__in=hers).update(
        raw=b"", is_blank=True, state=Envelope.DONE, due_at=None, problem="The raw bytes were erased."
    )
