"""Cases: made by a person, taken back, filled in, given a number, walked step by step, looked at a second time."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lyhord.desk import queries, receipts
from lyhord.desk.actions import changing, drafting, endings
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.endings import Ending
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Case, CaseType, Conversation, Draft, ProcessStep, ProcessTick, Use
from lyhord.desk.queries.casefile import opening
from lyhord.lib import crypto
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

UNSET: Any = object()


def make_case(
    conversation: Conversation,
    *,
    by: User,
    now: datetime,
    case_type: CaseType | None = None,
    is_complaint: bool = False,
) -> Conversation:
    """Handle it as a case from now on; `is_complaint`: with a complaint's rules. Raises NotPossible."""
    return change(
        conversation,
        making,
        "make_case",
        "handle_case",
        by=by,
        now=now,
        case_type=case_type,
        is_complaint=is_complaint,
    )


def making(step: Change, *, case_type: CaseType | None, is_complaint: bool) -> None:
    """Also what a rule does: `step.by` is nobody then."""
    row = step.conversation
    require_of_brand(row, case_type)
    source = "person" if step.by is not None else "rule"
    known = Case.objects.filter(conversation=row).first()
    case = known or endings.opened(row, source, step.now, type=case_type)
    before = {"source": case.source, "is_complaint": case.is_complaint, "type_id": case.type_id}
    said = True if is_complaint else case.is_complaint or None
    told = {"source": source, "is_complaint": said, "type_id": case_type.pk if case_type else case.type_id}
    if known is not None and told == before:
        return
    Case.objects.filter(pk=case.pk).update(**told)
    step.undo = {"made": [case.pk, before if known else None]}
    step.tell("case", name=case_type.name if case_type else "")


def no_case(conversation: Conversation, *, by: User, now: datetime) -> Conversation:
    """No complaint after all: nothing is asked when it is closed. A person's word, so it stays, whatever is judged later."""
    return change(conversation, dismissing, "no_case", "handle_case", by=by, now=now)


def dismissing(step: Change) -> None:
    row = step.conversation
    case = endings.opened(row, "person", step.now)
    if case.is_complaint is False:
        return
    step.undo = {"made": [case.pk, {"is_complaint": case.is_complaint}]}
    Case.objects.filter(pk=case.pk).update(is_complaint=False)
    if row.use == Use.COMPLAINT:
        row.use = Use.SERVICE
    step.tell("no_case")


def describe_case(
    conversation: Conversation,
    given: Ending,
    *,
    by: User,
    now: datetime,
    case_type: Any = UNSET,
    due_at: Any = UNSET,
) -> Conversation:
    """Cause, action, result, outcome, compensation, lesson; type and deadline where they are given. Closes nothing."""
    return change(
        conversation,
        describing,
        "describe_case",
        "handle_case",
        by=by,
        now=now,
        given=given,
        case_type=case_type,
        due_at=due_at,
    )


def describing(step: Change, *, given: Ending, case_type: Any, due_at: Any) -> None:
    row = step.conversation
    is_new = not Case.objects.filter(conversation=row).exists()
    case = endings.opened(row, "person", step.now)
    before = described(case)
    endings.write(case, endings.tidied(given), by=step.by, now=step.now)
    if case_type is not UNSET:
        require_of_brand(row, case_type)
        case.type = case_type
        case.due_at = case.due_at or opening(row, case_type)["due_at"]
    if due_at is not UNSET:
        case.due_at = due_at
    case.save()
    after = described(case)
    changed = sorted(name for name in after if after[name] != before[name])
    if not changed:
        return
    if is_new:
        step.undo = {"made": [case.pk, None]}
    else:
        step.undo = {"told": [case.pk, {name: [before[name], after[name]] for name in changed}]}
    names = {"type_id": "type", "due_at": "due"}
    step.tell("case_told", fields=sorted(names.get(one, one) for one in changed if one[:7] != "lesson_"))


def described(case: Case) -> dict[str, Any]:
    due_at = case.due_at.isoformat() if case.due_at else None
    return endings.kept(case) | {"type_id": case.type_id, "due_at": due_at}


def require_of_brand(row: Conversation, case_type: CaseType | None) -> None:
    if case_type is not None and (case_type.brand_id != row.brand_id or case_type.retired_at is not None):
        raise NotPossible(_("This type of case is not in use here."))


