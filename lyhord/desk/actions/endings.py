"""What closing asks for: a complaint has a reply and an outcome, and required fields are filled (CA-02, RE-04)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from lyhord.channels.models import State
from lyhord.desk import casework
from lyhord.desk.actions import valuing
from lyhord.desk.models import Case, CaseMoment, CaseSettings, CaseState, Conversation, ProcessTick
from lyhord.desk.queries.casefile import is_answered, opening, type_for
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.staff.models import User

WRITTEN = ("cause", "action", "result", "compensation", "lesson")
LONGEST = {"cause": 300, "compensation": 300, "action": 4000, "result": 4000, "lesson": 4000}
KEPT = (
    *WRITTEN, "outcome", "state", "is_settled", "resolved_at", "resolved_by_id", "reopened_at", "look_at", "sentiment_last",
    "lesson_at", "lesson_by_id",
)  # fmt: skip


@dataclass(frozen=True)
class Ending:
    """What is said of a case when it is closed. Empty: as it stands already."""

    outcome: str = ""
    cause: str = ""
    action: str = ""
    result: str = ""
    compensation: str = ""
    lesson: str = ""
    fields: Mapping[int, str] = field(default_factory=dict)  # of the brand's own: id -> value


class NeedsEnding(LyhordError):
    """It cannot be closed yet. `missing`: reply | outcome | reason | fields."""

    status = 422

    def __init__(self, missing: str, number: int, names: str = "") -> None:
        self.missing = missing
        super().__init__(
            {
                "reply": _("Case %(number)s has no reply yet. A complaint is closed after it was answered."),
                "outcome": _("Case %(number)s needs an outcome: say what became of it."),
                "reason": _(
                    "Nobody can be answered in case %(number)s any more. Say under Result why it ends so."
                ),
                "fields": _("Fill these fields of %(number)s first: %(names)s."),
            }[missing]
            % {"number": f"#{number}", "names": names}
        )


def settle(
    row: Conversation, ending: Ending | None, *, by: User | None, now: datetime, is_replied: bool = False
) -> dict[str, Any]:
    """Check and write what closing this conversation asks for; gives what undo puts back. Raises NeedsEnding.

    `is_replied`: the reply that closes is being sent with this very stroke.
    """
    given = tidied(ending or Ending())
    values = valuing.fill(row, given.fields)
    if names := valuing.lacking(row):
        raise NeedsEnding("fields", row.number, ", ".join(names))
    case = Case.objects.filter(conversation=row).first()
    if not asks(row, case) and case is None and not given.outcome:
        return values
    if case is None:
        case = opened(row, "judged", now)
    given = replace(given, outcome=given.outcome or case.outcome, result=given.result or case.result)
    answered = is_replied or is_answered(row.pk)
    if asks(row, case):
        lack = casework.missing(
            given.outcome, is_answered=answered, can_answer=can_answer(row), result=given.result
        )
        if lack:
            raise NeedsEnding(lack, row.number)
    before = kept(case)
    write(case, given, by=by, now=now)
    resolve(row, case, by=by, now=now)
    return {**values, "case": {"pk": case.pk, "before": before}}


def asks(row: Conversation, case: Case | None) -> bool:
    """Whether this closing needs an outcome: of complaints, and of what a person or a rule made a case."""
    if row.is_spam or (case is not None and case.is_complaint is False):
        return False
    made = case is not None and case.source != "judged"
    return made or casework.is_complaint(row.use, case.is_complaint if case else None, is_spam=row.is_spam)


def can_answer(row: Conversation) -> bool:
    """Whether some strand still leads to the customer."""
    return (
        row.strands.filter(ended_at=None, identity__blocks_us=False)
        .exclude(thread__account__state=State.RETIRED)
        .exists()
    )


def tidied(ending: Ending) -> Ending:
    words: dict[str, Any] = {name: clean(getattr(ending, name)).strip()[: LONGEST[name]] for name in WRITTEN}
    return replace(ending, **words, outcome=ending.outcome if ending.outcome in casework.OUTCOMES else "")


def write(case: Case, given: Ending, *, by: User | None, now: datetime) -> None:
    """What was given replaces what stood there; what was left empty leaves it."""
    for name in WRITTEN:
        if words := getattr(given, name):
            if name == "lesson" and words != case.lesson:
                case.lesson_at, case.lesson_by = now, by
            setattr(case, name, words)
    case.outcome = given.outcome or case.outcome


def resolve(row: Conversation, case: Case, *, by: User | None, now: datetime) -> None:
    case.resolved_at, case.resolved_by = now, by
    case.sentiment_last, case.is_settled, case.state = row.sentiment, True, CaseState.RESOLVED
    if case.look_at is None and asks(row, case):
        case.look_at = now if drawn(row, case) else None
    case.save()
    CaseMoment.objects.create(case=case, state=CaseState.RESOLVED, at=now)


def drawn(row: Conversation, case: Case) -> bool:
    told = CaseSettings.objects.filter(brand=row.brand_id).values_list("look_share", flat=True).first()
    share = CaseSettings._meta.get_field("look_share").default if told is None else told
    return casework.is_drawn(case.pk, settings.SECRET_KEY, share)


def opened(row: Conversation, source: str, now: datetime, **fields: Any) -> Case:
    """The case of a conversation that has none; the type that its topic asks for, and the deadline of that."""
    kind = fields.pop("type", None) or type_for(row.brand_id, row.topic)
    case, is_new = Case.objects.get_or_create(
        conversation=row, defaults={**opening(row, kind), "source": source, **fields}
    )
    if is_new:
        CaseMoment.objects.create(case=case, state=case.state, at=now)
    return case


def kept(case: Case) -> dict[str, Any]:
    values = {name: getattr(case, name) for name in KEPT}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def put_back(entry: dict[str, Any]) -> None:
    """Undo: the case as it was before the closing, or before it was made or taken back as a case."""
    valuing.put_back(entry)
    if "made" in entry:
        pk, before = entry["made"]
        Case.objects.filter(pk=pk).update(**before) if before else Case.objects.filter(pk=pk).delete()
    if "step" in entry:
        ProcessTick.objects.filter(**entry["step"]).delete()
    if tick := entry.get("tick"):
        one = {"case_id": tick["case_id"], "step_id": tick["step_id"]}
        ProcessTick.objects.get_or_create(**one, defaults=tick)
    if "told" in entry:
        untold(*entry["told"])
    told = entry.get("case")
    if not told:
        return
    times = {name for name in KEPT if name.endswith("_at")}
    values = {
        name: datetime.fromisoformat(value) if name in times and value else value
        for name, value in told["before"].items()
    }
    Case.objects.filter(pk=told["pk"]).update(**values, followed=0)


def untold(pk: int, changed: dict[str, list[Any]]) -> None:
    """What was written in the case is as it was, where nobody has written over it since."""
    for name, (before, after) in changed.items():
        Case.objects.filter(pk=pk, **still(name, after)).update(**{name: before})


def still(name: str, value: Any) -> dict[str, Any]:
    return {f"{name}__isnull": True} if value is None else {name: value}
