"""What the outbox holds about a person: our words to her, and whom they were for."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lyhord.intake.models import Post
from lyhord.lib.persons import Person
from lyhord.lib.text import N_
from lyhord.outbox.actions import enclosing, moving
from lyhord.outbox.models import Bounce, Dispatch, Enclosure, Receipt, ReceiptAlias, State

DECLARED = {
    "Dispatch": "our words to a person and her native id there; emptied with her, the bare row stays as proof",
    "Receipt": "where our words stand on a network; its address goes with the person",
    "ReceiptAlias": "a further id of what we sent; removed with the person",
    "Bounce": "that something to her did not arrive, and the domain of her address; removed with her",
    "Enclosure": "files that we sent to a person; removed with her, on the disk too",
    "Hold": "why something waits, in our own words; of no customer",
}


AGES = {"answers": N_("Our own words to customers, and the files that went with them")}


def aged(kind: str, before: datetime) -> QuerySet[Dispatch]:
    done = [State.SENT, State.UNDONE, State.DROPPED, State.REFUSED]
    return Dispatch.objects.filter(state__in=done, state_at__lt=before).exclude(text="")


def expire(kind: str, before: datetime, now: datetime, most: int) -> int:
    """Empty at most `most` answers that are older than `before`; the bare rows stay as proof. Gives how many."""
    ids = list(aged(kind, before).order_by("pk").values_list("pk", flat=True)[:most])
    return empty(ids, now)


def dispatches_of(person: Person) -> QuerySet[Dispatch]:
    """To her, about a post of hers, or in a private thread in which she wrote."""
    wanted = Q(pk__in=[])
    for connector, native in person.native_ids:
        hers = Post.objects.filter(account__connector=connector, author=native)
        wanted |= Q(account__connector=connector, person=native)
        wanted |= Q(answers__in=hers)
        wanted |= Q(is_public=False, thread__in=hers.values("thread"))
    return Dispatch.objects.filter(wanted)


def export(person: Person) -> dict[str, Any]:
    names = ("made_at", "sent_at", "verb", "state", "text", "person", "person_handle", "is_public", "reason")
    rows = dispatches_of(person).order_by("pk")
    files = Enclosure.objects.filter(dispatch__in=rows, is_gone=False).order_by("pk")
    return {
        "dispatches": list(rows.values("pk", "account__name", "receipt__link", "receipt__read_at", *names)),
        "files": list(files.values("dispatch", "name", "alt", "content_type", "size", "made_at")),
    }


def erase(person: Person, now: datetime) -> int:
    """What waits is never sent; of what was sent the words, the address and her name go."""
    rows = list(dispatches_of(person))
    for dispatch in rows:
        moving.move(dispatch, State.DROPPED, now, was=[State.QUEUED, State.HELD, State.UNSURE], hold=None)
    ids = [dispatch.pk for dispatch in rows]
    return empty(ids, now)


def empty(ids: list[int], now: datetime) -> int:
    Receipt.objects.filter(dispatch__in=ids).update(link="")
    ReceiptAlias.objects.filter(receipt__in=ids).delete()
    Bounce.objects.filter(dispatch__in=ids).delete()
    enclosing.give_up(Enclosure.objects.filter(dispatch__in=ids), now)
    return Dispatch.objects.filter(pk__in=ids).update(
        text="", template={}, person="", person_handle="", reason="", problem="", hold_reason=""
    )
