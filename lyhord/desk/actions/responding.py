"""The department's side of a question: it looks, answers or declines; by the link, by mail, or logged in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions import notifications, request_files, request_mails, requesting
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import DepartmentMember, Request, RequestTurn
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

VIA = ("page", "mail", "inside")


def require_member(by: User, request: Request) -> None:
    """Who answers inside is of the department. Raises mandates.NotYours."""
    mandates.require(by, "see", request.department)
    if not DepartmentMember.objects.filter(department=request.department_id, user=by).exists():
        told = _("Only people of %(name)s answer this question.")
        raise mandates.NotYours(told % {"name": request.department.name})


@transaction.atomic
def answer_request(
    request: Request,
    text: str,
    *,
    via: str,
    by: User | None = None,
    name: str = "",
    form_key: UUID,
    now: datetime,
    files: Sequence[tuple[str, bytes]] = (),
    declines: bool = False,
) -> RequestTurn:
    """The department's words; whoever asked hears of them. `by` None: without a log-in, by the link or by mail.

    `declines`: it is not theirs to answer, and why. Raises mandates.NotYours, NotPossible or request_files.BadFile.
    """
    if by is not None:
        require_member(by, request)
    row = requesting.locked(request)
    again = RequestTurn.objects.filter(key=form_key, request=row).first()
    if again is not None:
        return again
    require_open(row, now)
    kind = RequestTurn.DECLINED if declines else RequestTurn.ANSWER
    words = requesting.words(text)
    turn = RequestTurn.objects.create(
        request=row, kind=kind, text=words, by=by, name=tidy(name), via=via, at=now, key=form_key
    )
    request_files.keep(turn, files, now)
    settled(row, Request.State.DECLINED if declines else Request.State.ANSWERED, now)
    what = "department_declined" if declines else "department_answered"
    requesting.tell_case(row, what, by=by, now=now)
    request_mails.to_asker(row, turn, now)
    requesting.hush(row, now)
    notifications.tell(row.by, "request_answered", row.conversation, now, by=by)
    return turn


@transaction.atomic
def opened(request: Request, *, by: User | None, now: datetime) -> None:
    """The department saw it: whoever asked is told since when. Once."""
    if request.opened_at is None and Request.objects.filter(pk=request.pk, opened_at=None).update(
        opened_at=now
    ):
        audit.record("request.opened", request.conversation, by=by, now=now, request=request.pk)
        request.opened_at = now


def require_open(row: Request, now: datetime) -> None:
    if row.state == Request.State.WITHDRAWN:
        raise NotPossible(_("This question was withdrawn; no answer is needed any more."))
    if row.expires_at <= now:
        raise NotPossible(
            _("This question has ended. Ask for a new link if you still have something to say.")
        )


def settled(row: Request, state: Request.State, now: datetime) -> None:
    row.state, row.settled_at, row.remind_at = state, now, None
    row.first_answer_at = row.first_answer_at or now
    row.opened_at = row.opened_at or now
    row.save()
    request_mails.stop(row)


def tidy(name: str) -> str:
    return " ".join(name.split())[:100]
