"""Running a macro: all in one stroke, taken back in one step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lyhord.desk import filling, queries
from lyhord.desk.actions import (
    assigning,
    changing,
    drafting,
    labelling,
    requesting,
    saved_replies,
    status,
    tally,
)
from lyhord.desk.actions.changing import Verb
from lyhord.desk.actions.refusals import Closed, NotPossible
from lyhord.desk.models import (
    Conversation,
    Department,
    Draft,
    Macro,
    MacroRun,
    Note,
    Request,
    SavedReply,
    Status,
    Turn,
)
from lyhord.desk.queries.macros import snoozed_until
from lyhord.desk.queries.saved_replies import values
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import Team, User


@dataclass
class Ran:
    """What became of a run."""

    done: list[str] = field(default_factory=list)  # verbs
    refused: dict[str, str] = field(default_factory=dict)  # verb: why not, in words
    draft: Draft | None = None
    closes: bool = False  # the reply is there to be sent; the conversation is closed with it


@transaction.atomic
def run_macro(
    conversation: Conversation,
    macro: Macro,
    *,
    by: User,
    form_key: UUID,
    now: datetime,
) -> Ran:
    """All of it in one transaction; a part that is refused says why, and the others are done. A double click is one run."""
    mandates.require(by, "see", conversation.account)
    row = changing.locked([conversation.pk]).get()
    known = MacroRun.objects.filter(key=form_key, by=by, conversation=conversation).first()
    if known is not None:
        return Ran(known.done, known.refused)
    if macro.brand_id != row.brand_id or not macro.is_on:
        raise NotPossible(_("This macro is not for this conversation, or is switched off."))
    ran, entries = performed(row, macro, by, now)
    written(row, macro, ran, entries, by, now)
    changing.remember(by, "macro", [together(row, entries)] if entries else [], now)
    MacroRun.objects.create(
        macro=macro, conversation=row, by=by, at=now, key=form_key, done=ran.done, refused=ran.refused
    )
    Macro.objects.filter(pk=macro.pk).update(uses=F("uses") + 1, used_at=now)
    audit.record(
        "conversation.macro", row, by=by, now=now, macro=macro.pk, done=ran.done, refused=sorted(ran.refused)
    )
    return ran


@transaction.atomic
def run_by_tag(macro: Macro, tagged: Turn, now: datetime) -> Ran | None:
    """What the rule does once somebody added its tag. None: it was done already."""
    row = changing.locked([tagged.conversation_id]).get()
    if MacroRun.objects.filter(macro=macro, tagged=tagged).exists():
        return None
    ran, _entries = performed(row, macro, None, now)
    values = {"name": tagged.values.get("name", ""), "macro": macro.name}
    Turn.objects.create(conversation=row, at=now, what="macro_ran", values=values)
    MacroRun.objects.create(
        macro=macro, conversation=row, at=now, key=uuid4(), tagged=tagged, done=ran.done, refused=ran.refused
    )
    Macro.objects.filter(pk=macro.pk).update(uses=F("uses") + 1, used_at=now)
    audit.record(
        "conversation.macro",
        row,
        by=None,
        now=now,
        macro=macro.pk,
        done=ran.done,
        refused=sorted(ran.refused),
    )
    changing.saved(row, tally.key(row), now)
    return ran


def take_back(row: Conversation, entry: Mapping[str, Any], *, by: User, now: datetime) -> None:
    """What undoing columns does not: the notes of the macro go, and its words leave the draft."""
    for pk in entry.get("notes", []):
        turn = Turn.objects.filter(pk=pk).select_related("note").first()
        if turn is not None and turn.note is not None:
            Turn.objects.filter(pk=pk).delete()
            turn.note.delete()
    for request in Request.objects.filter(pk__in=entry.get("asked", []), state=Request.State.OPEN):
        requesting.withdraw(request, by=by, now=now)
        # The row in our hand is written whole afterwards: what the withdrawal moved must not come back.
        row.refresh_from_db(fields=["version", "due_at", "due_stage", "clock_points"])
    for kind, texts in entry.get("drafts", {}).items():
        mine = Draft.objects.filter(conversation=row, user=by, kind=kind).first()
        if mine is not None and mine.text == texts[1]:
            drafting.save_draft(row, kind, texts[0], by=by, now=now)


LISTED = {
    "added",
    "removed",
    "notes",
    "asked",
    "values",
    "unused",
}  # parts of an entry that are lists of their own kind


# What steps are ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sort:
    """A verb that a macro may use: what it does, its mandate, and how its kept value becomes the verb's."""

    does: Verb
    mandate: str
    given: Callable[[Any, User | None, datetime], dict[str, Any]] = lambda value, by, now: {}


def person_of(value: Any, by: User | None, now: datetime) -> dict[str, Any]:
    if value in {"me", "nobody"}:
        return {"to": by if value == "me" else None}
    return {"to": User.objects.get(pk=value, is_active=True)}


def team_of(value: Any, by: User | None, now: datetime) -> dict[str, Any]:
    return {"team": Team.objects.get(pk=value)}


