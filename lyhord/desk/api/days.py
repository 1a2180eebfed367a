"""The API of the end of the day: what came in, and what is left without owner and decision."""

from datetime import date, datetime

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk.api.shared import router
from lyhord.desk.models import DayKept
from lyhord.desk.queries import day as days
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given


class DayAsked(Given):
    day: date | None = Field(None, description="In the installation's zone; none: today.")


class CountsShown(Schema):
    came_in: int
    with_owner: int
    decided: int = Field(description="Answered, closed, or let be with a reason.")
    left: int = Field(description="Neither; the goal is 0.")
    left_before: int = Field(description="From earlier days.")
    not_filed: int
    owner_median: int | None = Field(description="Seconds from coming in to the first owner.")
    owner_p90: int | None


class LeftShown(Schema):
    id: int
    number: int
    subject: str
    customer: str
    account: str
    kind: str
    opened_at: datetime
    waiting_since: datetime | None
    former: str = Field(description="Who has it and does not work here any more.")


class DayShown(Schema):
    day: date
    counts: CountsShown
    left: list[LeftShown]


class DayKeptShown(CountsShown):
    brand: int
    day: date
    is_final: bool

    @staticmethod
    def resolve_brand(row: DayKept) -> int:
        return row.brand_id


@router.get("/team/day", response=DayShown)
def day(request: StaffRequest, asked: Query[DayAsked]) -> days.Day:
    """Of the accounts that you see: what came in, and what is left without owner and decision."""
    now = timezone.now()
    return days.day(request.user, min(asked.day or days.today(now), days.today(now)), now)


@router.get("/team/days", response=list[DayKeptShown])
def kept_days(request: StaffRequest) -> list[DayKept]:
    """A row a day and brand, as the day ended."""
    return days.kept_days(request.user)
