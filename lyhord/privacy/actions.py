"""Access and erasure, by asking each room; the log of who asked; how long we keep what."""

import importlib
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.customers.models import Customer, Identity
from lyhord.lib.errors import LyhordError
from lyhord.lib.persons import Person
from lyhord.privacy.models import Kind, Rule, Wish
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

LEAST_DAYS = 30
VERBS: dict[str, str] = {"access": "export_person", "erasure": "erase_person"}


class NoSuchPerson(LyhordError):
    pass


class NoSuchKind(LyhordError):
    pass


class NeedsReason(LyhordError):
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
    network, _sign, native = words.partition(":")
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
        addresses=tuple(
            native.removeprefix("mail:") for _network, native in natives if native.startswith("mail:")
        ),
    )


def export(someone: Person, *, by: User | None, now: datetime) -> dict[str, Any]:
    """All that each room holds about the person. `by` None: the operator at the command line."""
    permit(someone, by, "export_person")
    with transaction.atomic():
        told = {room: part.export(someone) for room, part in rooms()}
        settle(brands_of(someone), Kind.ACCESS, sizes(told), by, now)
        for pk in someone.customer_ids:
            audit.record(
                "person.exported", Customer.objects.get(pk=pk), by=by, now=now, person=f"customer:{pk}"
            )
    return {"made_at": now.isoformat(), "customers": list(someone.customer_ids), "rooms": told}


def erase(someone: Person, *, by: User | None, now: datetime) -> dict[str, int]:
    """Forget the person in every room, last room first. Gives the number of rows that each room changed."""
    permit(someone, by, "erase_person")
    with transaction.atomic():
        brands = brands_of(someone)
        gone = {room: part.erase(someone, now) for room, part in reversed(rooms())}
        settle(brands, Kind.ERASURE, gone, by, now)
        for pk in someone.customer_ids:
            audit.destroy(f"customer:{pk}")
            audit.record("person.erased", Customer.objects.filter(pk=pk).first(), by=by, now=now)
    return gone


@dataclass(frozen=True)
class OfBrand:
    """A customer, as mandates are asked about her: of the whole brand."""

    brand_id: int
    team_ids: tuple[int, ...] = ()


def permit(someone: Person, by: User | None, verb: str) -> None:
    """For every brand in which she is known. `by` None: the operator at the command line."""
    if by is None:
        return
    for brand in set(brands_of(someone).values()):
        mandates.require(by, verb, OfBrand(brand))


def sizes(told: dict[str, Any]) -> dict[str, int]:
    """How many rows each room told."""
    return {
        room: sum(len(rows) for rows in parts.values() if isinstance(rows, list))
        for room, parts in told.items()
    }


# Wishes ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def note_wish(customer: Customer, kind: str, came_at: datetime, *, by: User, now: datetime) -> Wish:
    """Somebody asked: from now on the clock of the law runs. The same open wish again is that one."""
    permit(whole([customer.pk]), by, VERBS[kind])
    known = Wish.objects.filter(customer=customer.pk, kind=kind, done_at=None).first()
    if known is not None:
        return known
    made = Wish.objects.create(
        kind=kind, customer=customer.pk, brand=customer.brand_id, came_at=min(came_at, now),
        due_at=month_after(min(came_at, now), 1), by=by,
    )  # fmt: skip
    audit.record("person.wish_noted", customer, by=by, now=now, kind=kind)
    return made


@transaction.atomic
def extend(wish: Wish, why: str, *, by: User, now: datetime) -> None:
    """Two months more, where the matter is complex; the reason is told to her within the first month (article 12(3))."""
    mandates.require(by, VERBS[wish.kind], OfBrand(wish.brand))
    if not why.strip():
        raise NeedsReason(_("Write why it takes longer: the person must be told."))
    due = month_after(wish.came_at, 3)
    Wish.objects.filter(pk=wish.pk, done_at=None).update(due_at=due, extended_for=" ".join(why.split())[:300])
    audit.record("person.wish_extended", None, by=by, now=now, customer=wish.customer)


def brands_of(someone: Person) -> dict[int, int]:
    """Customer -> brand; read before an erasure, which may leave nothing to ask."""
    return dict(Customer.objects.filter(pk__in=someone.customer_ids).values_list("pk", "brand"))


def settle(brands: dict[int, int], kind: str, rows: dict[str, int], by: User | None, now: datetime) -> None:
    """What was done stands in the log; where nobody had noted the wish, it came and was done now."""
    for customer, brand in brands.items():
        done = Wish.objects.filter(customer=customer, kind=kind, done_at=None).update(done_at=now, rows=rows)
        if not done and by is not None:
            Wish.objects.create(
                kind=kind, customer=customer, brand=brand, came_at=now, due_at=month_after(now, 1), done_at=now, by=by,
                rows=rows,
            )  # fmt: skip


def month_after(at: datetime, months: int) -> datetime:
    """The same day of a later month, or its last one (regulation 1182/71, article 3)."""
    index = at.month - 1 + months
    year, month = at.year + index // 12, index % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


# How long we keep what -------------------------------------------------------------------------------------------


def ages() -> dict[str, tuple[str, ModuleType]]:
    """Every kind that may go by age alone: what it is, and the room that lets it go."""
    return {
        kind: (label, part) for _room, part in rooms() for kind, label in getattr(part, "AGES", {}).items()
    }


@transaction.atomic
def set_rule(kind: str, days: int | None, *, by: User, now: datetime) -> None:
    """Keep a kind for so many days; None: for good. For the whole installation."""
    mandates.require_administrator(by)
    if kind not in ages():
        raise NoSuchKind(_("There is no such kind."))
    if days is not None and days < LEAST_DAYS:
        raise NoSuchKind(_("Keep it for at least %(n)d days: open work needs it.") % {"n": LEAST_DAYS})
    was = Rule.objects.filter(kind=kind).values_list("days", flat=True).first()
    if was == days:
        return
    Rule.objects.update_or_create(kind=kind, defaults={"days": days})
    audit.record("retention.set", None, by=by, now=now, kind=kind, days=days, was=was)
