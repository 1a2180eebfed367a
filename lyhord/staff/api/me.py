"""Who asks: profile, duty, sessions and keys of one's own."""

from datetime import datetime, timedelta

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.staff import actions, mandates, queries
from lyhord.staff.api.shared import Member, member, router
from lyhord.staff.api_auth import require_scopes
from lyhord.staff.models import ApiKey, LogIn, User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Listed, Page, Paging, Words, by_id


class Me(Schema):
    id: int
    name: str
    email: str
    is_administrator: bool
    is_on_duty: bool
    on_duty_since: datetime | None
    signature: str
    language: str
    speaks: str
    time_zone: str
    theme: str
    density: str
    undo_seconds: int
    sends_with_enter: bool
    has_keys: bool
    memberships: list[Member]
    may: list[str] = Field(
        description="The verbs that you may do somewhere; each call asks anew for its object."
    )


class MeChange(Given):
    name: Words | None = None
    signature: Words | None = None
    language: Words | None = None
    speaks: Words | None = None
    time_zone: Words | None = None
    theme: Words | None = None
    density: Words | None = None
    undo_seconds: int | None = None
    sends_with_enter: bool | None = None
    has_keys: bool | None = None


class Duty(Given):
    is_on_duty: bool


def shown(person: User) -> Me:
    plain = {name: getattr(person, name) for name in Me.model_fields if name not in {"memberships", "may"}}
    rows = person.memberships.select_related("team").order_by("team", "role")
    return Me(**plain, memberships=[member(row) for row in rows], may=sorted(mandates.verbs_anywhere(person)))


@router.get("/me", response=Me)
def me(request: StaffRequest) -> Me:
    """The owner of the key, and what she may do."""
    return shown(request.user)


@router.patch("/me", response=Me)
def change_me(request: StaffRequest, change: MeChange) -> Me:
    """Change your profile. What is not given stays as it is."""
    given = {name: value for name, value in change.dict(exclude_unset=True).items() if value is not None}
    return shown(actions.change_profile(request.user, now=timezone.now(), **given))


@router.put("/me/duty", response=Me)
def set_duty(request: StaffRequest, duty: Duty) -> Me:
    """Go on duty or off."""
    switch = actions.go_on_duty if duty.is_on_duty else actions.go_off_duty
    switch(request.user, now=timezone.now())
    return shown(request.user)


# Sessions ---------------------------------------------------------------------------------------------------------


class Session(Schema):
    id: int
    began_at: datetime
    seen_at: datetime | None = Field(description="Within some minutes.")
    browser: str
    address: str = Field(description="Of the network, such as 192.0.2.0/24.")


@router.get("/me/sessions", response=list[Session])
def sessions(request: StaffRequest) -> list[LogIn]:
    """The browsers in which you are logged in, newest first."""
    return queries.log_ins(request.user, timezone.now())


@router.delete("/me/sessions/{int:pk}", response={204: None})
def end_session(request: StaffRequest, pk: int) -> None:
    """Log out one browser."""
    row = get_object_or_404(LogIn, pk=pk, user=request.user)
    actions.end_session(request.user, row, now=timezone.now())


@router.delete("/me/sessions", response={204: None})
def end_sessions(request: StaffRequest) -> None:
    """Log out everywhere. API keys go on."""
    actions.end_sessions(request.user, now=timezone.now())


# Keys -------------------------------------------------------------------------------------------------------------


class Key(Schema):
    id: int
    name: str
    prefix: str = Field(description="The first characters, to tell keys apart.")
    scopes: list[str]
    made_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@router.get("/api-keys", response=Listed[Key])
def api_keys(request: StaffRequest, paging: Query[Paging]) -> Page:
    """Your keys, newest first. New ones are made on your profile page, where the whole key is shown once."""
    return by_id(ApiKey.objects.filter(user=request.user), paging, lambda row: row, newest_first=True)


class Rotation(Given):
    overlap_hours: int = Field(24, ge=0, le=720, description="How long the key before goes on.")


class FreshKey(Schema):
    key: Key
    plain: str = Field(description="The whole key. It is shown only now.")


@router.post("/api-keys/{int:pk}/rotate", response={201: FreshKey})
def rotate_api_key(request: StaffRequest, pk: int, given: Rotation) -> dict[str, object]:
    """A new key in place of one of yours, with its scopes and lifetime. The key that you call with needs those scopes too."""
    key = get_object_or_404(ApiKey, pk=pk, user=request.user)
    require_scopes(request, key.scopes)
    overlap = timedelta(hours=given.overlap_hours)
    made, plain = actions.rotate_api_key(key, by=request.user, overlap=overlap, now=timezone.now())
    return {"key": made, "plain": plain}


@router.delete("/api-keys/{int:pk}", response={204: None})
def revoke_api_key(request: StaffRequest, pk: int) -> None:
    """End one of your keys, at once. The one that you call with may end itself."""
    key = get_object_or_404(ApiKey, pk=pk, user=request.user)
    actions.revoke_api_key(key, by=request.user, now=timezone.now())
