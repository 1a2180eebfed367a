"""Who of the customers somebody may see: those who turned to a brand that is hers."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from lyhord.customers import names
from lyhord.customers.models import (
    Authorship,
    Customer,
    Identity,
    Merge,
    SameQuestion,
    Suggestion,
    Trace,
    Wish,
)
from lyhord.staff.models import Brand, User

MOST = 50
HABIT = 50  # of her newest posts, by which a channel is her usual one


def customers_visible_to(person: User) -> QuerySet[Customer]:
    """Those who stand by themselves: who was merged is found under whom she was merged into."""
    return Customer.objects.filter(brand__in=brands_of(person), merged_into=None)


def brands_of(person: User) -> QuerySet[Brand, int]:
    """The brands that she works for; all for an administrator."""
    if not person.is_active:
        return Brand.objects.none().values_list("pk", flat=True)
    if person.is_administrator:
        return Brand.objects.values_list("pk", flat=True)
    return Brand.objects.filter(teams__memberships__user=person).values_list("pk", flat=True)


def identities_visible_to(person: User) -> QuerySet[Identity]:
    return Identity.objects.filter(brand__in=brands_of(person))


def merges_visible_to(person: User) -> QuerySet[Merge]:
    return Merge.objects.filter(kept__brand__in=brands_of(person))


def identities_of(customer: Customer) -> QuerySet[Identity]:
    """Her accounts on the networks, the one she last wrote from first."""
    return customer.identities.order_by("-last_at", "pk")


def merges_of(customer: Customer) -> QuerySet[Merge]:
    """Merges into this customer that stand, newest first."""
    return Merge.objects.filter(kept=customer, undone_at=None).select_related("gone", "by").order_by("-pk")


def whole(customer: Customer) -> Customer:
    """The customer that this one was merged into, or herself."""
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer


def search(person: User, words: str, most: int = MOST) -> list[Customer]:
    """Customers whose name, handle or name there begins with `words` or holds it as a later word; newest first."""
    words = words.strip().removeprefix("@").lower()
    if not words:
        return []
    begins = Q()
    for column in ("lower_handle", "lower_name"):
        begins |= Q(**{f"{column}__startswith": words}) | Q(**{f"{column}__contains": f" {words}"})
    hers = (
        identities_visible_to(person)
        .annotate(lower_handle=Lower("handle"), lower_name=Lower("name"))
        .filter(begins)
        .order_by("-last_at")
        .values_list("customer", flat=True)[: most * 3]
    )
    named = (
        customers_visible_to(person)
        .annotate(lower_name=Lower("name"))
        .filter(Q(lower_name__startswith=words) | Q(lower_name__contains=f" {words}"))
        .order_by("-pk")
        .values_list("pk", flat=True)[:most]
    )
    ids = list(dict.fromkeys([*hers, *named, *of_variants(person, words, most)]))[:most]
    found = customers_visible_to(person).filter(erased_at=None).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def of_variants(person: User, words: str, most: int) -> list[int]:
    """Customers whose name is the same in other letters or another order: Oberg finds Öberg (NX-34)."""
    keys = names.keys(words)
    if not keys:
        return []
    traces = Trace.objects.filter(brand__in=brands_of(person), kind="name", value__in=keys)
    return list(traces.order_by("-pk").values_list("identity__customer", flat=True)[:most])


def family(customer: Customer) -> list[int]:
    """The customer and all who were merged into her, down to the last."""
    found, new = [customer.pk], [customer.pk]
    while new:
        new = list(Customer.objects.filter(merged_into__in=new).values_list("pk", flat=True))
        found += new
    return found


def suggestions_visible_to(person: User) -> QuerySet[Suggestion]:
    """Open ones about customers of her brands, the likeliest first. Two who are one meanwhile need none."""
    rows = Suggestion.objects.filter(brand__in=brands_of(person), state=Suggestion.OPEN)
    return (
        rows.exclude(one__customer=F("other__customer"))
        .select_related("one__customer", "other__customer", "brand")
        .order_by("-points", "-pk")
    )


def suggestions_of(person: User, customer: Customer) -> QuerySet[Suggestion]:
    hers = Q(one__customer=customer) | Q(other__customer=customer)
    return suggestions_visible_to(person).filter(hers)


def wishes_visible_to(person: User) -> QuerySet[Wish]:
    return Wish.objects.filter(customer__brand__in=brands_of(person))


def wishes_of(customer: Customer, now: datetime) -> list[Wish]:
    """What stands today, in the order of its kinds, and what was only read in her words behind it.

    Wishes follow a merge: those of a customer who was merged are hers too, and go back when it is undone.
    """
    rows = Wish.objects.filter(customer__in=family(customer), state__in=[Wish.STANDS, Wish.SUGGESTED])
    rows = rows.filter(Q(until=None) | Q(until__gt=now)).select_related("made_by", "post")
    order = {kind: place for place, kind in enumerate(Wish.Kind.values)}
    known: set[tuple[str, str]] = set()
    found = []
    for row in sorted(rows, key=lambda row: (row.state == Wish.SUGGESTED, order[row.kind], row.pk)):
        if (row.kind, row.value) not in known:
            known.add((row.kind, row.value))
            found.append(row)
    return found


@dataclass(frozen=True)
class Habit:
    """By which network she usually writes: learned, not told (IN-17)."""

    connector: str
    posts: int
    of: int


def habit(customer: Customer) -> Habit | None:
    """None: she has not written often enough to say."""
    newest = Authorship.objects.filter(identity__customer=customer).order_by("-post")
    counted = Counter(newest.values_list("post__account__connector", flat=True)[:HABIT])
    if counted.total() < 3:
        return None
    connector, posts = counted.most_common(1)[0]
    return Habit(connector, posts, counted.total()) if posts * 3 >= counted.total() * 2 else None


def same_questions(posts: Collection[int]) -> QuerySet[SameQuestion]:
    """Links of these posts to others that asked the same, the nearest first."""
    rows = SameQuestion.objects.filter(Q(post__in=posts) | Q(earlier__in=posts), declined_at=None)
    return rows.order_by("-share", "-pk")


def told_again(customer: Customer) -> int:
    """How often she had to tell the same once more elsewhere (IN-18)."""
    rows = SameQuestion.objects.filter(
        kind=SameQuestion.HERS, declined_at=None, post__authorship__identity__customer=customer
    )
    return rows.values("post").distinct().count()


def accounts_of(customers: Collection[int]) -> dict[int, list[Identity]]:
    """The accounts of several customers, each one's newest first."""
    found: dict[int, list[Identity]] = {}
    for row in Identity.objects.filter(customer__in=customers).order_by("-last_at", "pk"):
        found.setdefault(row.customer_id, []).append(row)
    return found
