"""What a visitor does: asks, and writes more on her ticket."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels.models import Account
from lyhord.intake import actions as intake
from lyhord.intake import tickets
from lyhord.intake.models import Ticket
from lyhord.lib import crypto
from lyhord.lib.errors import LyhordError
from lyhord.staff import limits

# A person does not ask oftener; a machine would (reliability, finding 12).
ASK_NETWORK = limits.Limit("ask network", 20, timedelta(hours=1))


class TooMany(LyhordError):
    pass


@transaction.atomic
def ask(
    account: Account, words: dict[str, Any], *, form_key: UUID, language: str, visitor: str, now: datetime
) -> Ticket:
    """File a question and give its ticket. The same form sent twice is one ticket.

    `visitor` is where it came from (an address of the network); so many an hour are taken from one place.
    Raises TooMany.
    """
    token = ticket_token(form_key)
    known = Ticket.objects.filter(token=token).first()
    if known is not None:
        return known
    require_few(visitor, now)
    ticket = tickets.open_ticket(account, now, token=token)
    put(account, ticket, words | {"language": language, "form_key": str(form_key)}, now)
    return ticket


def follow_up(ticket: Ticket, text: str, *, form_key: UUID, visitor: str, now: datetime) -> None:
    """A further word on a ticket. Raises TooMany."""
    require_few(visitor, now)
    put(ticket.account, ticket, {"text": text, "follow_up": True, "form_key": str(form_key)}, now)


def put(account: Account, ticket: Ticket, words: dict[str, Any], now: datetime) -> None:
    told = words | {"token": ticket.token, "number": ticket.number, "account": account.native}
    raw = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    intake.receive(
        account.app,
        account,
        raw,
        {"content-type": "application/json"},
        f"/ticket/{ticket.number}",
        "POST",
        now,
    )


def ticket_token(form_key: UUID) -> str:
    """128 bits and more that only we can make of a form's key, so that a form sent twice finds its ticket."""
    return crypto.mac(form_key.bytes, crypto.derived(settings.SECRET_KEY, "ticket"))[:32]


def require_few(visitor: str, now: datetime) -> None:
    if not limits.take(ASK_NETWORK, visitor, now):
        raise TooMany(
            _("You have written %(n)s times within an hour. Please wait a little.") % {"n": ASK_NETWORK.size}
        )
