"""Access and erasure, by asking each room."""

import importlib
from datetime import datetime
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import transaction

from lyhord.customers.models import Customer, Identity
from lyhord.lib.errors import LyhordError
from lyhord.lib.persons import Person
from lyhord.staff import audit, mandates
from lyhord.staff.models import User


class NoSuchPerson(LyhordError):
    pass


def rooms() -> list[tuple[str, ModuleType]]:
    """The rooms that hold something about people, in the order of the house."""
    found = []
    for room in settings.ROOMS:
        try:
            found.append((room, importlib.import_module(f"lyhord.{room}.personal_data")))
        except ModuleNotFoundError:
            continue
    return found


def person(words: str) -> Person:
    """Who is meant by "customer:17", "mastodon:109" (network and native id) or a mail address. Raises NoSuchPerson."""
    network, _, native = words.partition(":")
    if network == "customer" and native.isascii() and native.isdigit():
        customers = Customer.objects.filter(pk=int(native))
    elif "@" in words and not native:
        customers = Customer.objects.filter(identities__native=f"mail:{words.lower()}")
    else:
        customers = Customer.objects.filter(identities__connector=network, identities__native=native)
    ids = sorted(set(customers.values_list("pk", flat=True)))
    if not ids:
        raise NoSuchPerson(
            f"Nobody is known as {words!r}. Give customer:NUMBER, NETWORK:NATIVE-ID (such as mastodon:109...), or a mail address."
        )
    return whole(ids)


def whole(ids: list[int]) -> Person:
    """The person behind customers, with those merged into them and all their identities."""
    everyone = sorted({*ids, *Customer.objects.filter(merged_into__in=ids).values_list("pk", flat=True)})
    identities = list(Identity.objects.filter(customer__in=everyone).order_by("pk"))
    natives = [(identity.connector, identity.native) for identity in identities]
    aliases = [
        (alias.connector, alias.native)
        for identity in identities
        for alias in identity.aliases.order_by("pk")
    ]
    return Person(
        customer_ids=tuple(everyone),
        identity_ids=tuple(identity.pk for identity in identities),
        native_ids=tuple(natives + aliases),
        addresses=tuple(native.removeprefix("mail:") for _, native in natives if native.startswith("mail:")),
    )


def export(someone: Person, *, by: User | None, now: datetime) -> dict[str, Any]:
    """All that each room holds about the person. `by` None: the operator at the command line."""
    if by is not None:
        mandates.require(by, "export_person")
    with transaction.atomic():
        told = {room: part.export(someone) for room, part in rooms()}
        for pk in someone.customer_ids:
            audit.record(
                "person.exported", Customer.objects.get(pk=pk), by=by, now=now, person=f"customer:{pk}"
            )
    return {"made_at": now.isoformat(), "customers": list(someone.customer_ids), "rooms": told}


def erase(someone: Person, *, by: User | None, now: datetime) -> dict[str, int]:
    """Forget the person in every room, last room first. Gives the number of rows that each room changed."""
    if by is not None:
        mandates.require(by, "erase_person")
    with transaction.atomic():
        gone = {room: part.erase(someone, now) for room, part in reversed(rooms())}
        for pk in someone.customer_ids:
            audit.destroy(f"customer:{pk}")
            audit.record("person.erased", Customer.objects.filter(pk=pk).first(), by=by, now=now)
    return gone
