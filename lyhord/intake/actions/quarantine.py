"""What was set aside, tried again."""

from datetime import datetime

from django.db import transaction

from lyhord.channels.models import Account
from lyhord.intake import queries
from lyhord.intake.models import Envelope
from lyhord.staff import audit, mandates
from lyhord.staff.models import User


@transaction.atomic
def retry(envelope: Envelope, by: User, now: datetime) -> bool:
    """Let the worker read an envelope anew, once its parser was mended. What it already gave is not doubled.

    False if it is not in quarantine any more. Raises mandates.NotYours.
    """
    for account in accounts_of(envelope):
        mandates.require(by, "retry_quarantine", account)
    waiting = {"state": Envelope.WAITING, "due_at": now, "attempts": 0}
    changed = Envelope.objects.filter(pk=envelope.pk, state=Envelope.QUARANTINED).update(**waiting)
    if not changed:
        return False
    envelope.refresh_from_db()
    envelope.refusals.all().delete()
    audit.record("envelope.retried", envelope, by=by, now=now, connector=envelope.connector)
    return True


def retry_all(by: User, now: datetime, most: int = 1_000) -> int:
    """Everything in quarantine that the person sees and may try again; how many that were."""
    done = 0
    for envelope in queries.quarantine_visible_to(by)[:most]:
        try:
            done += retry(envelope, by, now)
        except mandates.NotYours:
            continue
    return done


def accounts_of(envelope: Envelope) -> list[Account]:
    """All whose words may be in it: an app's hook serves all its accounts."""
    if envelope.account is not None:
        return [envelope.account]
    return list(Account.objects.filter(app=envelope.app))
