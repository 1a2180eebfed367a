"""What was done stays told: the database refuses changes, and the chain shows those made past it."""

import random
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lyhord.staff import audit, triggers
from lyhord.staff.models import AuditDetail, AuditEvent, AuditHead, Brand, PersonKey, User

KINDS = (
    "verb", "at", "actor", "object_kind", "object_id", "brand", "digest", "hash", "previous", "sequence",
    "plain", "person", "sealed", "delete", "cut", "swap", "unseal", "forge", "insert", "head",
)  # fmt: skip


@pytest.fixture
def history(administrator: User, now: datetime) -> list[AuditEvent]:
    """Twelve sealed events: some with details, some with personal data."""
    for number in range(12):
        audit.record(
            "conversation.replied",
            administrator,
            by=administrator,
            now=now + timedelta(seconds=number),
            person=f"customer:{number % 3}" if number % 2 else "",
            private={"name": f"Customer {number}"} if number % 2 else None,
            **({"number": number} if number % 4 else {}),
        )
    audit.seal()
    return list(AuditEvent.objects.order_by("sequence"))


@pytest.fixture
def unguarded(db: None) -> Iterator[None]:
    """Somebody who can write the database past its triggers."""
    triggers.down(connection)
    yield


def refused(change: Any) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError:
        return True
    return False


def test_the_database_refuses_to_change_or_remove_what_was_done(history: list[AuditEvent]) -> None:
    event = AuditEvent.objects.filter(pk=history[3].pk)
    detail = AuditDetail.objects.filter(pk=history[3].pk)
    head = AuditHead.objects.filter(pk=1)
    assert refused(lambda: event.update(verb="conversation.closed"))
    assert refused(lambda: event.update(sequence=None))
    assert refused(lambda: event.update(sequence=99))
    assert refused(lambda: detail.update(plain={"number": 99}))
    assert refused(lambda: detail.update(sealed="other"))
    assert refused(lambda: head.update(sequence=1))
    for table in (triggers.EVENT, triggers.DETAIL, triggers.HEAD):
        assert refused(lambda table=table: run(f"DELETE FROM {table}"))
        assert refused(lambda table=table: run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))
        assert refused(lambda table=table: run(f"TRUNCATE {table} CASCADE"))
    assert AuditEvent.objects.count() == 12
    assert audit.first_break() is None


def test_an_event_that_is_not_yet_sealed_cannot_be_changed_either(administrator: User, now: datetime) -> None:
    event = audit.record("person.invited", administrator, by=administrator, now=now)
    row = AuditEvent.objects.filter(pk=event.pk)
    assert refused(lambda: row.update(verb="person.renamed"))
    assert refused(lambda: row.update(sequence=1, verb="person.renamed"))
    assert refused(lambda: run(f"DELETE FROM {triggers.EVENT}"))
    assert refused(lambda: AuditEvent.objects.create(at=now, verb="x", object_kind="", digest="", sequence=7))
    assert audit.seal() == 1
    assert audit.first_break() is None


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_sealing_twice_changes_nothing(history: list[AuditEvent]) -> None:
    before = list(AuditEvent.objects.order_by("pk").values_list("sequence", "hash"))
    assert audit.seal() == 0
    assert list(AuditEvent.objects.order_by("pk").values_list("sequence", "hash")) == before
    assert [sequence for sequence, _ in before] == list(range(1, 13))


def test_sealing_in_small_batches_makes_one_chain(administrator: User, now: datetime) -> None:
    for _ in range(7):
        audit.record("team.made", administrator, by=administrator, now=now)
    assert [audit.seal(most=3) for _ in range(4)] == [3, 3, 1, 0]
    assert audit.first_break() is None


def test_personal_data_is_unreadable_in_the_database_and_gone_after_erasure(
    history: list[AuditEvent],
) -> None:
    detail = AuditDetail.objects.get(pk=history[1].pk)
    assert "Customer" not in detail.sealed
    assert audit.private_of(detail) == {"name": "Customer 1"}
    kept = AuditDetail.objects.exclude(person=detail.person).exclude(sealed="").count()
    assert audit.destroy(detail.person) == 2
    detail.refresh_from_db()
    assert audit.private_of(detail) == {}
    assert not PersonKey.objects.filter(person=detail.person).exists()
    assert AuditDetail.objects.exclude(sealed="").count() == kept
    assert audit.first_break() is None


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("kind", KINDS)
def test_tampering_is_found(kind: str, history: list[AuditEvent]) -> None:
    """Fifty of each kind, on rows drawn at random, each put back afterwards."""
    draw = random.Random(kind)
    for _ in range(50):
        point = transaction.savepoint()
        tamper(kind, draw, list(AuditEvent.objects.order_by("sequence")))
        assert audit.first_break() is not None, kind
        transaction.savepoint_rollback(point)
    assert audit.first_break() is None


