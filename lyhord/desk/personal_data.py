"""What the desk holds about a customer: her conversations, and what colleagues wrote about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from lyhord.desk import case_data, composing_data, proposal_data, request_data
from lyhord.desk.actions import indexing, undoing
from lyhord.desk.models import (
    CaseAddress,
    Clock,
    Conversation,
    Decision,
    Draft,
    DraftFile,
    HandOver,
    Note,
    Referral,
    Strand,
    Turn,
)
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
    "Practice": "how far a colleague is in the training inbox; its posts are made up, no data of hers",
    "Reading": "how far a colleague has read; no data of hers",
    "CaseAddress": "an address of ours that was given for her matter; removed with her words",
    "Referral": "that she was sent on, to whom and why; the words are removed with hers",
    "RoutingPolicy": "how a brand gives conversations to people; no personal data",
    "RoutingRule": "when a conversation goes where; no data of hers unless a colleague named her there",
    "RoutingRuleVersion": "what a rule was before, and which colleague changed it",
    "Skill": "what a colleague knows; no data of hers",
    "Capacity": "how much a colleague takes at a time; no data of hers",
    "Routing": "to whom her matter was given, and why; names nobody but colleagues",
    "Ownership": "which colleague had her matter, from when to when",
    "HandOver": "that her matter was handed to a colleague, and why; the words are removed with hers",
    "Decision": "that a colleague let her matter be, and why; the words are removed with hers",
    "Nightmare": "that her case went badly: how long she waited, how often it was passed on",
    "DayKept": "counts of a day; no personal data",
    "ThreadReading": "how far a colleague has read a thread; no data of hers",
    "OpeningHours": "when somebody is there; no personal data",
    "AccountHours": "which account keeps which hours; no personal data",
    "Target": "what we promise; no personal data",
    "Clock": "how long she waited, and who of us decided about it and why; the reason is removed with her words",
    "Pause": "when a clock of her matter stood still; no words of hers",
    "Tally": "counts; no personal data",
    "SavedView": "a colleague's search; no data of hers unless it was typed there",
    "Remedy": "what a brand can do for customers; no personal data",
    "RemedyLevel": "up to how much a role or a colleague grants; no data of hers",
    "Grant": "what was granted to her, how much and why; the words are removed with hers",
    "Trust": "how freely a colleague answers; no data of hers",
    "ApprovalRule": "which replies somebody else reads first; no personal data",
    "ApprovalTerms": "how long an approver is waited for; no personal data",
    "Proposal": "a reply to her that waited for a second person; its words are removed with hers",
    "DeciderShift": "which colleague decides fast, when; no data of hers",
    "Responsibility": "who of us stands for a topic; no data of hers",
    "SavedReply": "words that are used again; no data of hers",
    "SavedReplyText": "the words in one language; no data of hers",
    "SavedReplyVersion": "what they were before; no data of hers",
    "Macro": "several verbs in one stroke; no data of hers",
    "MacroRun": "that a macro ran over her matter; no words of hers",
    "ScheduledReply": "a reply to her that waits for its time; its words are removed with hers",
    "AssistEndpoint": "a server that helps with words; no personal data",
    "AssistCall": "that such a server was asked, by whom; no words",
    "Notification": "that something is for a colleague, and in which conversation; no words of hers",
    "NotificationSettings": "how a colleague hears of it; no data of hers",
    "Wall": "a screen with numbers; no data of hers",
    "HomeView": "which view a colleague begins with; no data of hers",
    "LinkPreview": "what a public page is called, kept for a week; no data of hers",
    "Undo": "the newest changes of a colleague, kept for minutes: columns and words as they were; removed with her words",
    "Department": "a part of the organisation that answers questions; no data of hers",
    "DepartmentMember": "which colleagues answer for a department; no data of hers",
    "DepartmentAddress": "where a department is written to; no data of hers",
    "DepartmentReminder": "who is reminded when; no data of hers",
    "Request": "a question that was put to a department about her matter; its words go with hers",
    "RequestTurn": "what the department answered about her matter; the words go with hers",
    "RequestFile": "files of such an answer; removed with her",
    "RequestMail": "mails about such a question; they hold no words of hers",
    "Mention": "which colleague was named in a note; points at the note",
    "NoteReply": "which note answers which; points at notes",
    "ShiftNote": "what the next shift of a team must know; no data of hers unless it was typed there",
    "ShiftReading": "who of us has read it; no data of hers",
    "Purpose": "why we do this; no personal data",
    "PurposeReading": "who of us has read it; no data of hers",
    "Case": "that her matter is a case: how it went, its cause, what was done, and what was learned; the words are removed with hers",
    "CaseMoment": "when a case came to a state; no words",
    "CaseSettings": "how a brand handles cases; no personal data",
    "CaseType": "kinds of cases; no personal data",
    "ProcessStep": "steps of a process; no personal data",
    "ProcessTick": "which steps were done, by whom of us, and why one was left out; the reasons are removed with hers",
    "FollowUp": "what a colleague promised to come back to; the words are removed with hers",
    "Field": "fields of a brand; no personal data",
    "FieldValue": "what stands in a brand's own fields about her or her matter; removed with her",
    "Join": "conversations that were made one, or two; the reason is removed with hers",
    "Expertise": "that she knows more than a first answer tells, as a colleague said; removed with her",
}
ERASED = "–"
WORDED = ("acknowledged", "late_decided", "step_skipped")  # with the reason that a colleague wrote
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
        indexing.forget(list(Turn.objects.filter(note__in=ids).values_list("pk", flat=True)))
    return len(ids)


def conversations_of(person: Person) -> QuerySet[Conversation]:
    wanted = Q(customer__in=person.customer_ids) | Q(strands__identity__in=person.identity_ids)
    return Conversation.objects.filter(wanted).distinct()


def export(person: Person) -> dict[str, Any]:
    conversations = conversations_of(person)
    notes = Note.objects.filter(turn__conversation__in=conversations).order_by("at")
    return {
        **case_data.told(conversations, person.customer_ids),
        **composing_data.told(conversations),
        **proposal_data.told(conversations),
        **request_data.told(conversations),
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
        "hand_overs": list(
            HandOver.objects.filter(conversation__in=conversations)
            .order_by("at")
            .values("conversation__number", "reason", "note", "at", "state", "answer")
        ),
        "decisions": list(
            Decision.objects.filter(conversation__in=conversations)
            .order_by("at")
            .values("conversation__number", "reason", "at")
        ),
        "drafts": list(Draft.objects.filter(conversation__in=conversations).values("saved_at", "text")),
        "events": list(
            Turn.objects.filter(conversation__in=conversations).exclude(what="").order_by("at").values("at", "what")
        ),
    }  # fmt: skip


def forget_turns(conversations: Sequence[int]) -> None:
    """Words of colleagues about her stand in some turns too; what was decided stays."""
    turns = Turn.objects.filter(conversation__in=conversations)
    turns.filter(what__in=["named", "tagged", "untagged"]).update(values={})
    for turn in turns.filter(what__in=WORDED):
        turn.values = {name: value for name, value in turn.values.items() if name not in {"why", "reason"}}
        turn.save(update_fields=["values"])


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
    case_data.erase(hers, person.customer_ids)
    indexing.forget_conversations(conversations)
    composing_data.forget(conversations)
    undoing.forget_words(conversations)
    Referral.objects.filter(conversation__in=hers).update(why="")
    Clock.objects.filter(conversation__in=hers).update(reason="")
    HandOver.objects.filter(conversation__in=hers).update(note="", answer="")
    Decision.objects.filter(conversation__in=hers).update(reason=ERASED)
    proposal_data.forget(hers, conversations)
    request_data.erase(hers)
    gone = Draft.objects.filter(conversation__in=conversations).delete()[0]
    beside = DraftFile.objects.filter(conversation__in=conversations).select_related("file")
    gone += outbox.give_up([row.file for row in beside], now)
    gone += Note.objects.filter(turn__conversation__in=hers).exclude(text=ERASED).update(text=ERASED)
    rows = Conversation.objects.filter(pk__in=conversations)
    gone += rows.exclude(subject="", snippet="").update(subject="", snippet="")
    forget_turns(hers)
    for row in rows:
        row.tags.clear()
    return gone
