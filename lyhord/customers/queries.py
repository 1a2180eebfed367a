"""Who of the customers somebody may see: those who turned to a brand that is hers."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from lyhord.customers.models import Customer, Identity, Merge
from lyhord.staff.models import Brand, User

MOST = 50


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
    return Merge.objects.filter(kept=customer, undone_at=None).order_by("-pk")


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
    ids = list(dict.fromkeys([*hers, *named]))[:most]
    found = customers_visible_to(person).filter(erased_at=None).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
