"""Who may be named in a note, where somebody was named, and which note answers which."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from lyhord.channels import queries as channels
from lyhord.desk.models import Conversation, Mention, NoteReply, Turn
from lyhord.desk.queries.people import colleagues
from lyhord.staff import queries as staff
from lyhord.staff.models import User

MOST = 8  # suggestions


@dataclass(frozen=True)
class Suggested:
    id: int
    name: str
    sees: bool  # False: she would be a guest of this note alone


@dataclass(frozen=True)
class Said:
    """One note of a thread, as a guest reads it."""

    at: datetime
    by: str
    text: str


def seers(case: Conversation) -> list[User]:
    return colleagues(case.account_id)


def invitable(by: User, case: Conversation) -> list[User]:
    """Colleagues of the brand who do not see the conversation."""
    seeing = {user.pk for user in seers(case)}
    return [user for user in staff.colleagues([case.brand_id]) if user.pk not in seeing and user.pk != by.pk]


def suggested(by: User, case: Conversation, words: str) -> list[Suggested]:
    """By the beginning of any part of the name; who sees the conversation first."""
    asked = words.casefold().strip()
    found = [(user, True) for user in seers(case) if user.pk != by.pk]
    found += [(user, False) for user in invitable(by, case)]
    fits = [(user, sees) for user, sees in found if begins(user.name, asked)]
    return [Suggested(user.pk, str(user), sees) for user, sees in fits[:MOST]]


def begins(name: str, asked: str) -> bool:
    folded = name.casefold()
    return folded.startswith(asked) or any(part.startswith(asked) for part in folded.split())


def mentions_of(user: User) -> QuerySet[Mention]:
    """Where she was named and still may read it, the newest first."""
    rows = Mention.objects.filter(user=user).select_related("note", "conversation", "by")
    seen = rows.filter(conversation__account__in=channels.account_ids_visible_to(user))
    return (seen | rows.filter(is_guest=True)).order_by("-pk")


def unread(user: User) -> int:
    return mentions_of(user).filter(read_at=None).count()


def thread_of(mention: Mention) -> list[Said]:
    """The note and what answers it, and nothing else of the conversation."""
    root = NoteReply.objects.filter(note=mention.note_id).values_list("answers", flat=True).first()
    first = root or mention.note_id
    turns = Turn.objects.filter(note=first) | Turn.objects.filter(note__reply_to__answers=first)
    rows = turns.select_related("note", "by").order_by("pk")
    return [Said(turn.at, str(turn.by or ""), turn.note.text) for turn in rows if turn.note is not None]


def answering(case: int) -> dict[int, tuple[int, str]]:
    """Turn of a note -> (turn of the note that it answers, who wrote that)."""
    rows = NoteReply.objects.filter(note__turn__conversation=case)
    told = rows.values_list("note__turn", "answers__turn", "answers__by__name")
    return {turn: (first, name) for turn, first, name in told if first is not None}
