"""The people who work here, and what is done about them."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.staff import actions, mails, queries
from lyhord.staff.api.shared import ADMIN, Member, member, router
from lyhord.staff.models import Role, Team, User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Listed, Page, Paging, Words, by_id, chosen


class Person(Schema):
    id: int
    name: str
    is_active: bool
    is_on_duty: bool
    speaks: str
    email: str | None = Field(description="Yours, and of people whom you manage; else null.")
    is_administrator: bool
    memberships: list[Member] = Field(description="In teams of your brands.")


class PeopleAsked(Paging):
    is_active: bool | None = None


class MembershipGiven(Given):
    team: Id
    role: Role


class Invitation(Given):
    email: Words
    name: Words
    teams: list[MembershipGiven] = Field(default_factory=list, max_length=100)
    language: Words = ""


class Link(Schema):
    person: int
    is_mailed: bool
    link: str | None = Field(description="Lets the person in once; null where it went by mail.")


class TeamsGiven(Given):
    teams: list[MembershipGiven] = Field(max_length=100)


class AdministratorGiven(Given):
    is_administrator: bool


class Shown:
    """How people look to one person: colleagues' other brands stay unseen."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.teams = set(queries.teams_visible_to(by).values_list("pk", flat=True))
        self.managed = set(queries.people_managed_by(by).values_list("pk", flat=True)) | {by.pk}

    def __call__(self, user: User) -> Person:
        rows = sorted(user.memberships.all(), key=lambda row: (row.team_id, row.role))
        return Person(
            id=user.pk,
            name=user.name,
            is_active=user.is_active,
            is_on_duty=user.is_on_duty,
            speaks=user.speaks,
            email=user.email if user.pk in self.managed else None,
            is_administrator=user.is_administrator,
            memberships=[member(row) for row in rows if row.team_id in self.teams],
        )


def visible(by: User) -> QuerySet[User]:
    return queries.users_visible_to(by).prefetch_related("memberships__team")


def managed(request: StaffRequest, pk: int) -> User:
    return get_object_or_404(queries.people_managed_by(request.user), pk=pk)


def wanted(by: User, given: list[MembershipGiven]) -> list[tuple[Team, str]]:
    teams = queries.teams_managed_by(by).select_related("brand")
    return [(chosen(teams, one.team, "team"), one.role.value) for one in given]


@router.get("/people", response=Listed[Person])
def people(request: StaffRequest, asked: Query[PeopleAsked]) -> Page:
    """Yourself and everybody who shares a brand with you."""
    rows = visible(request.user)
    if asked.is_active is not None:
        rows = rows.filter(is_active=asked.is_active)
    return by_id(rows, asked, Shown(request.user), newest_first=False)


@router.get("/people/{int:pk}", response=Person)
def person(request: StaffRequest, pk: int) -> Person:
    """One colleague."""
    return Shown(request.user)(get_object_or_404(visible(request.user), pk=pk))


@router.post("/people", response={201: Link}, auth=ADMIN)
def invite(request: StaffRequest, given: Invitation) -> Link:
    """Invite somebody. The link goes by mail where mail is set up, and stands in the answer where it is not."""
    by = request.user
    teams = wanted(by, given.teams)
    user, link = actions.invite(
        given.email, given.name, teams, by=by, now=timezone.now(), language=given.language
    )
    return handed_over(user, link, is_mailed=mails.invitation(user, link, by))


@router.post("/people/{int:pk}/invite-again", response={201: Link}, auth=ADMIN)
def invite_again(request: StaffRequest, pk: int) -> Link:
    """A new link for somebody who has not come yet; the one before is dead."""
    user = managed(request, pk)
    link = actions.invite_again(user, by=request.user, now=timezone.now())
    return handed_over(user, link, is_mailed=mails.invitation(user, link, request.user))


@router.post("/people/{int:pk}/reset-link", response={201: Link}, auth=ADMIN)
def reset_link(request: StaffRequest, pk: int) -> Link:
    """A link by which the person chooses a new password."""
    user = managed(request, pk)
    link = actions.reset_link(user, by=request.user, now=timezone.now())
    return handed_over(user, link, is_mailed=mails.new_password(user, link, request.user))


def handed_over(user: User, link: str, *, is_mailed: bool) -> Link:
    return Link(person=user.pk, is_mailed=is_mailed, link=None if is_mailed else link)


@router.put("/people/{int:pk}/teams", response=Person, auth=ADMIN)
def set_teams(request: StaffRequest, pk: int, given: TeamsGiven) -> Person:
    """Exactly these teams and roles, among those that you manage; others stay as they are."""
    user, by = managed(request, pk), request.user
    actions.set_memberships(user, wanted(by, given.teams), by=by, now=timezone.now())
    return Shown(by)(User.objects.get(pk=pk))


@router.put("/people/{int:pk}/administrator", response=Person, auth=ADMIN)
def set_administrator(request: StaffRequest, pk: int, given: AdministratorGiven) -> Person:
    """Give or take the right over the whole installation."""
    user = managed(request, pk)
    actions.set_administrator(user, given.is_administrator, by=request.user, now=timezone.now())
    return Shown(request.user)(user)


@router.post("/people/{int:pk}/deactivate", response=Person, auth=ADMIN)
def deactivate(request: StaffRequest, pk: int) -> Person:
    """From now on the person cannot log in; sessions, links and keys are dead."""
    user = managed(request, pk)
    actions.deactivate(user, by=request.user, now=timezone.now())
    return Shown(request.user)(user)


@router.post("/people/{int:pk}/reactivate", response=Person, auth=ADMIN)
def reactivate(request: StaffRequest, pk: int) -> Person:
    """The person may log in again. Keys stay dead."""
    user = managed(request, pk)
    actions.reactivate(user, by=request.user, now=timezone.now())
    return Shown(request.user)(user)


@router.post("/people/{int:pk}/second-factor/reset", response=Person, auth=ADMIN)
def reset_second_factor(request: StaffRequest, pk: int) -> Person:
    """For a lost telephone: a new second factor is set up at the next log-in."""
    user = managed(request, pk)
    actions.reset_second_factor(user, by=request.user, now=timezone.now())
    return Shown(request.user)(user)


@router.delete("/people/{int:pk}/sessions", response={204: None}, auth=ADMIN)
def end_sessions_of(request: StaffRequest, pk: int) -> None:
    """Log the person out everywhere, as for a lost machine. Keys go on."""
    actions.end_sessions_of(managed(request, pk), by=request.user, now=timezone.now())
