"""The API of questions to departments."""

from datetime import datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk import actions, links
from lyhord.desk.api.shared import router, visible
from lyhord.desk.models import Request, RequestTurn
from lyhord.desk.queries import conversations_visible_to, request_page
from lyhord.desk.queries import departments as queries
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Listed, Page, Paging, Words, by_id, chosen, form_key


class AskGiven(Given):
    department: Id
    question: Words = Field(min_length=1, max_length=10_000)
    shown: list[Id] = Field(
        default_factory=list,
        max_length=50,
        description="Turns of the case that the department may read; no others.",
    )


class FurtherGiven(Given):
    text: Words = Field(min_length=1, max_length=10_000)


class AnswerGiven(Given):
    text: Words = Field(min_length=1, max_length=10_000)
    declines: bool = Field(False, description="It is not theirs to answer; the text says why.")


class RequestTurnShown(Schema):
    id: int
    kind: str = Field(description="question, further, answer, declined, withdrawn or reminder")
    text: str
    by: int | None
    name: str
    via: str = Field(description="page, mail or inside")
    at: datetime
    files: list[str] = Field(description="Addresses of files beside an answer.")


class RequestShown(Schema):
    id: int
    conversation: int = Field(description="The case; who only answers for the department does not see it.")
    number: int
    department: int
    name: str
    by: int
    at: datetime
    question: str
    state: str = Field(description="open, answered, declined or withdrawn")
    answer_by: datetime
    opened_at: datetime | None = Field(description="When the department saw it first.")
    first_answer_at: datetime | None
    reminders: int


class ShownWord(Schema):
    at: datetime
    is_hers: bool
    text: str
    lang: str
    is_deleted: bool


class RequestWhole(RequestShown):
    turns: list[RequestTurnShown]
    shown: list[ShownWord]
    waits_since: datetime | None = Field(description="The customer, for us.")
    customer_due: datetime | None


class LinkShown(Schema):
    link: str = Field(description="Reads and answers this question without a log-in; give it to nobody else.")


class RequestsAsked(Paging):
    of: Literal["mine", "departments"] = Field(
        "mine", description="Asked by you, or put to your departments."
    )


def plain(row: Request) -> RequestShown:
    return RequestShown(
        id=row.pk, conversation=row.conversation_id, number=row.conversation.number, department=row.department_id,
        name=row.department.name, by=row.by_id, at=row.at, question=row.question, state=row.state,
        answer_by=row.answer_by, opened_at=row.opened_at, first_answer_at=row.first_answer_at, reminders=row.reminders,
    )  # fmt: skip


def whole(row: Request) -> RequestWhole:
    row = queries.with_case().get(pk=row.pk)
    told = request_page.asked(row, timezone.now())
    return RequestWhole(
        **plain(row).dict(),
        turns=[turn_of(turn) for turn in told.turns],
        shown=[ShownWord.from_orm(one) for one in told.shown],
        waits_since=told.waits_since,
        customer_due=told.customer_due,
    )


def turn_of(turn: RequestTurn) -> RequestTurnShown:
    return RequestTurnShown(
        id=turn.pk, kind=turn.kind, text=turn.text, by=turn.by_id, name=turn.name or str(turn.by or ""), via=turn.via,
        at=turn.at, files=[f"/requests/files/{one.token}/" for one in turn.files.all()],
    )  # fmt: skip


def one(request: StaffRequest, pk: int) -> Request:
    seen = queries.requests_visible_to(request.user)
    return get_object_or_404(queries.with_case().filter(pk__in=seen.values("pk")), pk=pk)


def of_case(request: StaffRequest, pk: int) -> Request:
    """For who sees the case; the department's own people only answer."""
    cases = conversations_visible_to(request.user)
    return get_object_or_404(queries.with_case().filter(conversation__in=cases), pk=pk)


@router.get("/conversations/{int:pk}/requests", response=list[RequestShown])
def requests_of(request: StaffRequest, pk: int) -> list[RequestShown]:
    """What departments were asked in this case, the newest first."""
    row = visible(request, pk)
    return [plain(one) for one in queries.with_case().filter(conversation=row).order_by("-pk")[:100]]


@router.post("/conversations/{int:pk}/requests", response={201: RequestWhole})
def ask(request: StaffRequest, pk: int, given: AskGiven) -> RequestWhole:
    """Ask a department. It sees the question and the turns that you name, and nothing else of the case."""
    row = visible(request, pk)
    mandates.require(request.user, "ask", row.account)
    department = chosen(queries.departments_visible_to(request.user), given.department, _("department"))
    made = actions.ask(
        row, department, given.question, shown=given.shown, by=request.user, form_key=form_key(request), now=timezone.now()
    )  # fmt: skip
    return whole(made)


@router.get("/requests", response=Listed[RequestShown])
def requests(request: StaffRequest, asked: Query[RequestsAsked]) -> Page:
    """The newest first."""
    rows = queries.asked_by(request.user) if asked.of == "mine" else queries.asked_of(request.user)
    return by_id(rows, Paging(after=asked.after, limit=asked.limit), plain, newest_first=True)


@router.get("/requests/{int:pk}", response=RequestWhole)
def read_request(request: StaffRequest, pk: int) -> RequestWhole:
    """With all that was said, and the words of the case that it shows."""
    return whole(one(request, pk))


@router.post("/requests/{int:pk}/further", response=RequestWhole)
def ask_further(request: StaffRequest, pk: int, given: FurtherGiven) -> RequestWhole:
    """Another question in the same thread; the department's time begins anew."""
    row, key = of_case(request, pk), form_key(request)
    actions.ask_further(row, given.text, by=request.user, form_key=key, now=timezone.now())
    return whole(row)


@router.post("/requests/{int:pk}/answer", response=RequestWhole)
def answer_request(request: StaffRequest, pk: int, given: AnswerGiven) -> RequestWhole:
    """For people of the department."""
    row, by = one(request, pk), request.user
    actions.answer_request(
        row, given.text, via="inside", by=by, name=by.name, form_key=form_key(request), now=timezone.now(),
        declines=given.declines,
    )  # fmt: skip
    return whole(row)


@router.post("/requests/{int:pk}/withdraw", response=RequestWhole)
def withdraw_request(request: StaffRequest, pk: int) -> RequestWhole:
    """It need not be answered any more."""
    row = of_case(request, pk)
    actions.withdraw_request(row, by=request.user, now=timezone.now())
    return whole(row)


@router.get("/requests/{int:pk}/link", response=LinkShown)
def request_link(request: StaffRequest, pk: int) -> LinkShown:
    """The address at which the department answers without a log-in."""
    row = of_case(request, pk)
    mandates.require(request.user, "ask", row.conversation.account)
    return LinkShown(link=links.link(row))


@router.post("/requests/{int:pk}/link", response=LinkShown)
def new_request_link(request: StaffRequest, pk: int) -> LinkShown:
    """Another one; those given before are worth nothing from now on."""
    row = of_case(request, pk)
    return LinkShown(link=actions.new_request_link(row, by=request.user, now=timezone.now()))


@router.post("/requests/{int:pk}/turns/{int:turn}/draft", response={200: dict[str, int]})
def draft_answer(request: StaffRequest, pk: int, turn: int) -> dict[str, int]:
    """The department's words into your draft; nothing is sent."""
    row = of_case(request, pk)
    words = get_object_or_404(row.turns.filter(kind="answer"), pk=turn)
    return {"draft": actions.draft_answer(row, words, by=request.user, now=timezone.now()).pk}
