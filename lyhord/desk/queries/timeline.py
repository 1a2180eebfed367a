"""Everything between a customer and us, over all channels, in one list: newest first, a page at a time by key."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lyhord.channels import queries as channels
from lyhord.channels.models import Account
from lyhord.customers import queries as customers
from lyhord.customers.models import Authorship, Customer
from lyhord.desk.models import Turn
from lyhord.desk.queries.inbox import BadCursor
from lyhord.intake.models import Post
from lyhord.staff.models import User

MOST = 30
KINDS = ("post", "reply", "note", "event")
Place = tuple[datetime, str, int]  # when, source ("t" a turn, "p" a post that is none), id


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of the timeline."""

    place: Place
    kind: str  # post | reply | note | event
    text: str
    lang: str
    who: str
    is_ours: bool
    is_public: bool
    account: Account
    conversation: int | None
    number: int | None
    subject: str
    state: str  # of a dispatch
    what: str  # of an event
    values: dict[str, Any]
    link: str
    is_deleted: bool
    post: int | None

    @property
    def at(self) -> datetime:
        return self.place[0]


@dataclass(frozen=True)
class Timeline:
    moments: list[Moment]
    next: str | None


def timeline(
    user: User, customer: Customer, *, channel: str = "", kind: str = "", after: str = "", most: int = MOST
) -> Timeline:
    """What she wrote, what we answered, noted and did: of accounts that the reader sees. `channel`: a connector's name."""
    accounts = channels.accounts_visible_to(user)
    if channel:
        accounts = accounts.filter(connector=channel)
    place = cursor(after) if after else None
    found = [*turns(customer, accounts, kind, place, most + 1)]
    if kind in {"", "post"}:
        found += elsewhere(customer, accounts, place, most + 1)
    found.sort(key=lambda moment: moment.place, reverse=True)
    more = len(found) > most
    return Timeline(found[:most], encoded(found[most - 1].place) if more else None)


def turns(
    customer: Customer, accounts: QuerySet[Account], kind: str, place: Place | None, most: int
) -> Iterable[Moment]:
    rows = Turn.objects.filter(conversation__customer=customer, conversation__account__in=accounts)
    if kind in OF_KIND:
        rows = rows.filter(OF_KIND[kind])
    if place is not None:
        rows = rows.filter(before(place, "t", "at"))
    rows = rows.select_related("post", "dispatch", "note", "by", "conversation__account").order_by(
        "-at", "-pk"
    )
    return [of_turn(row) for row in rows[:most]]


OF_KIND = {
    "post": Q(post__isnull=False),
    "reply": Q(dispatch__isnull=False, what=""),
    "note": Q(note__isnull=False),
    "event": ~Q(what=""),
}


def elsewhere(
    customer: Customer, accounts: QuerySet[Account], place: Place | None, most: int
) -> Iterable[Moment]:
    """Her posts that belong to no conversation of hers: said to others, or before a merge that conversations follow yet."""
    alone = Q(post__turn=None) | ~Q(post__turn__conversation__customer=customer)
    rows = Authorship.objects.filter(
        alone, identity__customer=customer, post__account__in=accounts, post__is_placeholder=False
    )
    if place is not None:
        rows = rows.filter(before(place, "p", "post__at"))
    rows = rows.select_related("post__account").order_by("-post__at", "-post")
    return [of_post(row.post) for row in rows[:most]]


def before(place: Place, source: str, column: str) -> Q:
    """What comes after `place` in the order of (time, source, id), newest first."""
    at, of, pk = place
    same = {column: at}
    if source < of:
        return Q(**{f"{column}__lte": at})
    older = Q(**{f"{column}__lt": at})
    return older | Q(**same, pk__lt=pk) if source == of else older


def of_turn(row: Turn) -> Moment:
    conversation, post, dispatch, note = row.conversation, row.post, row.dispatch, row.note
    kind = "event" if row.what else "post" if post else "reply" if dispatch else "note"
    words = dispatch.text if dispatch else post.text if post else note.text if note else ""
    is_ours = dispatch is not None or note is not None or bool(post and post.is_own)
    who = (
        str(row.by or "")
        if not post
        else (conversation.account.name if post.is_own else post.name or post.handle)
    )
    return Moment(
        place=(row.at, "t", row.pk), kind=kind, text="" if row.what else words, lang=post.lang if post else "", who=who, is_ours=is_ours,
        is_public=bool(dispatch.is_public if dispatch else post.is_public if post else False), account=conversation.account,
        conversation=conversation.pk, number=conversation.number, subject=conversation.subject, state=dispatch.state if dispatch else "",
        what=row.what, values=row.values, link=post.link if post else "", is_deleted=bool(post and post.deleted_at), post=post.pk if post else None,
    )  # fmt: skip


def of_post(post: Post) -> Moment:
    return Moment(
        place=(post.at, "p", post.pk), kind="post", text=post.text, lang=post.lang, who=post.name or post.handle, is_ours=False,
        is_public=post.is_public, account=post.account, conversation=None, number=None, subject="", state="", what="", values={},
        link=post.link, is_deleted=post.deleted_at is not None, post=post.pk,
    )  # fmt: skip


def networks(user: User, customer: Customer) -> list[str]:
    """The networks of her accounts, for the filter."""
    return sorted(set(customers.identities_of(customer).values_list("connector", flat=True)))


def encoded(place: Place) -> str:
    told = json.dumps([place[0].isoformat(), place[1], place[2]]).encode()
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def cursor(after: str) -> Place:
    try:
        at, source, pk = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        when = datetime.fromisoformat(at)
        if when.tzinfo is None or source not in {"t", "p"} or not isinstance(pk, int) or not 0 < pk < 2**63:
            raise ValueError(after)
    except (ValueError, TypeError) as problem:
        raise BadCursor(
            _("This place in the list is not one that was given. Load the list again.")
        ) from problem
    return when, source, pk