@transaction.atomic
def give_number(conversation: Conversation, *, by: User, now: datetime, link: str) -> Draft:
    """The number of her case as a draft, with the page that tells how far it is; a person sends it (CA-04).

    `link` holds %(token)s and %(lang)s. Twice is once. Raises mandates.NotYours, NotPossible.
    """
    mandates.require(by, "reply", conversation.account)
    row = changing.locked([conversation.pk]).get()
    detail = queries.conversation(by, row.pk, now=now)
    strand = next((one for one in detail.strands if one.id == detail.answer_strand), None) if detail else None
    if strand is None:
        raise NotPossible(_("No answer can be sent here, so the number cannot be given."))
    case = with_token(row, now)
    text = number_words(
        row, link % {"token": case.token, "lang": receipts.language(row)}, is_public=strand.is_public
    )
    kind = "public" if strand.is_public else "private"
    mine = Draft.objects.filter(conversation=row, user=by, kind=kind).first()
    if mine is not None and text in mine.text:
        return mine
    words = f"{mine.text.rstrip()}\n\n{text}" if mine is not None else text
    draft = drafting.save_draft(row, kind, words, by=by, now=now)
    audit.record("conversation.number_given", row, by=by, now=now)
    assert draft is not None
    return draft


def with_token(row: Conversation, now: datetime) -> Case:
    """The case, made if there is none, with the token of its public page."""
    case = endings.opened(row, "person", now)
    if case.token is None:
        case.token = crypto.token()
    case.number_given_at = case.number_given_at or now
    case.save(update_fields=["token", "number_given_at"])
    return case


def number_words(row: Conversation, link: str, *, is_public: bool) -> str:
    """In her language. A public post holds the number alone: the link is for her."""
    with translation.override(receipts.language(row)):
        if is_public:
            return _(
                "We have made this a case of ours. Its number is %(number)s; name it whenever you write to us."
            ) % {"number": f"#{row.number}"}
        return _("Your case has the number %(number)s. Here you see how far it is: %(link)s") % {
            "number": f"#{row.number}", "link": link,
        }  # fmt: skip


# The steps of the process ----------------------------------------------------------------------------------------


def tick(conversation: Conversation, step: ProcessStep, *, by: User, now: datetime) -> Conversation:
    """This step is done."""
    return change(conversation, ticking, "tick", "handle_case", by=by, now=now, what=step, reason=None)


def skip(
    conversation: Conversation, step: ProcessStep, reason: str, *, by: User, now: datetime
) -> Conversation:
    """This step is left out, and why: the deviation is kept (CA-08)."""
    return change(conversation, ticking, "tick", "handle_case", by=by, now=now, what=step, reason=reason)


def untick(conversation: Conversation, step: ProcessStep, *, by: User, now: datetime) -> Conversation:
    return change(conversation, unticking, "untick", "handle_case", by=by, now=now, what=step)


def ticking(step: Change, *, what: ProcessStep, reason: str | None) -> None:
    assert step.by is not None
    case = case_of(step.conversation, what)
    why = clean(reason or "").strip()[:300]
    if reason is not None and not why:
        raise NotPossible(_("Say why this step is left out."))
    _row, is_new = ProcessTick.objects.get_or_create(
        case=case, step=what,
        defaults={"by": step.by, "at": step.now, "is_skipped": reason is not None, "reason": why},
    )  # fmt: skip
    if is_new:
        step.undo = {"step": {"case_id": case.pk, "step_id": what.pk}}
        step.words = {"reason": why} if why else {}
        step.tell("step_skipped" if reason is not None else "step_done", name=what.name)


def unticking(step: Change, *, what: ProcessStep) -> None:
    known = ProcessTick.objects.filter(case=case_of(step.conversation, what), step=what)
    if (
        tick := known.values("case_id", "step_id", "is_skipped", "reason", "by_id", "at").first()
    ) is not None:
        known.delete()
        step.undo = {"tick": tick | {"at": tick["at"].isoformat()}}
        step.tell("step_open", name=what.name)


def case_of(row: Conversation, step: ProcessStep) -> Case:
    case = Case.objects.filter(conversation=row, type=step.type_id).first()
    if case is None:
        raise NotPossible(_("This step is not one of this case."))
    return case


# The second look -------------------------------------------------------------------------------------------------


@transaction.atomic
def look_again(case: Case, is_well: bool, note: str, *, by: User, now: datetime) -> Case:
    """What a lead found when reading a closed complaint a second time (CA-02)."""
    row = Case.objects.select_for_update(of=("self",)).select_related("conversation__account").get(pk=case.pk)
    mandates.require(by, "manage_cases", row.conversation.account)
    if row.resolved_by_id == by.pk:
        raise NotPossible(_("You closed this one yourself. Somebody else takes the second look."))
    row.looked_at, row.looked_by, row.looked_well = now, by, is_well
    row.looked_note = clean(note).strip()[:500]
    row.save(update_fields=["looked_at", "looked_by", "looked_well", "looked_note"])
    audit.record("case.looked_at", row, by=by, now=now, well=is_well)
    return row


def ending_of(given: dict[str, Any]) -> Ending:
    """What stands in a form or a body, by the names of Ending."""
    return Ending(**{one.name: given[one.name] for one in fields(Ending) if one.name in given})
