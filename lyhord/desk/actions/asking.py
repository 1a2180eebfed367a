"""What asking one named person has in common, whether a remedy or a reply waits for her."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lyhord.desk.actions import changing, notifications
from lyhord.desk.actions.changing import Change
from lyhord.desk.models import Conversation
from lyhord.desk.models.asking import Asked
from lyhord.desk.queries import approvers
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User


class Decided(LyhordError):
    """Somebody was first."""

    status = 409

    def __init__(self, by: User | None) -> None:
        super().__init__(_("%(name)s has decided this already.") % {"name": by or "lyhord"})


def not_hers(approver: User | None) -> NotYours:
    """Refused with the name of who may (RE-11)."""
    if approver is None:
        return NotYours(_("You do not have the mandate for this, and a second person must decide it."))
    return NotYours(
        _("You do not have the mandate for this, or it is your own. %(name)s may decide it.")
        % {"name": approver}
    )


def ask(row: Any, approver: User, conversation: Conversation, now: datetime) -> None:
    row.approver, row.due_at = approver, now + approvers.terms(conversation.brand_id)
    notifications.tell(approver, "approval_wanted", conversation, now, by=row.by)


def pass_to(row: Any, approver: User | None, conversation: Conversation, now: datetime) -> bool:
    """Whether the next in line has it; the conversation tells that somebody let the time pass.

    Where nobody else may decide it waits another term, and is looked at again then. None: nobody may at all.
    """
    late = row.approver
    row.due_at = now + approvers.terms(conversation.brand_id)
    if approver == late:
        return False
    row.asked = let_pass(row)
    if approver is None:
        row.approver = None
    else:
        ask(row, approver, conversation, now)
    if late is not None and approver is not None:
        changing.applied(conversation, passing, "pass_approval_on", by=None, now=now, late=late, to=approver)
    leads = approvers.leads(conversation.account)
    notifications.tell_all([one for one in leads if one != approver], "other", conversation, now)
    return True


def let_pass(row: Any) -> list[int]:
    """Who lets the time pass, once whom it waits for now does so too; somebody asked twice stands there twice."""
    return [*row.asked, row.approver_id] if row.approver_id else row.asked


def passing(step: Change, *, late: User | None, to: User) -> None:
    step.tell("approval_passed_on", late=str(late or ""), name=str(to))


def decide(row: Any, word: str, by: User, conversation: Conversation, now: datetime) -> None:
    fast = approvers.fast_decider(conversation.brand_id, now)
    row.decided_by, row.decided_at, row.word = by, now, word
    row.is_fast = fast is not None and fast.pk == by.pk
    row.due_at = None
    notifications.tell(row.by, "approval_decided", conversation, now, by=by)


def named(row: Any) -> dict[str, str]:
    """Of a turn: who is asked."""
    return {"name": str(row.approver)} if row.approver else {}


def took(row: Any) -> int:
    """Seconds from asking to deciding."""
    asked: Asked = row
    return int((asked.decided_at - row.at).total_seconds()) if asked.decided_at else 0
