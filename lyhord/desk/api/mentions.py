"""The API of mentions, shift notes and the purpose."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk import actions
from lyhord.desk.actions.departments import VERB
from lyhord.desk.api.shared import router, visible
from lyhord.desk.models import Mention
from lyhord.desk.queries import mentions as named
from lyhord.desk.queries import purposes
from lyhord.desk.queries import shifts as queries
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Team
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Listed, Page, Paging, Words, by_id, form_key


class MentionShown(Schema):
    id: int
    conversation: int
    text: str
    by: str
    at: datetime
    is_guest: bool = Field(description="You do not see the conversation; `thread` is all there is to read.")
    is_read: bool
    thread: list[str]


class SuggestedShown(Schema):
    id: int
    name: str
    sees: bool = Field(description="False: would be a guest of the note alone.")


class NameAsked(Given):
    q: Words = Field("", max_length=60, description="The beginning of a part of the name.")


class TextGiven(Given):
    text: Words = Field(min_length=1, max_length=5000)


class UptoGiven(Given):
    upto: Id = Field(description="The newest note that you have read.")


class ShiftNoteShown(Schema):
    id: int
    at: datetime
    by: str
    text: str
    is_new: bool
    readers: list[str]


class CountShown(Schema):
    n: int


class GoalShown(Schema):
    measure: str
    target: float
    now: float | None = Field(description="Of the last 28 days; null: nothing was measured.")
    is_met: bool


class PurposeShown(Schema):
    version: int
    why: str
    at: datetime
    goals: list[GoalShown]
    is_read: bool = Field(description="By you.")


class PurposeGiven(Given):
    why: Words = Field(min_length=1, max_length=10_000)
    goals: dict[str, float] = Field(
        default_factory=dict, description="By measure: answered, minutes, closed, reopened, negative."
    )


class GroupShown(Schema):
    name: str
    is_department: bool
    read: int
    people: int
    missing: list[str]


def mention_of(row: Mention) -> MentionShown:
    return MentionShown(
        id=row.pk, conversation=row.conversation_id, text=row.note.text, by=row.by.name, at=row.at, is_guest=row.is_guest,
        is_read=row.read_at is not None,
        thread=[said.text for said in named.thread_of(row)] if row.is_guest else [],
    )  # fmt: skip


@router.get("/conversations/{int:pk}/mentionable", response=list[SuggestedShown])
def mentionable(request: StaffRequest, pk: int, asked: Query[NameAsked]) -> list[named.Suggested]:
    """Whom a note of this conversation may name."""
    return named.suggested(request.user, visible(request, pk), asked.q)


@router.get("/mentions", response=Listed[MentionShown])
def mentions(request: StaffRequest, paging: Query[Paging]) -> Page:
    """Notes in which you were named, the newest first."""
    return by_id(named.mentions_of(request.user), paging, mention_of, newest_first=True)


@router.post("/mentions/read", response=CountShown)
def read_mentions(request: StaffRequest) -> CountShown:
    """Mark all as read; gives how many were new."""
    return CountShown(n=actions.read_mentions(by=request.user, now=timezone.now()))


@router.post("/mentions/{int:pk}/answer", response={201: MentionShown})
def answer_mention(request: StaffRequest, pk: int, given: TextGiven) -> MentionShown:
    """Of a guest; who sees the conversation writes a note there."""
    row = get_object_or_404(named.mentions_of(request.user).filter(is_guest=True), pk=pk)
    actions.answer_as_guest(row, given.text, by=request.user, form_key=form_key(request), now=timezone.now())
    return mention_of(row)


def team_of(request: StaffRequest, pk: int) -> Team:
    return get_object_or_404(staff.teams_visible_to(request.user).select_related("brand"), pk=pk)


@router.get("/teams/{int:pk}/shift-notes", response=list[ShiftNoteShown])
def shift_notes(request: StaffRequest, pk: int) -> list[queries.ShiftShown]:
    """The newest first; for the team's own people."""
    rows = {team.pk: team for team in queries.teams_of(request.user)}
    team = rows.get(team_of(request, pk).pk)
    if team is None:
        mandates.require(request.user, "see", team_of(request, pk))
        team = team_of(request, pk)
    return queries.notes_of(team, request.user, timezone.now())


@router.post("/teams/{int:pk}/shift-notes", response={201: CountShown})
def write_shift_note(request: StaffRequest, pk: int, given: TextGiven) -> CountShown:
    """For those of the team who come after you."""
    mandates.require(request.user, "note")
    team, key = team_of(request, pk), form_key(request)
    actions.write_shift_note(team, given.text, by=request.user, form_key=key, now=timezone.now())
    return CountShown(n=1)


@router.post("/teams/{int:pk}/shift-notes/read", response=CountShown)
def read_shift_notes(request: StaffRequest, pk: int, given: UptoGiven) -> CountShown:
    """You have read them up to this one; gives how many were new."""
    team = team_of(request, pk)
    return CountShown(n=actions.read_shift_notes(team, upto=given.upto, by=request.user, now=timezone.now()))


def brand_of(request: StaffRequest, pk: int) -> Brand:
    return get_object_or_404(staff.brands_visible_to(request.user), pk=pk)


def shown(request: StaffRequest, brand: Brand) -> PurposeShown | None:
    row = purposes.newest(brand)
    if row is None:
        return None
    goals = [
        GoalShown(measure=one.measure, target=one.target, now=one.now, is_met=one.is_met)
        for one in purposes.goals(row, timezone.now())
    ]
    is_read = purposes.has_read(row, request.user)
    return PurposeShown(version=row.version, why=row.why, at=row.at, goals=goals, is_read=is_read)


@router.get("/brands/{int:pk}/purpose", response=PurposeShown | None)
def purpose(request: StaffRequest, pk: int) -> PurposeShown | None:
    """Why service is done here, with goals and what was reached. null: nobody has written it yet."""
    return shown(request, brand_of(request, pk))


@router.put("/brands/{int:pk}/purpose", response=PurposeShown | None)
def tell_purpose(request: StaffRequest, pk: int, given: PurposeGiven) -> PurposeShown | None:
    """A change is a new version, which everybody is asked to read."""
    mandates.require(request.user, VERB)
    brand = brand_of(request, pk)
    actions.tell_purpose(brand, given.why, given.goals, by=request.user, now=timezone.now())
    return shown(request, brand)


@router.post("/brands/{int:pk}/purpose/read", response=PurposeShown | None)
def read_purpose(request: StaffRequest, pk: int) -> PurposeShown | None:
    """You have read the newest version."""
    brand = brand_of(request, pk)
    row = purposes.newest(brand)
    if row is not None:
        actions.read_purpose(row, by=request.user, now=timezone.now())
    return shown(request, brand)


@router.get("/brands/{int:pk}/purpose/receipts", response=list[GroupShown])
def receipts(request: StaffRequest, pk: int) -> list[purposes.Group]:
    """Who has read the newest version, by department and team."""
    mandates.require(request.user, VERB)
    brand = brand_of(request, pk)
    mandates.require(request.user, VERB, brand)
    row = purposes.newest(brand)
    return purposes.receipts(row) if row is not None else []
