"""Everything that a view and its filters show, as ids: what `POST /conversations/bulk` takes."""

from typing import Any

from ninja import Query, Schema
from pydantic import Field

from lyhord.desk import queries
from lyhord.desk.api.conversations import Narrowing, filters_of
from lyhord.desk.api.shared import router
from lyhord.desk.api.verbs import MOST
from lyhord.staff.requests import StaffRequest


class IdsShown(Schema):
    ids: list[int] = Field(description="In the order of the list; the first 500 where there are more.")
    total: int = Field(description="How many there are, counted up to 10,000.")
    is_more: bool = Field(description="There are more than `total`.")
    unknown: list[str] = Field(description="Parts of `q` that mean nothing, and were left out.")


@router.get("/conversations/ids", response=IdsShown)
def matching(request: StaffRequest, asked: Query[Narrowing]) -> dict[str, Any]:
    """The ids of all that match now. Send them to `bulk`: what comes in meanwhile is not among them."""
    found = queries.matching(request.user, asked.view, filters=filters_of(asked), most=MOST)
    return {
        "ids": found.ids,
        "total": found.total,
        "is_more": found.is_more,
        "unknown": [f"{one.name}:{one.value}" for one in found.unknown],
    }
