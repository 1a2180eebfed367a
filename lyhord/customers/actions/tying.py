"""Tying posts to who wrote them, in batches: identities made or renewed, aliases kept, customers made for the new.

An identity is known by its native id on its network, never by handle, phone or name, which change hands. Two identities
that exist are never made one here, whatever a network or a form claims: people merge customers.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from lyhord.channels.models import Account
from lyhord.customers.models import Customer, Identity, IdentityAlias
from lyhord.intake.models import Post
from lyhord.lib import bulk

Key = tuple[int, str, str]  # brand, connector, native id


class Said(NamedTuple):
    """What of a post tells who wrote it; a batch has hundreds, and a model object costs twenty times as much."""

    pk: int
    account: Account
    author: str
    handle: str
    name: str
    author_facts: dict[str, Any]
    at: datetime
    is_own: bool


Spoken = Said | Post


@dataclass(slots=True)
class Author:
    """Somebody as the posts of a batch tell of her: the newest post counts."""

    key: Key
    newest: Spoken
    first_at: datetime
    aliases: dict[str, None] = field(default_factory=dict)
    posts: list[Spoken] = field(default_factory=list)


@transaction.atomic
def tie(posts: Sequence[Spoken], now: datetime) -> None:
    """Give each post its Authorship. Ours, and those that nobody is named for, have no identity."""
    authors = gathered(posts)
    identities = identified(authors)
    known = set(identities)
    make([author for key, author in authors.items() if key not in known], identities)
    renew([author for key, author in authors.items() if key in known], identities)
    keep_aliases(authors.values(), identities)
    owners = {post.pk: identities[author.key].pk for author in authors.values() for post in author.posts}
    write([(post.pk, owners.get(post.pk)) for post in posts])


def gathered(posts: Iterable[Spoken]) -> dict[Key, Author]:
    authors: dict[Key, Author] = {}
    for post in posts:
        if post.is_own or not post.author:
            continue
        key = post.account.brand_id, post.account.connector, post.author
        author = authors.get(key)
        if author is None:
            author = authors[key] = Author(key, post, post.at)
        elif post.at >= author.newest.at and (post.handle or post.name):
            author.newest = post
        author.first_at = min(author.first_at, post.at)
        author.aliases.update(dict.fromkeys(post.author_facts.get("aliases", ())))
        author.posts.append(post)
    return authors


def identified(authors: dict[Key, Author]) -> dict[Key, Identity]:
    """Those that we know already, by their native id, else by one of its aliases."""
    natives = {native for author in authors.values() for native in (author.key[2], *author.aliases)}
    brands, connectors = {key[0] for key in authors}, {key[1] for key in authors}
    where = {"brand__in": brands, "connector__in": connectors, "native__in": natives}
    known = {place(row): row for row in Identity.objects.filter(**where)}
    for alias in IdentityAlias.objects.filter(**where).select_related("identity"):
        known.setdefault(place(alias), alias.identity)
    found = {}
    for key, author in authors.items():
        for native in (key[2], *author.aliases):
            if (key[0], key[1], native) in known:
                found[key] = known[key[0], key[1], native]
                break
    return found


def place(row: Identity | IdentityAlias) -> Key:
    return row.brand_id, row.connector, row.native


def make(authors: Collection[Author], identities: dict[Key, Identity]) -> None:
    """A customer and an identity for each author who is new; two new ones that share an alias are one."""
    by_name: dict[Key, Identity] = {}
    customers, made = [], []
    for author in authors:
        names = [(*author.key[:2], native) for native in (author.key[2], *author.aliases)]
        identity = next((by_name[name] for name in names if name in by_name), None)
        if identity is None:
            identity = identity_of(author)
            customers.append(identity.customer)
            made.append(identity)
        by_name |= dict.fromkeys(names, identity)
        identities[author.key] = identity
    bulk.insert(customers)
    for identity in made:
        identity.customer_id = identity.customer.pk
    bulk.insert(made)


def identity_of(author: Author) -> Identity:
    brand, connector, native = author.key
    post = author.newest
    customer = bulk.made(
        Customer,
        brand_id=brand,
        name=(post.name or post.handle or native)[:200],
        language=language_of(post),
        since=author.first_at,
    )
    identity = bulk.made(
        Identity,
        brand_id=brand,
        connector=connector,
        native=native,
        first_at=author.first_at,
        last_at=post.at,
        **portrait(post),
    )
    bulk.point(identity, "customer", customer)
    return identity


def portrait(post: Spoken) -> dict[str, object]:
    """What the network tells of an author; facts that cannot be so are left out."""
    facts = post.author_facts
    followers, profile = facts.get("followers"), facts.get("profile")
    is_count = isinstance(followers, int) and 0 <= followers < 2**31
    is_page = isinstance(profile, str) and profile.startswith(("https://", "http://")) and len(profile) <= 500
    return {
        "handle": post.handle,
        "name": post.name,
        "profile": profile if is_page else "",
        "followers": followers if is_count else None,
        "is_bot": facts.get("is_bot") is True,
    }


def language_of(post: Spoken) -> str:
    lang = post.author_facts.get("lang")
    return lang[:12] if isinstance(lang, str) else ""


def renew(authors: Iterable[Author], identities: dict[Key, Identity]) -> None:
    """What the newest post says of her counts; an older one that comes late changes nothing."""
    rows, names = [], []
    for author in authors:
        identity, post = identities[author.key], author.newest
        is_newer = post.at >= identity.last_at and bool(post.handle or post.name)
        told = portrait(post) if is_newer else {}
        before = identity.name or identity.handle or identity.native  # as a new customer was named
        if is_newer and post.name and post.name != before:
            names.append((identity.customer_id, before, post.name))
        for name, value in told.items():
            setattr(identity, name, value)
        identity.first_at = min(identity.first_at, author.first_at)
        identity.last_at = max(identity.last_at, post.at)
        rows.append(identity)
    bulk.update(rows, COLUMNS)
    for customer, before, after in names:
        # One who was named by us keeps that name.
        Customer.objects.filter(pk=customer, name=before).update(name=after)


COLUMNS = ("handle", "name", "profile", "followers", "is_bot", "first_at", "last_at")


def keep_aliases(authors: Iterable[Author], identities: dict[Key, Identity]) -> None:
    """Further native ids, so far as nobody else has them. The first to have one keeps it."""
    wanted: dict[Key, Identity] = {}
    for author in authors:
        identity = identities[author.key]
        for native in (author.key[2], *author.aliases):
            if native != identity.native:
                wanted.setdefault((*author.key[:2], native), identity)
    if not wanted:
        return
    natives = {native for _, _, native in wanted}
    taken = {place(row) for row in IdentityAlias.objects.filter(native__in=natives)}
    taken |= {place(row) for row in Identity.objects.filter(native__in=natives)}
    bulk.insert(
        [
            IdentityAlias(brand_id=key[0], connector=key[1], native=key[2], identity_id=identity.pk)
            for key, identity in wanted.items()
            if key not in taken
        ]
    )


def write(rows: Collection[tuple[int, int | None]]) -> None:
    """Authorships: new ones, and those of placeholders that have come."""
    if connection.vendor == "postgresql":
        source = "SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
        values: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    else:
        source = f"VALUES {', '.join(['(%s, %s)'] * len(rows))}"
        values = [value for row in rows for value in row]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO customers_authorship (post_id, identity_id) {source}"
            " ON CONFLICT (post_id) DO UPDATE SET identity_id = excluded.identity_id",
            values,
        )
