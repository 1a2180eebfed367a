"""Answering: by one person at a time, to what was really said, signed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels import registry
from lyhord.channels.actions import side_of
from lyhord.channels.contract import Abilities, Length, Visibility
from lyhord.channels.models import Account
from lyhord.customers.models import Identity
from lyhord.desk import filling, rules
from lyhord.desk.actions import (
    changing,
    enclosing,
    endings,
    holding,
    mentioning,
    proposing,
    referring,
    tally,
    templating,
    waiting,
)
from lyhord.desk.actions.refusals import Closed, NewerTurn, NotPossible
from lyhord.desk.models import Conversation, Draft, Note, Proposal, Status, Strand, Turn, Undo
from lyhord.intake.models import Post
from lyhord.lib import sabotage
from lyhord.lib.text import clean
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch
from lyhord.staff import audit, mandates
from lyhord.staff.models import User


class Addressed(TypedDict):
    """To whom our words go, as the outbox asks for it."""

    person: str
    person_handle: str
    identity_id: int


@transaction.atomic
def reply(
    strand: Strand,
    text: str,
    *,
    seen: int | None,
    is_public: bool,
    by: User,
    form_key: UUID,
    now: datetime,
    delay: timedelta | None = None,
    close: bool = False,
    files: Sequence[int] = (),
    ending: endings.Ending | None = None,
    is_approved: bool = False,
    is_automatic: bool = False,
    template: outbox.Chosen | None = None,
) -> Turn:
    """Answer a customer and hand our words to the outbox; they leave after `delay` (None: as `by` likes to undo).

    `seen` is the id of the newest turn that the writer had before her (None: none); a newer word refuses the reply
    and is shown. `form_key` is made when the form is drawn: a double click is one reply. `files` are ids of files
    beside her draft; `ending` is what a closing asks for. Raises mandates.NotYours, Closed, NewerTurn, NotPossible,
    endings.NeedsEnding, outbox.TooLong, or outbox.BadFile.

    Where a second person reads it first (RE-25) nothing leaves, and the turn is `proposed`: `letting.approve_reply`.
    `is_approved` is for that door alone. `is_automatic`: a program of `by` made these words; what networks take from
    people alone they do not get. `template`: its words go as the network approved them, and `text` and `files` are empty;
    raises outbox.NoSuchTemplate and outbox.WrongValues too.
    """
    mandates.require(by, "reply", strand.thread.account)
    conversation = changing.locked([strand.conversation_id]).get()
    if (again := already_said(form_key, text, by, template)) is not None:
        return again
    if template is not None:
        template, text = templating.filled(strand, template, text, files)
    if strand.thread.is_public != is_public:
        raise NotPossible(
            _(
                "This strand is private and the text was meant for everybody. Check where it shall go, then send again."
            )
            if is_public
            else _(
                "This strand is public and the text was meant for the customer alone. Move to private first."
            )
        )
    require_current(conversation, seen)
    if not is_approved:
        wanted = Proposal(
            strand=strand, is_public=is_public, closes=close, text=text, seen=seen, by=by, key=form_key,
            template=template.kept() if template else {},
        )  # fmt: skip
        wanted.conversation = conversation
        if (proposed := proposing.instead(wanted, files, now)) is not None:
            return proposed
    hers = newest_word(strand)
    abilities = abilities_of(strand.thread.account)
    taken = enclosing.chosen(conversation, files, by)
    dispatch = outbox.queue(
        strand.thread.account,
        "reply",
        key=form_key,
        by=by,
        now=now,
        thread=strand.thread,
        answers=hers,
        newest=hers,
        **addressed(strand.identity),
        text=text if template else signed(text, conversation, abilities.reply.get(way(is_public)), by),
        lang=conversation.lang,
        is_public=is_public,
        delay=wait(delay, by, abilities),
        files=taken,
        is_automatic=is_automatic,
        template=template,
    )
    enclosing.sent(taken)
    return said(conversation, strand, dispatch, by=by, now=now, close=close, ending=ending)


@transaction.atomic
def move_to_private(
    conversation: Conversation,
    text: str,
    *,
    seen: int | None,
    by: User,
    form_key: UUID,
    now: datetime,
    delay: timedelta | None = None,
    files: Sequence[int] = (),
    is_approved: bool = False,
) -> Turn:
    """Answer a public word in private; what she then writes there joins this conversation.

    Raises as `reply`; NotPossible where the network has no such way, or its time for it is over.
    """
    mandates.require(by, "reply", conversation.account)
    conversation = changing.locked([conversation.pk]).get()
    if (again := already_said(form_key, text, by)) is not None:
        return again
    require_current(conversation, seen)
    strands = conversation.strands.select_related("thread", "identity").filter(ended_at=None)
    public = strands.filter(thread__is_public=True).order_by("-pk").first()
    hers = newest_word(public) if public is not None else None
    if public is None or hers is None:
        raise NotPossible(
            _("There is no public word of the customer here that could be answered in private.")
        )
    abilities = abilities_of(conversation.account)
    require_private_way(abilities, conversation.account, hers.at, now)
    if not is_approved:
        wanted = Proposal(
            strand=public, is_public=False, moves=True, text=text, seen=seen, by=by, key=form_key
        )
        wanted.conversation = conversation
        if (proposed := proposing.instead(wanted, files, now)) is not None:
            return proposed
    taken = enclosing.chosen(conversation, files, by)
    dispatch = outbox.queue(
        conversation.account,
        "reply",
        key=form_key,
        by=by,
        now=now,
        answers=hers,
        newest=hers,
        **addressed(public.identity),
        text=signed(text, conversation, abilities.reply.get("private"), by),
        lang=conversation.lang,
        is_public=False,
        delay=wait(delay, by, abilities),
        files=taken,
    )
    enclosing.sent(taken)
    conversation.invited_at = now
    return said(conversation, public, dispatch, by=by, now=now, close=False)


@transaction.atomic
def note(
    conversation: Conversation,
    text: str,
    *,
    by: User,
    form_key: UUID,
    now: datetime,
    guests: Sequence[int] = (),
    answers: int | None = None,
) -> Turn:
    """Words for colleagues; they never leave the house. Who is named in them ("@Linnea") is told.

    `guests`: people named in it who do not see the conversation; they read this note alone. `answers`: the turn of a note.
    """
    mandates.require(by, "note", conversation.account)
    row = changing.locked([conversation.pk]).get()
    again = Turn.objects.filter(note__key=form_key).first()
    if again is not None:
        return again
    text = clean(text).strip()
    if not text:
        raise NotPossible(_("Write something first."))
    written = Note.objects.create(text=text, by=by, at=now, key=form_key)
    turn = Turn.objects.create(conversation=row, at=now, note=written, by=by)
    changing.saved(row, tally.key(row), now)
    Draft.objects.filter(conversation=row, user=by, kind="note").delete()
    audit.record("conversation.noted", row, by=by, now=now, turn=turn.pk)
    mentioning.noted(turn, guests=guests, answers=answers, by=by, now=now)
    return turn


# The parts of an answer ------------------------------------------------------------------------------------------


def already_said(form_key: UUID, text: str, by: User, template: outbox.Chosen | None = None) -> Turn | None:
    """The turn that this very form made before. The outbox refuses the same key with other words."""
    if (proposed := proposing.already_proposed(form_key, by)) is not None:
        return proposed
    turn = Turn.objects.filter(dispatch__key=form_key, by=by).select_related("dispatch", "by").first()
    if turn is None or turn.dispatch is None or not turn.dispatch.text.startswith(clean(text).strip()):
        return None
    if turn.dispatch.template.get("name", "") != (template.name if template else ""):
        return None
    return turn


def require_current(conversation: Conversation, seen: int | None) -> None:
    """Nothing was said that the writer has not read, and the matter is not done."""
    if conversation.status == Status.CLOSED:
        raise Closed(conversation)
    if sabotage.is_on("desk.no_newer_turn"):
        return
    words = Turn.objects.filter(conversation=conversation, what="", note=None, pk__gt=seen or 0)
    words = words.exclude(dispatch__state__in=["undone", "dropped"])
    newer = list(words.select_related("dispatch", "post", "by").order_by("pk"))
    if newer:
        raise NewerTurn(newer)


def newest_word(strand: Strand) -> Post | None:
    """Her newest word in this strand: what we answer."""
    hers = Turn.objects.filter(strand=strand, post__is_own=False, post__deleted_at=None)
    turn = hers.select_related("post").order_by("-at", "-pk").first()
    return turn.post if turn is not None else None


def abilities_of(account: Account) -> Abilities:
    return registry.get(account.connector).abilities(side_of(account))


def way(is_public: bool) -> Visibility:
    return "public" if is_public else "private"


def addressed(identity: Identity) -> Addressed:
    return {"person": identity.native, "person_handle": identity.handle, "identity_id": identity.pk}


def wait(delay: timedelta | None, by: User, abilities: Abilities) -> timedelta:
    """How long the words can still be taken back. In a chat they leave at once."""
    if delay is not None:
        return delay
    return timedelta(0) if abilities.is_chat else timedelta(seconds=by.undo_seconds)


def signed(text: str, conversation: Conversation, length: Length | None, by: User) -> str:
    """The words as they will stand there: cleaned, and signed where the brand asks for it (RE-18, RE-19)."""
    text = clean(text).strip()
    if not text:
        raise NotPossible(_("Write something first."))
    if left := filling.unfilled(text):
        raise NotPossible(
            _("{%(name)s} has no value here. Write something in its place, then send.") % {"name": left[0]}
        )
    if not conversation.brand.must_sign:
        return text
    connector = registry.get(conversation.account.connector)

    def fits(words: str) -> bool:
        return length is None or connector.measure(words, length) <= length.limit

    return rules.signed(text, rules.signature_of(by.signature, by.name), by.name, fits)


def require_private_way(abilities: Abilities, account: Account, asked_at: datetime, now: datetime) -> None:
    if abilities.private_after_public not in {"private_reply", "direct"}:
        raise NotPossible(
            _(
                "%(account)s cannot write to a customer in private after a public post. Ask her to write to you in private."
            )
            % {"account": account.name}
        )
    days = abilities.private_reply_days
    if days is not None and now - asked_at > timedelta(days=days):
        raise NotPossible(
            _(
                "The network allows a private answer within %(days)d days of the post. Answer in public instead."
            )
            % {"days": days}
        )


def said(
    conversation: Conversation,
    strand: Strand,
    dispatch: Dispatch,
    *,
    by: User,
    now: datetime,
    close: bool,
    ending: endings.Ending | None = None,
) -> Turn:
    """Write the turn of our words, and who waits for whom now."""
    before, cell = changing.snapshot(conversation), tally.key(conversation)
    turn = Turn.objects.create(
        conversation=conversation,
        # The private strand of a public one has no thread yet; the echo of our words will show it.
        strand=strand if dispatch.thread_id is not None else None,
        at=now,
        dispatch=dispatch,
        by=by,
        taken_state=dispatch.state,
    )
    waiting.answered(conversation, strand)
    referring.receipted(conversation, dispatch)
    if conversation.assignee_id is None:
        conversation.assignee = by  # who answers has it; nothing that was answered is nobody's (IN-02)
    conversation.last_at = max(conversation.last_at, now)
    conversation.snippet = rules.one_line(dispatch.text)
    ended: dict[str, Any] = {}
    if close:
        ended = endings.settle(conversation, ending, by=by, now=now, is_replied=True)
        ended |= proposing.closed(conversation, by, now)
        holding.hold_queued(conversation, by=by, now=now)
        conversation.status, conversation.closed_at, conversation.closed_by = Status.CLOSED, now, by
        Turn.objects.create(conversation=conversation, at=now, what="closed", by=by)
    changing.saved(conversation, cell, now)
    kind = "public" if dispatch.is_public else "private"
    Draft.objects.filter(conversation=conversation, user=by, kind=kind).delete()
    Undo.objects.create(
        user=by, verb="reply", at=now,
        before=[{"conversation": conversation.pk, "dispatch": dispatch.pk, "strand": strand.pk, "status": before["status"], **ended}],
    )  # fmt: skip
    audit.record("conversation.replied", conversation, by=by, now=now, dispatch=dispatch.pk, closed=close)
    return turn