def tamper(kind: str, draw: random.Random, history: list[AuditEvent]) -> None:
    event, other = draw.sample(history, 2)
    row = AuditEvent.objects.filter(pk=event.pk)
    if kind in {"verb", "object_kind", "digest", "hash", "previous"}:
        row.update(**{kind: f"{draw.getrandbits(64):x}"})
    elif kind in {"object_id", "sequence"}:
        row.update(**{kind: 1000 + draw.randrange(1000)})
    elif kind == "at":
        row.update(at=event.at + timedelta(microseconds=draw.randrange(1, 10**9)))
    elif kind == "actor":
        row.update(actor=None)
    elif kind == "brand":
        row.update(brand=Brand.objects.get())
    elif kind in {"plain", "person", "sealed"}:
        tamper_detail(kind, draw)
    elif kind == "delete":
        AuditDetail.objects.filter(pk=event.pk).delete()
        row.delete()
    elif kind == "cut":
        last = history[-draw.randrange(1, len(history)) :]
        AuditDetail.objects.filter(pk__in=[event.pk for event in last]).delete()
        AuditEvent.objects.filter(pk__in=[event.pk for event in last]).delete()
    elif kind == "swap":
        row.update(sequence=None)
        AuditEvent.objects.filter(pk=other.pk).update(sequence=event.sequence)
        row.update(sequence=other.sequence)
    elif kind == "unseal":
        row.update(sequence=None, hash="", previous="")
    elif kind == "forge":
        forge(draw, history)
    elif kind == "insert":
        AuditEvent.objects.create(
            at=event.at, verb="person.invited", object_kind="", digest=event.digest,
            sequence=len(history) + 1, previous=history[-1].hash, hash=event.hash,
        )  # fmt: skip
    elif kind == "head":
        AuditHead.objects.update(signature=f"{draw.getrandbits(64):x}")


def tamper_detail(kind: str, draw: random.Random) -> None:
    detail = draw.choice(list(AuditDetail.objects.exclude(sealed="")))
    value: Any = {"number": draw.randrange(1000, 2000)} if kind == "plain" else f"{draw.getrandbits(64):x}"
    AuditDetail.objects.filter(pk=detail.pk).update(**{kind: value})


def forge(draw: random.Random, history: list[AuditEvent]) -> None:
    """Change one row and chain all later ones anew, as well as one can without keys.json."""
    start = draw.randrange(len(history))
    previous = history[start].previous
    for event in history[start:]:
        event.previous, event.verb = previous, "forged"
        event.hash = f"{audit.key_of(event.hash)}:{draw.getrandbits(256):064x}"
        previous = event.hash
        AuditEvent.objects.filter(pk=event.pk).update(
            verb=event.verb, previous=event.previous, hash=event.hash
        )
    AuditHead.objects.update(hash=previous)


@pytest.mark.usefixtures("unguarded")
def test_a_look_at_the_newest_rows_sees_what_was_done_to_them(history: list[AuditEvent]) -> None:
    assert audit.state(newest=5) == audit.State(read_from=8, whole_up_to=12, waiting=0, first_break=None)
    AuditEvent.objects.filter(sequence=3).update(verb="forged")
    assert audit.state(newest=5).first_break is None
    assert audit.state() == audit.State(read_from=1, whole_up_to=2, waiting=0, first_break=3)
    AuditEvent.objects.filter(sequence=9).update(verb="forged")
    assert audit.state(newest=5).first_break == 9


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_once_keep_one_chain(now: datetime) -> None:
    def work() -> None:
        try:
            for _ in range(10):
                audit.record("team.made", None, by=None, now=now)
                audit.seal()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    audit.seal()
    assert AuditEvent.objects.filter(sequence=None).count() == 0
    assert AuditEvent.objects.count() == 40
    assert audit.first_break() is None
