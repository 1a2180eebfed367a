"""What is done to conversations: one by one, or many at once."""

from collections.abc import Callable
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AwareDatetime, Field

from lyhord.desk import actions, queries
from lyhord.desk.api.endings import CloseGiven, Outcome
from lyhord.desk.api.shared import RowShown, router, row_of, visible
from lyhord.desk.queries import Row
from lyhord.lib.errors import LyhordError
from lyhord.staff import queries as staff
from lyhord.staff.models import Team, User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen

MOST = 500


class ValueMissing(LyhordError):
    """The verb needs a value that was not given."""

    status = 422


class AssignGiven(Given):
    to: Id | None = Field(description="A person; null: nobody.")


class AssignTeamGiven(Given):
    team: Id | None = Field(description="null: no team.")


class SnoozeGiven(Given):
    until: AwareDatetime


class TagGiven(Given):
    name: Words = Field(min_length=1, max_length=60)


class PriorityGiven(Given):
    priority: int | None = Field(ge=0, le=100, description="null: computed again.")


class SubjectGiven(Given):
    subject: Words = Field(max_length=200)


class BulkGiven(Given):
    ids: list[Id] = Field(min_length=1, max_length=MOST)
    verb: Literal[
        "take", "close", "reopen", "wake", "mark_spam", "not_spam", "assign", "assign_team", "snooze", "tag", "untag",
        "set_priority",
    ]  # fmt: skip
    to: Id | None = Field(None, description="Of assign; null: nobody.")
    team: Id | None = Field(None, description="Of assign_team; null: no team.")
    until: AwareDatetime | None = Field(None, description="Of snooze.")
    name: Words | None = Field(None, max_length=60, description="Of tag and untag.")
    priority: int | None = Field(None, ge=0, le=100, description="Of set_priority; null: computed again.")
    outcome: Outcome = Field("", description="Of close: what became of those that are cases.")


class BulkDone(Schema):
    changed: list[int]
    refused: dict[int, str] = Field(description="Conversation and reason. What you do not see is in neither.")


class UndoneShown(Schema):
    verb: str
    conversations: list[int]
    text: str = Field(description="Of a reply that was taken back.")


def do(request: StaffRequest, pk: int, action: Callable[..., Any], *values: Any) -> Row:
    """Run one action on a conversation that she may see; gives it as it now stands."""
    action(visible(request, pk), *values, by=request.user, now=timezone.now())
    return row_of(request, pk)


def person_of(by: User, pk: int | None) -> User | None:
    return None if pk is None else chosen(staff.users_visible_to(by), pk, "person")


def team_of(by: User, pk: int | None) -> Team | None:
    return None if pk is None else chosen(staff.teams_visible_to(by), pk, "team")


class CorrectGiven(Given):
    post: Id
    head: Literal["kind", "topic", "own_topic", "sentiment", "urgency", "language", "spam"]
    label: Words = Field(min_length=1, max_length=24)


@router.post("/conversations/{int:pk}/correct", response=RowShown)
def correct(request: StaffRequest, pk: int, given: CorrectGiven) -> Row:
    """Say what a post really is; the conversation follows at once, and your undo takes it back."""
    visible(request, pk)
    post = chosen(queries.posts_visible_to(request.user), given.post, "post")
    return do(request, pk, actions.correct, post, given.head, given.label)


@router.post("/conversations/{int:pk}/take", response=RowShown)
def take(request: StaffRequest, pk: int) -> Row:
    """Give it to yourself."""
    return do(request, pk, actions.take)


@router.post("/conversations/{int:pk}/assign", response=RowShown)
def assign(request: StaffRequest, pk: int, given: AssignGiven) -> Row:
    """Give it to somebody who sees the account, or to nobody."""
    visible(request, pk)
    return do(request, pk, actions.assign, person_of(request.user, given.to))


@router.post("/conversations/{int:pk}/assign-team", response=RowShown)
def assign_team(request: StaffRequest, pk: int, given: AssignTeamGiven) -> Row:
    """Give it to a team, or to none."""
    visible(request, pk)
    return do(request, pk, actions.assign_team, team_of(request.user, given.team))


