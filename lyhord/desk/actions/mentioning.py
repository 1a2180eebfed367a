"""Colleagues named in notes, notes that answer notes, and guests who read one note alone (TE-10)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk import naming
from lyhord.desk.actions import changing, notifications, tally
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Mention, Note, NoteReply, Turn
from lyhord.desk.queries import mentions as queries
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

LONGEST = 10_000


def noted(turn: Turn, *, guests: Sequence[int], answers: int | None, by: User, now: datetime) -> None:
    """After a note was written, in its transaction: whom it names, and which note it answers.

    `guests`: people who do not see the conversation and were invited to this note; they are named in it too.
    """
    assert turn.note is not None
    if answers is not None:
        thread(turn, answers)
    if "@" not in turn.note.text:
        return
    case = turn.conversation
    people = {user.pk: user for user in queries.seers(case)}
    invited = {user.pk: user for user in queries.invitable(by, case) if user.pk in set(guests)}
    names = {pk: user.name for pk, user in (invited | people).items()}
    for pk in naming.named(turn.note.text, names):
        tell(turn, (people | invited)[pk], is_guest=pk not in people, by=by, now=now)


def thread(turn: Turn, answers: int) -> None:
    """Threads are one level deep: what answers an answer answers the first note."""
    first = Turn.objects.filter(pk=answers, conversation=turn.conversation_id, note__isnull=False).first()
    if first is None or first.note_id is None or turn.note is None:
        raise NotPossible(_("The note that you answer is not there any more."))
    root = NoteReply.objects.filter(note=first.note_id).values_list("answers", flat=True).first()
    NoteReply.objects.create(note=turn.note, answers_id=root or first.note_id)


def tell(turn: Turn, user: User, *, is_guest: bool, by: User, now: datetime) -> None:
    if user.pk == by.pk:
        return
    _row, is_new = Mention.objects.get_or_create(
        note=turn.note, user=user,
        defaults={"conversation": turn.conversation, "by": by, "at": now, "is_guest": is_guest},
    )  # fmt: skip
    if is_new:
        notifications.tell(user, "mentioned", turn.conversation, now, by=by)
        if is_guest:
            audit.record("note.shown_to_guest", turn.conversation, by=by, now=now, user=user.pk, turn=turn.pk)


@transaction.atomic
def answer_as_guest(mention: Mention, text: str, *, by: User, form_key: UUID, now: datetime) -> Turn:
    """Who was invited to a note answers it. The invitation is her permission, and it is hers alone."""
    mandates.require(by, "see", mention.conversation.brand)
    if mention.user_id != by.pk:
        raise mandates.NotYours(_("Only who was invited to this note answers it."))
    case = changing.locked([mention.conversation_id]).get()
    again = Turn.objects.filter(note__key=form_key, by=by).first()
    if again is not None:
        return again
    words = clean(text).strip()[:LONGEST]
    if not words:
        raise NotPossible(_("Write something first."))
    root = NoteReply.objects.filter(note=mention.note_id).values_list("answers", flat=True).first()
    note = Note.objects.create(text=words, by=by, at=now, key=form_key)
    NoteReply.objects.create(note=note, answers_id=root or mention.note_id)
    turn = Turn.objects.create(conversation=case, at=now, note=note, by=by)
    changing.saved(case, tally.key(case), now)
    audit.record("conversation.noted", case, by=by, now=now, turn=turn.pk)
    notifications.tell(mention.by, "mentioned", case, now, by=by)
    return turn


def read(by: User, now: datetime, *, conversation: Conversation | None = None) -> int:
    """She has seen where she was named: in one conversation, or everywhere (None)."""
    rows = Mention.objects.filter(user=by, read_at=None)
    if conversation is not None:
        rows = rows.filter(conversation=conversation)
    return rows.update(read_at=now)


@transaction.atomic
def read_all(*, by: User, now: datetime) -> int:
    """All of them, at her wish."""
    n = read(by, now)
    if n:
        audit.record("mentions.read", None, by=by, now=now, n=n)
    return n
