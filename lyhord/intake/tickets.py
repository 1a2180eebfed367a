"""Numbers for people and tokens for links, given when a form is sent."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F

from lyhord.channels.models import Account
from lyhord.intake.models import Counter, Ticket

FIRST = 1_000  # four digits from the start


@transaction.atomic
def next_number() -> int:
    """The next number of conversations and tickets; never given twice. A rollback may leave a gap."""
    if not Counter.objects.filter(name="ticket").exists():
        Counter.objects.get_or_create(name="ticket", defaults={"value": FIRST})
    # The row is ours from here to the end of the transaction, so what is read is what was written.
    Counter.objects.filter(name="ticket").update(value=F("value") + 1)
    return Counter.objects.get(name="ticket").value


@transaction.atomic
def open_ticket(account: Account, now: datetime, token: str = "") -> Ticket:
    """A number and a token of 128 bits for a matter that is being sent; the same token again is the same ticket."""
    token = token or secrets.token_urlsafe(16)
    known = Ticket.objects.filter(token=token).first()
    if known is not None:
        return known
    number = next_number()
    return Ticket.objects.create(
        number=number, token=token, account=account, thread=f"ticket:{number}", at=now
    )
