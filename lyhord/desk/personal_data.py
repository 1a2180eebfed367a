"""What the desk holds about a customer: her conversations, and what colleagues wrote about them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from lyhord.desk.models import CaseAddress, Conversation, Draft, DraftFile, Note, Referral, Strand, Turn
from lyhord.lib.persons import Person
from lyhord.lib.text import N_
from lyhord.outbox import actions as outbox

DECLARED = {
    "Conversation": "a matter with a customer: subject, newest words, who had it, when it was answered",
    "Strand": "which of her accounts wrote in which thread, and since when she waits",
    "Turn": "the steps of a conversation; points at posts, dispatches and notes",
    "Note": "what colleagues wrote to each other about her matter",
    "Filing": "that a post was looked at; no personal data",
    "Tag": "labels of a brand; no personal data",
    "Draft": "what a colleague is writing to her",
    "DraftFile": "which files lie beside a draft to her; removed with her",
    "Presence": "who of us has a conversation open; no data of hers",
    "Reading": "how far a colleague has read; no data of hers",
    "CaseAddress": "an address of ours that was given for her matter; removed with her words",
    "Referral": "that she was sent on, to whom and why; the words are removed with hers",
    "ThreadReading": "how far a colleague has read a thread; no data of hers",
    "Tally": "counts; no personal data",
    "SavedView": "a colleague's search; no data of hers unless it was typed there",
    "Undo": "the newest changes of a colleague: columns of conversations, no words",
}
ERASED = "–"
AGES = {"drafts": N_("Drafts that were never sent"), "notes": N_("Internal notes of closed conversations")}


def aged(kind: str, before: datetime) -> QuerySet[Any]:
    if kind == "drafts":
        return Draft.objects.filter(saved_at__lt=before)
    closed = Note.objects.filter(
        turn__conversation__status="closed", turn__conversation__closed_at__lt=before
    )
    return closed.exclude(text=ERASED)


@transaction.atomic
def expire(kind: str, before: datetime, now: datetime, most: int) -> int:
    """Let at most `most` of a kind go that are older than `before`; gives how many."""
    ids = list(aged(kind, before).order_by("pk").values_list("pk", flat=True)[:most])
    if kind == "drafts":
        Draft.objects.filter(pk__in=ids).delete()
        beside = DraftFile.objects.filter(file__made_at__lt=before).select_related("file")
        outbox.give_up([row.file for row in beside[:most]], now)
    else:
        Note.objects.filter(pk__in=ids).update(text=ERASED)
    return len(ids)


def conversations_of(person: Person) -> QuerySet[Conversation]:
    wanted = Q(customer__in=person.customer_ids) | Q(strands__identity__in=person.identity_ids)
    return Conversation.objects.filter(wanted).distinct()


def export(person: Person) -> dict[str, Any]:
    conversations = conversations_of(person)
    notes = Note.objects.filter(turn__conversation__in=conversations).order_by("at")
    return {
        "conversations": list(
            conversations.order_by("opened_at").values(
                "number", "subject", "snippet", "status", "lang", "kind", "topic", "sentiment", "is_urgent", "priority",
                "opened_at", "last_at", "first_answer_at", "closed_at",
            )
        ),
        "tags": list(conversations.exclude(tags=None).order_by("number").values("number", "tags__name")),
        "notes": list(notes.values("at", "text")),
        "referrals": list(
            Referral.objects.filter(conversation__in=conversations)
            .order_by("at")
            .values("conversation__number", "kind", "name", "address", "why", "at", "joined__number", "joined_at")
        ),
        "drafts": list(Draft.objects.filter(conversation__in=conversations).values("saved_at", "text")),
        "events": list(
            Turn.objects.filter(conversation__in=conversations).exclude(what="").order_by("at").values("at", "what")
        ),
    }  # fmt: skip


@transaction.atomic
def erase(person: Person, now: datetime) -> int:
    """Words about her go; that a matter was there, when, and how long she waited stays, and names nobody.

    A conversation in which somebody else takes part too keeps its notes: they are not about her alone.
    """
    conversations = list(conversations_of(person).values_list("pk", flat=True))
    others = set(
        Strand.objects.filter(conversation__in=conversations)
        .exclude(identity__in=person.identity_ids)
        .values_list("conversation", flat=True)
    )
    hers = [pk for pk in conversations if pk not in others]
    CaseAddress.objects.filter(conversation__in=hers).delete()
    Referral.objects.filter(conversation__in=hers).update(why="")
    gone = Draft.objects.filter(conversation__in=conversations).delete()[0]
    beside = DraftFile.objects.filter(conversation__in=conversations).select_related("file")
    gone += outbox.give_up([row.file for row in beside], now)
    gone += Note.objects.filter(turn__conversation__in=hers).exclude(text=ERASED).update(text=ERASED)
    rows = Conversation.objects.filter(pk__in=conversations)
    gone += rows.exclude(subject="", snippet="").update(subject="", snippet="")
    Turn.objects.filter(conversation__in=hers, what__in=["named", "tagged", "untagged"]).update(values={})
    for row in rows:
        row.tags.clear()
    return gone
