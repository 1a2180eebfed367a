"""What was done, by whom, and that nobody changed it afterwards.

An action records in its own transaction. A step seals: gives each row its number and chains its hash to the one before.
Personal details lie beside the chain, under a key of that person's own which erasure destroys.
"""

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from lyhord.lib import crypto
from lyhord.staff import keyring
from lyhord.staff.models import AuditDetail, AuditEvent, PersonKey, User

LOCK = 7_501


def record(
    verb: str,
    subject: models.Model | None = None,
    *,
    by: User | None,
    now: datetime,
    person: str = "",
    private: dict[str, Any] | None = None,
    **plain: Any,
) -> AuditEvent:
    """Note that `verb` was done to `subject`. `private` is personal data of `person` ("customer:17")."""
    words = json.dumps({"plain": plain, "private": private or {}}, sort_keys=True, default=str)
    event = AuditEvent.objects.create(
        at=now,
        actor=by,
        verb=verb,
        object_kind=subject._meta.label_lower if subject is not None else "",
        object_id=subject.pk if subject is not None else None,
        brand_id=getattr(subject, "brand_id", None),
        # Salted: a digest of few possible words would tell them.
        digest=hashlib.sha256(secrets.token_bytes(16) + words.encode()).hexdigest(),
    )
    if plain or private:
        sealed = sealed_for(person, private, event.pk) if private else ""
        AuditDetail.objects.create(
            event=event, person=person, sealed=sealed, plain=json.loads(json.dumps(plain, default=str))
        )
    return event


def sealed_for(person: str, private: dict[str, Any], event: int) -> str:
    ring = crypto.Keyring.of({"p": person_key(person)})
    return ring.seal(json.dumps(private, default=str), table="staff_auditdetail", column="sealed", row=event)


def person_key(person: str) -> bytes:
    row = PersonKey.objects.filter(person=person).first()
    ring = keyring.ring()
    if row is None:
        fresh = secrets.token_bytes(32)
        sealed = ring.seal(fresh.hex(), table="staff_personkey", column="sealed", row=person)
        row, _ = PersonKey.objects.get_or_create(person=person, defaults={"sealed": sealed})
    return bytes.fromhex(ring.open(row.sealed, table="staff_personkey", column="sealed", row=person))


def destroy(person: str) -> int:
    """Erasure: the person's key goes, and what lay under it with it. Gives how many details are now unreadable."""
    PersonKey.objects.filter(person=person).delete()
    return AuditDetail.objects.filter(person=person).exclude(sealed="").update(sealed="")


@transaction.atomic
def seal(most: int = 500) -> int:
    """Give sequence and hash to new rows, in the order of their ids. Called by one worker at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEvent.objects.exclude(sequence=None).order_by("-sequence").first()
    sequence, previous = (last.sequence or 0, last.hash) if last else (0, "")
    events = list(AuditEvent.objects.filter(sequence=None).order_by("pk")[:most])
    for event in events:
        sequence += 1
        event.sequence, event.previous = sequence, previous
        previous = event.hash = chained(event)
        AuditEvent.objects.filter(pk=event.pk, sequence=None).update(
            sequence=event.sequence, previous=event.previous, hash=event.hash
        )
    return len(events)


def chained(event: AuditEvent) -> str:
    told = [
        event.sequence, event.at.isoformat(), event.actor_id, event.verb, event.object_kind, event.object_id,
        event.brand_id, event.digest, event.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def first_break() -> int | None:
    """The number of the first row that does not fit the chain; None: it is whole."""
    sequence, previous = 0, ""
    for event in AuditEvent.objects.exclude(sequence=None).order_by("sequence").iterator():
        sequence += 1
        if event.sequence != sequence or event.previous != previous or event.hash != chained(event):
            return sequence
        previous = event.hash
    return None
