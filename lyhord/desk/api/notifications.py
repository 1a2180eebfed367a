"""What is for the key's person, and how she hears of it."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk.actions import notifications as acting
from lyhord.desk.api.shared import router
from lyhord.desk.models import About, NotificationSettings
from lyhord.desk.queries import notifications as queries
from lyhord.desk.queries.notifications import Notice
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Hour, Id

Way = Literal["page", "mail", "browser"]


class NotificationsAsked(Given):
    before: Id | None = Field(None, description="Only those before this one.")
    unread: bool = False
    limit: int = Field(50, ge=1, le=100)


class NoticeShown(Schema):
    id: int
    what: str
    conversation: int | None = Field(description="null: of none, or of one that you do not see.")
    number: int | None
    subject: str
    customer: str
    by: str
    times: int = Field(description="The same again before it was read.")
    at: datetime
    read_at: datetime | None


class NotificationsReadGiven(Given):
    ids: list[Id] | None = Field(None, max_length=100, description="null: all.")


class NotificationsReadShown(Schema):
    read: int


class NotificationSettingsShown(Schema):
    ways: dict[str, list[str]]
    mail_minutes: int
    quiet_from: Hour | None
    quiet_until: Hour | None


class NotificationSettingsGiven(Given):
    ways: dict[About, list[Way]] = Field(description="Of each kind; what is left out is as by default.")
    mail_minutes: Literal[5, 15, 60, 240, 1440] = 15
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None


@router.get("/notifications", response=list[NoticeShown])
def notifications(request: StaffRequest, asked: Query[NotificationsAsked]) -> list[Notice]:
    """The newest first."""
    return queries.notices(request.user, before=asked.before, only_unread=asked.unread, most=asked.limit)


@router.post("/notifications/read", response=NotificationsReadShown)
def read_notifications(request: StaffRequest, given: NotificationsReadGiven) -> dict[str, int]:
    """Mark as read."""
    return {"read": acting.read(request.user, now=timezone.now(), pks=given.ids)}


def shown(kept: NotificationSettings) -> dict[str, Any]:
    told = ("mail_minutes", "quiet_from", "quiet_until")
    return {"ways": queries.chosen(kept), **{name: getattr(kept, name) for name in told}}


@router.get("/notifications/settings", response=NotificationSettingsShown)
def notification_settings(request: StaffRequest) -> dict[str, Any]:
    """How you hear of each kind."""
    return shown(queries.settings_of(request.user))


@router.put("/notifications/settings", response=NotificationSettingsShown)
def choose_notifications(request: StaffRequest, given: NotificationSettingsGiven) -> dict[str, Any]:
    """Say how you want to hear of each kind."""
    ways = {what.value: [str(way) for way in told] for what, told in given.ways.items()}
    quiet = (given.quiet_from, given.quiet_until)
    return shown(acting.choose(ways, given.mail_minutes, quiet, by=request.user, now=timezone.now()))
