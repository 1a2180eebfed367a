"""The API of what people write for."""

from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk.api.shared import router
from lyhord.desk.queries import use as queries
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class UseAsked(Given):
    days: Literal["7", "28", "90"] = "28"
    brand: Id | None = None
    network: Words = Field("", max_length=40, description="The name of a connector, such as mastodon.")


class LineShown(Schema):
    name: str = Field(
        description="Of uses: service, complaint, brand, relation. Of journeys: before, during, after, or empty: not told."
    )
    conversations: int
    answered: int
    minutes: float | None = Field(description="To our first answer, the median; null: none was answered.")
    closed: int
    reopened: int
    negative: int
    share_negative: float = Field(description="0 to 1")


class UseShown(Schema):
    days: int
    uses: list[LineShown]
    journeys: list[LineShown]
    all: LineShown


@router.get("/triage/use", response=UseShown)
def use(request: StaffRequest, asked: Query[UseAsked]) -> queries.Report:
    """What customers use our channels for, and how it went: conversations that began in the last days."""
    brand = None
    if asked.brand is not None:
        brand = chosen(staff.brands_visible_to(request.user), asked.brand, _("brand")).pk
    return queries.used_for(
        request.user, days=int(asked.days), brand=brand, connector=asked.network, now=timezone.now()
    )
