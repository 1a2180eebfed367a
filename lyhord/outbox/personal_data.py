"""What the outbox holds about a person: our words to her, and whom they were for."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lyhord.intake.models import Post
from lyhord.lib.persons import Person
from lyhord.outbox.actions import moving
from lyhord.outbox.models import Dispatch, Receipt, State

DECLARED = {
    "Dispatch": "our words to a person and her native id there; emptied with her, the bare row stays as proof",
    "Receipt": "where our words stand on a network; its address goes with the person",
    "Hold": "why something waits, in our own words; of no customer",
}


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
    return {
        "dispatches": list(rows.values("pk", "account__name", "receipt__link", "receipt__read_at", *names))
    }


def erase(person: Person, now: datetime) -> int:
    """What waits is never sent; of what was sent the words, the address and her name go."""
    rows = list(dispatches_of(person))
    for dispatch in rows:
        moving.move(dispatch, State.DROPPED, now, was=[State.QUEUED, State.HELD, State.UNSURE], hold=None)
    ids = [dispatch.pk for dispatch in rows]
    Receipt.objects.filter(dispatch__in=ids).update(link="")
    return Dispatch.objects.filter(pk__in=ids).update(
        text="", person="", person_handle="", reason="", problem="", hold_reason=""
    )
