"""A conversation that needs no owner: somebody says so, with a reason that is kept (IN-02)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Decision, Nightmare
from lyhord.lib.text import clean
from lyhord.staff.models import User

LONGEST = 300


def decide(conversation: Conversation, reason: str, *, by: User, now: datetime) -> Conversation:
    """It is let be for now. Her next word, or a colleague's, brings it back."""
    return change(conversation, deciding, "decide", "close", by=by, now=now, reason=reason)


def deciding(step: Change, *, reason: str) -> None:
    assert step.by is not None
    reason = " ".join(clean(reason).split())
    if not reason:
        raise NotPossible(_("Say why it needs no owner."))
    if len(reason) > LONGEST:
        raise NotPossible(
            _("The reason has %(n)d characters; at most %(most)d are kept.")
            % {"n": len(reason), "most": LONGEST}
        )
    row = Decision.objects.create(conversation=step.conversation, reason=reason, by=step.by, at=step.now)
    step.undo = {"decision": row.pk}
    step.tell("decided", decision=row.pk)


def note_nightmare(conversation: Conversation, *, by: User, now: datetime) -> Conversation:
    """A lead took note of a case that goes badly."""
    return change(conversation, noting, "note_nightmare", "route", by=by, now=now)


def noting(step: Change) -> None:
    rows = Nightmare.objects.filter(conversation=step.conversation, seen_at=None)
    if rows.update(seen_by=step.by, seen_at=step.now):
        step.undo = {"nightmare": step.conversation.pk}
        step.tell("nightmare_noted")


def put_back(entry: dict[str, Any]) -> None:
    """Undo of a decision, and of taking note."""
    if "decision" in entry:
        Decision.objects.filter(pk=entry["decision"]).delete()
    if "nightmare" in entry:
        Nightmare.objects.filter(conversation=entry["nightmare"]).update(seen_by=None, seen_at=None)