@router.post("/conversations/{int:pk}/close", response=RowShown)
def close(request: StaffRequest, pk: int, given: CloseGiven | None = None) -> Row:
    """The matter is done. What has not left yet is held. A complaint takes a reply and an outcome; 422 says what lacks."""
    ending = given.whole() if given is not None else None
    actions.close(visible(request, pk), by=request.user, now=timezone.now(), ending=ending)
    return row_of(request, pk)


@router.post("/conversations/{int:pk}/reopen", response=RowShown)
def reopen(request: StaffRequest, pk: int) -> Row:
    """Back into work."""
    return do(request, pk, actions.reopen)


@router.post("/conversations/{int:pk}/snooze", response=RowShown)
def snooze(request: StaffRequest, pk: int, given: SnoozeGiven) -> Row:
    """Out of sight until then, or until the customer writes."""
    return do(request, pk, actions.snooze, given.until)


@router.post("/conversations/{int:pk}/wake", response=RowShown)
def wake(request: StaffRequest, pk: int) -> Row:
    """Awake before its time."""
    return do(request, pk, actions.wake)


@router.post("/conversations/{int:pk}/tag", response=RowShown)
def tag(request: StaffRequest, pk: int, given: TagGiven) -> Row:
    """Put a tag on; one that the brand does not have yet is made."""
    return do(request, pk, actions.tag, given.name)


@router.post("/conversations/{int:pk}/untag", response=RowShown)
def untag(request: StaffRequest, pk: int, given: TagGiven) -> Row:
    """Take a tag off."""
    return do(request, pk, actions.untag, given.name)


@router.put("/conversations/{int:pk}/priority", response=RowShown)
def set_priority(request: StaffRequest, pk: int, given: PriorityGiven) -> Row:
    """Say how urgent it is, 0 to 100."""
    return do(request, pk, actions.set_priority, given.priority)


@router.put("/conversations/{int:pk}/subject", response=RowShown)
def set_subject(request: StaffRequest, pk: int, given: SubjectGiven) -> Row:
    """What colleagues call it."""
    return do(request, pk, actions.set_subject, given.subject)


@router.post("/conversations/{int:pk}/spam", response=RowShown)
def mark_spam(request: StaffRequest, pk: int) -> Row:
    """It is spam, whatever is judged later."""
    return do(request, pk, actions.mark_spam)


@router.post("/conversations/{int:pk}/not-spam", response=RowShown)
def not_spam(request: StaffRequest, pk: int) -> Row:
    """It is no spam, whatever is judged later."""
    return do(request, pk, actions.not_spam)


@router.post("/conversations/bulk", response=BulkDone)
def bulk(request: StaffRequest, given: BulkGiven) -> actions.Done:
    """One verb over many; what refuses it is told with its reason, the others go on. Undone in one step."""
    return actions.bulk(
        given.ids, given.verb, by=request.user, now=timezone.now(), **values_of(request.user, given)
    )


def values_of(by: User, given: BulkGiven) -> dict[str, Any]:
    """What the verb takes, and nothing else."""
    if given.verb == "close":
        return {"ending": actions.Ending(outcome=given.outcome)}
    if given.verb == "assign":
        return {"to": person_of(by, given.to)}
    if given.verb == "assign_team":
        return {"team": team_of(by, given.team)}
    if given.verb == "set_priority":
        return {"priority": given.priority}
    if given.verb == "snooze":
        return {"until": required(given.until, "until")}
    if given.verb in {"tag", "untag"}:
        return {"name": required(given.name, "name")}
    return {}


def required(value: Any, name: str) -> Any:
    if not value:
        raise ValueMissing(_("This verb needs %(name)s.") % {"name": name})
    return value


@router.post("/undo", response=UndoneShown)
def undo(request: StaffRequest) -> actions.Undone:
    """Take back your newest change or reply, one step. 409 where there is none, or it is too late."""
    return actions.undo(by=request.user, now=timezone.now())
