"""Putting questions to a department from a case (CA-07). The asker ticks what is shown; nothing else leaves the case."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lyhord.desk import chain, links
from lyhord.desk.actions import changing, clocks, drafting, notifications, request_mails
from lyhord.desk.actions.changing import Change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Department, Draft, Request, RequestTurn, Turn
from lyhord.desk.queries.departments import answer_box, chain_of, hours_of
from lyhord.lib import crypto
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

VERB = "ask"
LONGEST = 10_000
MOST_SHOWN = 50


@transaction.atomic
def ask(
    conversation: Conversation,
    department: Department,
    question: str,
    *,
    shown: Sequence[int] = (),
    by: User,
    form_key: UUID,
    now: datetime,
) -> Request:
    """Ask, and tell the department by mail where mail is set up. `shown`: ids of turns that it may read.

    Raises mandates.NotYours or NotPossible.
    """
    mandates.require(by, VERB, conversation.account)
    case = changing.locked([conversation.pk]).get()
    again = Request.objects.filter(key=form_key, by=by, conversation=case).first()
    if again is not None:
        return again
    require_department(case, department)
    turns = showable(case, shown)
    row = made(case, department, words(question), by, form_key, now)
    row.shown.set(turns)
    first = RequestTurn.objects.create(
        request=row, kind=RequestTurn.QUESTION, text=row.question, by=by, at=now, via="inside"
    )
    tell_case(row, "department_asked", by=by, now=now)
    request_mails.to_department(row, "asked", first, now)
    ring(row, by, now)
    return row


@transaction.atomic
def ask_further(request: Request, text: str, *, by: User, form_key: UUID, now: datetime) -> RequestTurn:
    """Another question in the same thread: the department's time begins anew. Raises NotYours, NotPossible."""
    mandates.require(by, VERB, request.conversation.account)
    row = locked(request)
    again = RequestTurn.objects.filter(key=form_key, by=by, request=row).first()
    if again is not None:
        return again
    if row.state == Request.State.WITHDRAWN:
        raise NotPossible(_("This question was withdrawn. Ask a new one."))
    turn = RequestTurn.objects.create(
        request=row, kind=RequestTurn.FURTHER, text=words(text), by=by, at=now, via="inside", key=form_key
    )
    begin(row, now)
    row.state, row.settled_at = Request.State.OPEN, None
    row.save()
    tell_case(row, "department_asked", by=by, now=now)
    request_mails.to_department(row, "further", turn, now)
    ring(row, by, now)
    return turn


@transaction.atomic
def withdraw(request: Request, *, by: User, now: datetime) -> Request:
    """It is not needed any more: nobody is reminded, and the link shows nothing."""
    mandates.require(by, VERB, request.conversation.account)
    row = locked(request)
    if row.state != Request.State.OPEN:
        return row
    row.state, row.settled_at, row.remind_at = Request.State.WITHDRAWN, now, None
    row.save(update_fields=["state", "settled_at", "remind_at"])
    RequestTurn.objects.create(request=row, kind=RequestTurn.WITHDRAWN, by=by, at=now, via="inside")
    request_mails.stop(row)
    hush(row, now)
    tell_case(row, "request_withdrawn", by=by, now=now)
    return row


@transaction.atomic
def new_link(request: Request, *, by: User, now: datetime) -> str:
    """Another secret: the links given before are worth nothing from now on."""
    mandates.require(by, VERB, request.conversation.account)
    row = locked(request)
    row.round += 1
    row.digest = crypto.digest(links.secret(row))
    row.expires_at = max(row.expires_at, chain.expires(now))
    row.save(update_fields=["round", "digest", "expires_at"])
    audit.record("request.link_renewed", row.conversation, by=by, now=now, request=row.pk)
    return links.link(row)


@transaction.atomic
def draft_answer(request: Request, turn: RequestTurn, *, by: User, now: datetime) -> Draft:
    """The department's words behind what she has written already; a person reads them, changes them and sends them."""
    case = request.conversation
    mandates.require(by, "reply", case.account)
    kind = "public" if case.is_public else "private"
    mine = Draft.objects.filter(conversation=case, user=by, kind=kind).first()
    if mine is not None and turn.text in mine.text:
        return mine
    text = f"{mine.text.rstrip()}\n\n{turn.text}" if mine is not None else turn.text
    draft = drafting.save_draft(case, kind, text, by=by, now=now)
    assert draft is not None
    audit.record("request.answer_used", case, by=by, now=now, request=request.pk)
    return draft


