"""What a visitor does: asks, and writes more on her ticket."""

import json
import secrets
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
from lyhord.outbox.models import Dispatch
from lyhord.portal.models import Follower, Mail
from lyhord.staff import limits

# A person does not ask oftener; a machine would (reliability, finding 12).
ASK_NETWORK = limits.Limit("ask network", 20, timedelta(hours=1))
# Somebody may type the address of somebody else, again and again: what reaches it, and what one place causes, is little.
MAIL_ADDRESS = limits.Limit("ticket mail address", 5, timedelta(days=1))
MAIL_NETWORK = limits.Limit("ticket mail network", 10, timedelta(hours=1))


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
    if words.get("email"):
        follow(ticket, words["email"], language, visitor, now)
    put(account, ticket, words | {"language": language, "form_key": str(form_key)}, now)
    return ticket


def follow(ticket: Ticket, address: str, language: str, visitor: str, now: datetime) -> None:
    """Keep where she wants word, and send a receipt there. Where the cap is reached nothing is sent, and nothing said."""
    follower = Follower.objects.create(
        ticket=ticket, address=address.lower(), language=language, token=secrets.token_urlsafe(16), at=now
    )
    if limits.take(MAIL_NETWORK, visitor, now):
        queue(follower, Mail.RECEIPT, now)


def queue(follower: Follower, kind: str, now: datetime, dispatch: Dispatch | None = None) -> bool:
    """Whether a mail was queued: none where mail is not set up, none wanted, or the address has had its share."""
    if not settings.LYHORD_SMTP_URL or follower.stopped_at is not None:
        return False
    if follower.confirmed_at is None and not limits.take(MAIL_ADDRESS, follower.address, now):
        return False
    Mail.objects.create(follower=follower, kind=kind, dispatch=dispatch, at=now, due_at=now)
    return True


@transaction.atomic
def tell_answer(dispatch: Dispatch, now: datetime) -> bool:
    """There is an answer on a ticket's page: word of it to who follows. Once an answer."""
    if dispatch.thread is None or Mail.objects.filter(dispatch=dispatch).exists():
        return False
    where = Follower.objects.filter(
        ticket__account=dispatch.account_id, ticket__thread=dispatch.thread.native
    )
    follower = where.first()
    return follower is not None and queue(follower, Mail.NOTICE, now, dispatch)


def confirm(follower: Follower, now: datetime) -> None:
    """The link from a mail was used: the address is hers. From now on answers may stand in the mail."""
    Follower.objects.filter(pk=follower.pk, confirmed_at=None).update(confirmed_at=now)
    Follower.objects.filter(pk=follower.pk).update(stopped_at=None)


@transaction.atomic
def stop(follower: Follower, now: datetime) -> None:
    """No mail about this ticket any more; what waits is not sent either."""
    Follower.objects.filter(pk=follower.pk).update(stopped_at=now)
    Mail.objects.filter(follower=follower, sent_at=None).update(due_at=None, problem="stopped")


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
