"""What the portal holds about a person: the address to which she wants word of her ticket."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lyhord.intake.models import Post
from lyhord.lib.persons import Person
from lyhord.lib.text import N_
from lyhord.portal.models import Follower, Mail

DECLARED = {
    "Follower": "the mail address left with a ticket, its language, and whether it was confirmed; removed",
    "Mail": "which mails were sent to it, and when; no words; removed",
}


AGES = {"followers": N_("Mail addresses left with tickets")}


def aged(kind: str, before: datetime) -> QuerySet[Follower]:
    return Follower.objects.filter(at__lt=before)


def expire(kind: str, before: datetime, now: datetime, most: int) -> int:
    ids = list(aged(kind, before).order_by("pk").values_list("pk", flat=True)[:most])
    Follower.objects.filter(pk__in=ids).delete()
    return len(ids)


def followers_of(person: Person) -> QuerySet[Follower]:
    wanted = Q(address__in=[address.lower() for address in person.addresses])
    for connector, native in person.native_ids:
        if connector == "webform":
            posts = Post.objects.filter(account__connector=connector, author=native)
            wanted |= Q(
                ticket__thread__in=posts.values("thread__native"), ticket__account__in=posts.values("account")
            )
    return Follower.objects.filter(wanted).order_by("pk")


def export(person: Person) -> dict[str, Any]:
    followers = followers_of(person)
    mails = Mail.objects.filter(follower__in=followers).order_by("pk")
    return {
        "followers": list(
            followers.values("ticket__number", "address", "language", "at", "confirmed_at", "stopped_at")
        ),
        "mails": list(mails.values("follower__ticket__number", "kind", "at", "sent_at")),
    }


def erase(person: Person, now: datetime) -> int:
    gone, _ = followers_of(person).delete()
    return gone