SORTS: dict[str, Sort] = {
    "assign": Sort(assigning.assigning, "assign", person_of),
    "assign_team": Sort(assigning.assigning_team, "assign", team_of),
    "tag": Sort(labelling.tagging, "tag", lambda value, by, now: {"name": value}),
    "untag": Sort(labelling.untagging, "tag", lambda value, by, now: {"name": value}),
    "set_priority": Sort(labelling.prioritising, "prioritise", lambda value, by, now: {"priority": value}),
    "snooze": Sort(status.snoozing, "snooze", lambda value, by, now: {"until": snoozed_until(value, now)}),
    "reopen": Sort(status.reopening, "reopen"),
    "close": Sort(status.closing, "close"),
}


def performed(
    row: Conversation, macro: Macro, by: User | None, now: datetime
) -> tuple[Ran, list[dict[str, Any]]]:
    ran, entries = Ran(), []
    for step in macro.steps:
        verb = step["verb"]
        if verb == "close" and macro.reply_id is not None:
            ran.closes = True  # a closed conversation takes no reply: it closes when the reply leaves
            continue
        try:
            with transaction.atomic():
                entry = one_step(row, verb, step.get("value"), by, now, macro.made_by)
        except (LyhordError, User.DoesNotExist, Team.DoesNotExist, Department.DoesNotExist) as problem:
            ran.refused[verb] = (
                str(problem) if isinstance(problem, LyhordError) else _("That one is not here any more.")
            )
            continue
        ran.done.append(verb)
        entries += [entry] if entry else []
    return ran, entries


def one_step(
    row: Conversation, verb: str, value: Any, by: User | None, now: datetime, maker: User
) -> dict[str, Any] | None:
    """`by` None: a rule, whose maker had the mandate when it was written; its notes are hers."""
    if verb == "note":
        return noted(row, value, by or maker, now)
    if verb == "ask":
        return asked(row, value, by or maker, now)
    sort = SORTS[verb]
    if by is not None:
        mandates.require(by, sort.mandate, row.account)
    return changing.applied(row, sort.does, verb, by=by, now=now, **sort.given(value, by, now))


def noted(row: Conversation, text: str, by: User, now: datetime) -> dict[str, Any]:
    mandates.require(by, "note", row.account)
    words = filling.filled(text, values(by, row)).text
    note = Note.objects.create(text=words, by=by, at=now, key=uuid4())
    turn = Turn.objects.create(conversation=row, at=now, note=note, by=by)
    changing.saved(row, tally.key(row), now)
    audit.record("conversation.noted", row, by=by, now=now, turn=turn.pk)
    return {"conversation": row.pk, "fields": {}, "notes": [turn.pk]}


def asked(row: Conversation, value: str, by: User, now: datetime) -> dict[str, Any]:
    """The department reads her newest post beside the question, as the form shows it when it is opened."""
    pk, _colon, question = value.partition(":")
    hers = Turn.objects.filter(conversation=row, what="", note=None, post__deleted_at=None)
    newest = hers.filter(post__is_own=False).order_by("-at", "-pk").values_list("pk", flat=True)[:1]
    words = filling.filled(question, values(by, row)).text
    request = requesting.ask(
        row, Department.objects.get(pk=pk), words, shown=list(newest), by=by, form_key=uuid4(), now=now
    )
    row.refresh_from_db()  # it was changed under our hand
    return {"conversation": row.pk, "fields": {}, "asked": [request.pk]}


def written(
    row: Conversation, macro: Macro, ran: Ran, entries: list[dict[str, Any]], by: User, now: datetime
) -> None:
    """The reply of the macro behind what she has written already; nothing is sent."""
    if macro.reply is None:
        return
    try:
        kind, text = worded(row, macro.reply, by)
        before = (
            Draft.objects.filter(conversation=row, user=by, kind=kind).values_list("text", flat=True).first()
            or ""
        )
        after = f"{before.rstrip()}\n\n{text}" if before.strip() else text
        ran.draft = drafting.save_draft(row, kind, after, by=by, now=now)
    except LyhordError as problem:
        ran.refused["reply"], ran.closes = str(problem), False
        return
    saved_replies.use_reply(macro.reply, now=now)
    ran.done.append("reply")
    entries.append({"conversation": row.pk, "fields": {}, "drafts": {kind: [before, after]}})


def worded(row: Conversation, reply: SavedReply, by: User) -> tuple[str, str]:
    detail = queries.conversation(by, row.pk)
    strand = next((one for one in detail.strands if one.id == detail.answer_strand), None) if detail else None
    if row.status == Status.CLOSED:
        raise Closed(row)
    found = queries.fitting_one(by, row, reply)
    if strand is None or found is None:
        raise NotPossible(_("There is nothing here that could be answered."))
    return "public" if strand.is_public else "private", found.text


def together(row: Conversation, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One entry for undo: of each column the first value and the last; the other parts as each step told them.

    Lists of several steps are one; of a part that tells how a row was, the first step saw it.
    """
    whole: dict[str, Any] = {
        "conversation": row.pk,
        "fields": {},
        "added": [],
        "removed": [],
        "notes": [],
        "drafts": {},
    }
    for entry in entries:
        for column, (before, after) in entry["fields"].items():
            first = whole["fields"].get(column, [before])[0]
            whole["fields"][column] = [first, after]
        whole["drafts"] |= entry.get("drafts", {})
        for part, told in entry.items():
            if part in LISTED:
                whole[part] = [*whole.get(part, ()), *told]
            else:
                whole.setdefault(part, told)
    return whole
