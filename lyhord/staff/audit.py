"""What was done, by whom, and that nobody changed it afterwards.

An action records in its own transaction. A step seals: gives each row its number and chains its hash to the one before.
Hashes are made with a key from keys.json, so that who can write the database alone cannot write history anew.
Personal details lie beside the chain, under a key of that person's own which erasure destroys.
"""

import hashlib
import json
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from lyhord.lib import crypto
from lyhord.staff import keyring
from lyhord.staff.models import AuditDetail, AuditEvent, AuditHead, PersonKey, User

log = logging.getLogger(__name__)

LOCK = 7_501
NOTHING: dict[str, Any] = {}


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
    told = json.loads(json.dumps(plain, default=str))
    sealed = sealed_for(person, private) if private else ""
    sealed_digest = crypto.digest(sealed) if sealed else ""
    event = AuditEvent.objects.create(
        at=now,
        actor=by,
        verb=verb,
        object_kind=subject._meta.label_lower if subject is not None else "",
        object_id=subject.pk if subject is not None else None,
        brand_id=getattr(subject, "brand_id", None),
        digest=digest_of(person, told, sealed_digest),
    )
    if told or sealed:
        AuditDetail.objects.create(
            event=event, person=person, sealed=sealed, sealed_digest=sealed_digest, plain=told
        )
    return event


def digest_of(person: str, plain: dict[str, Any], sealed_digest: str) -> str:
    return crypto.digest(json.dumps([person, plain, sealed_digest], sort_keys=True))


# What is somebody's personal data -------------------------------------------------------------------------------


def sealed_for(person: str, private: dict[str, Any]) -> str:
    # Bound to the person; to its event it is bound by the event's digest, which the chain covers.
    words = json.dumps(private, default=str)
    return person_ring(person).seal(words, table="staff_auditdetail", column="sealed", row=person)


def private_of(detail: AuditDetail) -> dict[str, Any]:
    """What was told of the person; empty when there was nothing, or when it was erased."""
    if not detail.sealed:
        return {}
    words = person_ring(detail.person).open(
        detail.sealed, table="staff_auditdetail", column="sealed", row=detail.person
    )
    told: dict[str, Any] = json.loads(words)
    return told


def person_ring(person: str) -> crypto.Keyring:
    return crypto.Keyring.of({"p": person_key(person)})


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


# The chain ------------------------------------------------------------------------------------------------------


@transaction.atomic
def seal(most: int = 500) -> int:
    """Give sequence and hash to new rows, in the order of their ids. Called by one worker at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    events = list(AuditEvent.objects.filter(sequence=None).order_by("pk")[:most])
    if not events:
        return 0
    last = AuditEvent.objects.exclude(sequence=None).order_by("-sequence").first()
    sequence, previous = (last.sequence or 0, last.hash) if last else (0, "")
    for event in events:
        sequence += 1
        event.sequence, event.previous = sequence, previous
        previous = event.hash = chained(event, keyring.ring().current)
        AuditEvent.objects.filter(pk=event.pk, sequence=None).update(
            sequence=event.sequence, previous=event.previous, hash=event.hash
        )
    AuditHead.objects.update_or_create(pk=1, defaults=head_at(sequence, previous))
    # The log is the second place where the head stands: a database put back as it was last week does not fit it.
    log.info("audit sealed", extra={"sequence": sequence, "hash": previous})
    return len(events)


def chained(event: AuditEvent, key: str) -> str:
    told = [
        event.sequence, event.at.isoformat(), event.actor_id, event.verb, event.object_kind, event.object_id,
        event.brand_id, event.digest, event.previous,
    ]  # fmt: skip
    return signed(json.dumps(told), key)


def signed(text: str, key: str) -> str:
    """ "name of the key:mac". A key that is no longer in keys.json cannot vouch for anything."""
    secret = keyring.ring().keys.get(key)
    if secret is None:
        return ""
    return f"{key}:{hashlib.blake2b(text.encode(), key=secret, digest_size=32, person=b'lyhord audit').hexdigest()}"


def key_of(value: str) -> str:
    return value.partition(":")[0]


def head_at(sequence: int, last_hash: str) -> dict[str, Any]:
    signature = signed(f"head {sequence} {last_hash}", keyring.ring().current)
    return {"sequence": sequence, "hash": last_hash, "signature": signature}


def first_break(after: int = 0) -> int | None:
    """The number of the first row that does not fit the chain; None: it is whole. `after`: earlier rows are not read."""
    sequence, previous = after, hash_of(after)
    for event in sealed_events(after):
        sequence += 1
        if event.sequence != sequence or event.previous != previous or not is_whole(event):
            return sequence
        previous = event.hash
    return None if ends_at(sequence, previous) else sequence + 1


def hash_of(sequence: int) -> str:
    found = AuditEvent.objects.filter(sequence=sequence).values_list("hash", flat=True).first()
    return found or ""


@dataclass(frozen=True)
class State:
    """How the chain stands: read from `read_from` on, sealed up to `whole_up_to`, `waiting` rows not yet sealed."""

    read_from: int
    whole_up_to: int
    waiting: int
    first_break: int | None


def state(newest: int | None = None) -> State:
    """Reads the whole chain, or its `newest` rows only."""
    head = AuditHead.objects.filter(pk=1).first()
    end = head.sequence if head else 0
    after = max(end - newest, 0) if newest is not None else 0
    broken = first_break(after)
    waiting = AuditEvent.objects.filter(sequence=None).count()
    return State(after + 1, end if broken is None else broken - 1, waiting, broken)


def sealed_events(after: int = 0) -> Iterator[AuditEvent]:
    events = AuditEvent.objects.filter(sequence__gt=after).select_related("detail")
    return events.order_by("sequence").iterator(chunk_size=1000)


def is_whole(event: AuditEvent) -> bool:
    """Whether the row carries the hash that it was sealed with, and its detail is what was recorded."""
    return bool(event.hash) and event.hash == chained(event, key_of(event.hash)) and has_its_detail(event)


def has_its_detail(event: AuditEvent) -> bool:
    detail: AuditDetail | None = getattr(event, "detail", None)
    if detail is None:
        return event.digest == digest_of("", NOTHING, "")
    if detail.sealed and crypto.digest(detail.sealed) != detail.sealed_digest:
        return False
    return event.digest == digest_of(detail.person, detail.plain, detail.sealed_digest)


def ends_at(sequence: int, last_hash: str) -> bool:
    """Whether the signed head says that the chain ends here."""
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        return sequence == 0
    told = (head.sequence, head.hash, head.signature)
    return told == (sequence, last_hash, signed(f"head {sequence} {last_hash}", key_of(head.signature)))
