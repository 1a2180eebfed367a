"""The log of wishes, and who is meant."""

from django.db.models import QuerySet

from lyhord.customers import queries as customers
from lyhord.customers.models import Customer
from lyhord.privacy import actions
from lyhord.privacy.models import Wish
from lyhord.staff import mandates
from lyhord.staff.models import User


def wishes_visible_to(user: User) -> QuerySet[Wish]:
    if user.is_administrator:
        return Wish.objects.all()
    brands = mandates.brands_where(user, "export_person") | mandates.brands_where(user, "erase_person")
    return Wish.objects.filter(brand__in=brands)


def found(user: User, words: str) -> list[Customer]:
    """By number, native id or address as on the command line; else by name or handle. Only whom she may see."""
    words = words.strip()
    if not words:
        return []
    visible = customers.customers_visible_to(user)
    try:
        ids = actions.person(words).customer_ids
    except actions.NoSuchPerson:
        return customers.search(user, words)[:20]
    return list(visible.filter(pk__in=ids).order_by("pk")[:20])
