"""What a person says of a clock: that she was told we have her word, and what becomes of what is too late to answer."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lyhord.desk import queries, receipts
from lyhord.desk.actions import changing, drafting, status
from lyhord.desk.actions.changing import Change
from lyhord.desk.actions.clocks import reckon_all
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Clock, Conversation, Draft
from lyhord.desk.reckoning import FIRST, TOO_LATE
from lyhord.lib.text import clean
from lyhord.staff import mandates
from lyhord.staff.models import User

LONGEST_REASON = 500


@transaction.atomic
def acknowledge(conversation: Conversation, *, why: str = "", by: User, now: datetime) -> Conversation:
    """She knows that we have her word, told by telephone or by a mark of ours: ends the first clock, and it alone."""
    row = changing.change(
        conversation, acknowledging, "acknowledge", "acknowledge", by=by, now=now, why=reason_of(why)
    )
    reckon_all([row.pk], now)
    return row


def acknowledging(step: Change, *, why: str) -> None:
    clock = Clock.objects.filter(conversation=step.conversation, which=FIRST).first()
    if clock is None:
        raise NotPossible(_("No clock runs here: nothing is promised for it."))
    if clock.stopped_at is None:
        step.words = {"why": why} if why else {}
        step.tell("acknowledged")


@transaction.atomic
def decide_late(
    conversation: Conversation, decision: str, *, reason: str = "", by: User, now: datetime
) -> Conversation:
    """Answer anyway with an apology, answer privately, or close with a reason: it leaves the list of what is too late.

    Raises mandates.NotYours, NotPossible, or what refuses closing.
    """
    if decision not in Clock.Decision.values:
        raise NotPossible(_("Choose what becomes of it: answer anyway, answer privately, or close."))
    reason = reason_of(reason)
    if decision == Clock.Decision.CLOSE and not reason:
        raise NotPossible(_("Say why it is closed without an answer."))
    row = changing.change(
        conversation, deciding, "decide_late", "decide_late", by=by, now=now, decision=decision, reason=reason
    )
    if decision == Clock.Decision.CLOSE:
        mandates.require(by, "close", row.account)
        row = changing.change(row, status.closing, "close", "close", by=by, now=now)
    reckon_all([row.pk], now)
    return row


def deciding(step: Change, *, decision: str, reason: str) -> None:
    late = Clock.objects.filter(conversation=step.conversation, stage=TOO_LATE, decision="", stopped_at=None)
    ids = list(late.values_list("pk", flat=True))
    if not ids:
        raise NotPossible(_("It is not too late here, or somebody has decided already."))
    Clock.objects.filter(pk__in=ids).update(
        decision=decision, reason=reason, decided_by=step.by, decided_at=step.now
    )
    step.undo = {"late": ids}
    step.words = {"reason": reason} if reason else {}
    step.tell("late_decided", decision=decision)


@transaction.atomic
def apologise(conversation: Conversation, decision: str, *, by: User, now: datetime) -> Draft | None:
    """An apology in her language behind what `by` has written already: a draft, for a person to read and send.

    None: nothing can be sent that way. Twice is once. Raises mandates.NotYours.
    """
    mandates.require(by, "reply", conversation.account)
    detail = queries.conversation(by, conversation.pk, now=now)
    strand = next((one for one in detail.strands if one.id == detail.answer_strand), None) if detail else None
    if detail is None or strand is None:
        return None
    privately = decision == Clock.Decision.PRIVATELY and detail.private_after_public in {
        "private_reply",
        "direct",
    }
    kind = "private" if privately or not strand.is_public else "public"
    with translation.override(receipts.language(conversation)):
        words = _("We are sorry that our answer comes so late.")
    mine = Draft.objects.filter(conversation=conversation, user=by, kind=kind).first()
    if mine is not None and words in mine.text:
        return mine
    text = f"{words} {mine.text.lstrip()}" if mine is not None else f"{words} "
    return drafting.save_draft(conversation, kind, text, by=by, now=now)


def undecided(ids: list[int]) -> None:
    """The decision was taken back: it is too late again, once its clocks are reckoned."""
    Clock.objects.filter(pk__in=ids).update(decision="", reason="", decided_by=None, decided_at=None)


def reason_of(text: str) -> str:
    text = " ".join(clean(text).split())
    if len(text) > LONGEST_REASON:
        raise NotPossible(
            _("The reason has %(n)d characters; at most %(most)d are kept.")
            % {"n": len(text), "most": LONGEST_REASON}
        )
    return text