# The parts of a question ---------------------------------------------------------------------------------------------


def locked(request: Request) -> Request:
    rows = Request.objects.select_for_update(of=("self",))
    return rows.select_related("conversation__account", "department__brand", "by").get(pk=request.pk)


def words(text: str) -> str:
    text = clean(text).strip()
    if not text:
        raise NotPossible(_("Write what you want to know."))
    if len(text) > LONGEST:
        raise NotPossible(
            _("The text has %(n)d characters; at most %(most)d are kept.") % {"n": len(text), "most": LONGEST}
        )
    return text


def require_department(case: Conversation, department: Department) -> None:
    if department.brand_id != case.brand_id:
        raise NotPossible(_("%(name)s belongs to another brand.") % {"name": department.name})
    if department.retired_at is not None:
        raise NotPossible(_("%(name)s is not asked any more.") % {"name": department.name})
    if not (department.members.exists() or department.addresses.exists()):
        raise NotPossible(
            _("Nobody answers for %(name)s yet. A team lead can add people.") % {"name": department.name}
        )


def showable(case: Conversation, shown: Sequence[int]) -> list[Turn]:
    """The ticked turns: words of the customer and of ours, never notes or events, and of this case alone."""
    wanted = set(shown)
    if len(wanted) > MOST_SHOWN:
        told = ngettext("At most %(n)s post can be shown.", "At most %(n)s posts can be shown.", MOST_SHOWN)
        raise NotPossible(told % {"n": MOST_SHOWN})
    found = list(Turn.objects.filter(conversation=case, pk__in=wanted, what="", note=None))
    if len(found) != len(wanted):
        raise NotPossible(_("A post that you ticked is not there any more. Open the form again."))
    return found


def made(
    case: Conversation, department: Department, question: str, by: User, key: UUID, now: datetime
) -> Request:
    row = Request(conversation=case, department=department, question=question, by=by, at=now, key=key)
    row.digest = crypto.digest(links.secret(row))
    begin(row, now)
    row.save()
    if (box := answer_box(row)) is not None:
        row.account, row.address, row.parent = box.account, box.address, box.parent
        row.save(update_fields=["account", "address", "parent"])
    return row


def begin(row: Request, now: datetime) -> None:
    """When it is due and who is reminded first, from now on."""
    row.answer_by = chain.answer_by(now, row.department.target_minutes, hours_of(row.department, now))
    row.expires_at = chain.expires(row.answer_by)
    minutes = [one.minutes for one in chain_of(row.department)]
    # What lies behind already (a reminder a day before, of an answer due in an hour) is left out.
    row.reminders = sum(row.answer_by + timedelta(minutes=each) <= now for each in minutes)
    row.remind_at = chain.next_reminder(row.answer_by, minutes, row.reminders)


def tell_case(row: Request, what: str, *, by: User | None, now: datetime) -> None:
    """A turn of the case, its audit event and the word to open pages. Not remembered for undo: mails have left."""
    case = changing.locked([row.conversation_id]).get()

    def telling(step: Change) -> None:
        step.tell(what, name=row.department.name, request=row.pk)

    changing.applied(case, telling, what, by=by, now=now)
    keep_pause(case, now)


def ring(row: Request, by: User, now: datetime) -> None:
    """The bells of those of the department who have a log-in here; the others have their mail."""
    members = row.department.members.select_related("user").order_by("user")
    notifications.tell_all([one.user for one in members], "department_asked", row.conversation, now, by=by)


def hush(row: Request, now: datetime) -> None:
    """Nothing waits for them here any more: it was answered, by whichever way, or withdrawn."""
    for one in row.department.members.select_related("user"):
        notifications.read(one.user, now=now, conversation=row.conversation_id, what="department_asked")


def keep_pause(case: Conversation, now: datetime) -> None:
    """The second clock stands still while a question waits for a department that pauses it."""
    waits = Request.objects.filter(conversation=case, state=Request.State.OPEN, department__pauses_clock=True)
    if waits.exists():
        clocks.pause(case, "resolution", "department", now)
    else:
        clocks.resume(case, "resolution", "department", now)
