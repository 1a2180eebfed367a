"""The second person's word about a proposed reply: let it go, return it, or let the next in line decide."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions import asking, changing, enclosing, endings, proposing, replies
from lyhord.desk.actions.changing import Change
from lyhord.desk.actions.granting import reason
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Proposal, Strand, Turn, Undo
from lyhord.desk.queries import approvers
from lyhord.lib.text import clean
from lyhord.outbox.actions import templating
from lyhord.staff import mandates
from lyhord.staff.models import User

State = Proposal.State


@transaction.atomic
def approve_reply(
    proposal: Proposal,
    *,
    seen: int | None,
    by: User,
    now: datetime,
    text: str | None = None,
    delay: timedelta | None = None,
) -> Turn:
    """Let it go under its author's name; `text`: as the approver changed it. Other proposals here stay unused.

    `seen` is the newest turn that the approver had before her: a newer word refuses it, and it goes on waiting.
    Raises NotYours, Decided, NewerTurn, Closed, and what `reply` raises.
    """
    row, conversation = ours(proposal, by)
    if row.state == State.SENT and row.decided_by_id == by.pk:
        return Turn.objects.select_related("dispatch", "by").get(dispatch=row.dispatch_id)
    require_open(row, by)
    if not mandates.allows(row.by, "reply", conversation.account):
        raise NotPossible(
            _("%(name)s may not answer here any more. Return it, or send the words as your own.") % {"name": row.by}
        )  # fmt: skip
    row.sent_text = changed(row, text)
    row.state = State.SENT
    asking.decide(row, "", by, conversation, now)
    row.save()  # sent from here on: a reply that closes leaves what still waits unused
    turn = sent(row, seen, by.undo_seconds if delay is None else int(delay.total_seconds()), now)
    row.dispatch = turn.dispatch
    row.save()
    let_go(row, by, now)
    return turn


def ours(proposal: Proposal, by: User) -> tuple[Proposal, Conversation]:
    """Both rows locked, and the mandate asked."""
    mandates.require(by, approvers.APPROVE, proposal.conversation.account)
    conversation = changing.locked([proposal.conversation_id]).get()
    rows = Proposal.objects.select_for_update(of=("self",))
    row = rows.select_related("by", "approver", "strand__thread__account", "strand__identity").get(
        pk=proposal.pk
    )
    return row, conversation


def require_open(row: Proposal, by: User) -> None:
    if row.state != State.OPEN:
        raise asking.Decided(row.decided_by or row.by)
    if row.by_id == by.pk:
        raise asking.not_hers(row.approver)


def changed(row: Proposal, text: str | None) -> str:
    """ "": as its author wrote it."""
    words = clean(text).strip() if text is not None else row.text
    if row.template and words != row.text:
        raise NotPossible(_("The words of a template cannot be changed. Return it, and say which one fits."))
    if not words:
        raise NotPossible(_("Write something first."))
    return "" if words == row.text else words


def key_of(row: Proposal) -> UUID:
    """Of the dispatch: the same at each press. The form's own key stands for the proposal."""
    return uuid5(row.key, "sent")


def sent(row: Proposal, seen: int | None, seconds: int, now: datetime) -> Turn:
    conversation, words = row.conversation, row.sent_text or row.text
    enclosing.laid_back(conversation, row.files, row.by)
    wait = timedelta(seconds=seconds)
    if row.moves or row.strand is None:
        return replies.move_to_private(
            conversation, words, seen=seen, by=row.by, form_key=key_of(row), now=now, delay=wait, files=row.files,
            is_approved=True,
        )  # fmt: skip
    try:
        return answered(row, row.strand, words, seen, wait, now, close=row.closes)
    except endings.NeedsEnding:  # what a closing asks for was not said by its author: it stays open
        return answered(row, row.strand, words, seen, wait, now, close=False)


def answered(
    row: Proposal,
    strand: Strand,
    words: str,
    seen: int | None,
    wait: timedelta,
    now: datetime,
    *,
    close: bool,
) -> Turn:
    template = templating.chosen(row.template)
    return replies.reply(
        strand, "" if template else words, template=template, seen=seen, is_public=row.is_public, by=row.by, form_key=key_of(row), now=now, delay=wait,
        close=close, files=row.files, is_approved=True,
    )  # fmt: skip


def let_go(row: Proposal, by: User, now: datetime) -> None:
    """The others are unused, the conversation tells it, and the approver can take it back too."""
    others = Proposal.objects.filter(conversation=row.conversation_id, state=State.OPEN).exclude(pk=row.pk)
    for other in others:
        other.state, other.due_at, other.decided_by, other.decided_at = State.UNUSED, None, by, now
        other.save()
    conversation = changing.locked([row.conversation_id]).get()
    called = "rebut" if row.is_rebuttal else "approve_reply"
    changing.applied(conversation, letting, called, by=by, now=now, proposal=row)
    undo = Undo.objects.filter(user=row.by, verb="reply").latest("pk")
    Undo.objects.create(user=by, verb="reply", before=undo.before, at=now)


def letting(step: Change, *, proposal: Proposal) -> None:
    step.tell(
        "rebutted" if proposal.is_rebuttal else "approved",
        proposal=proposal.pk,
        name=str(proposal.by),
        edited=bool(proposal.sent_text),
        seconds=asking.took(proposal),
    )


@transaction.atomic
def return_reply(proposal: Proposal, word: str, *, by: User, now: datetime) -> Proposal:
    """Back to its author with a word; what she wrote is her draft again."""
    word = reason(word)
    if not word:
        raise NotPossible(_("Say what to change, for who wrote it."))
    row, conversation = ours(proposal, by)
    if row.state == State.RETURNED and row.decided_by_id == by.pk:
        return row
    require_open(row, by)
    row.state = State.RETURNED
    asking.decide(row, word, by, conversation, now)
    row.save()
    proposing.to_author(row, conversation, now)
    changing.applied(conversation, returning, "return_reply", by=by, now=now, proposal=row)
    return row


def returning(step: Change, *, proposal: Proposal) -> None:
    step.tell("returned", proposal=proposal.pk, name=str(proposal.by), seconds=asking.took(proposal))


def pass_on(rows: Iterable[Proposal], now: datetime) -> int:
    """The time of these approvers is over: the next in line is asked."""
    passed = 0
    for late in rows:
        with transaction.atomic():
            conversation = changing.locked([late.conversation_id]).get()
            lines = Proposal.objects.select_for_update(of=("self",)).select_related("by", "approver")
            row = lines.get(pk=late.pk)
            if row.state != State.OPEN or row.due_at is None or row.due_at > now:
                continue
            row.conversation = conversation
            passed += asking.pass_to(row, proposing.next_in_line(row, now), conversation, now)
            row.save()
    return passed
