"""Customers whom another system knew: found again by their mail address, else made."""

from datetime import datetime

from django.db import transaction

from lyhord.customers.models import Customer, Identity
from lyhord.staff.models import Brand

MAIL = "email"  # the network whose identities are addresses


@transaction.atomic
def bring(
    brand: Brand,
    connector: str,
    native: str,
    *,
    name: str,
    email: str,
    language: str,
    note: str,
    since: datetime,
) -> tuple[Identity, bool]:
    """The identity `native`, with its customer, and whether the customer is new. Safe to call twice.

    Who is known by that address already is that customer: her name and note stay as they are.
    """
    place = {"brand": brand, "connector": connector, "native": native}
    known = Identity.objects.filter(**place).first()
    if known is not None:
        return known, False
    mail = {"brand": brand, "connector": MAIL, "native": f"mail:{email}"}
    by_mail = Identity.objects.filter(**mail).select_related("customer").first() if email else None
    customer = by_mail.customer if by_mail is not None else None
    is_new = customer is None
    if customer is None:
        customer = Customer.objects.create(
            brand=brand, name=name or email, language=language, note=note, since=since
        )
    told = {"customer": customer, "name": name, "handle": email, "first_at": since, "last_at": since}
    if email and by_mail is None:
        Identity.objects.create(**mail, **told)
    return Identity.objects.create(**place, **told), is_new
