"""Search with operators over every word that the key's person may see."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk.api.shared import router
from lyhord.desk.queries import search as queries
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Paging, Words


class HitsAsked(Paging):
    q: Words = Field(
        max_length=300, description='Words, "phrases", -exclusions and operators such as from: tag: before:'
    )
    limit: int = Field(50, ge=1, le=100)


class HitShown(Schema):
    what: str = Field(description="post, reply or note")
    post: int | None
    turn: int | None
    at: datetime
    title: str
    text: str
    lang: str
    name: str
    handle: str
    is_ours: bool
    is_public: bool
    thread: int | None
    account: str
    connector: str
    conversation: int | None = Field(description="null: said in a thread, of no conversation that you see.")
    number: int | None
    subject: str
    status: str
    pieces: list[tuple[str, bool]] = Field(
        description="The text around the hit, in pieces: true: it was asked for."
    )


class SearchShown(Schema):
    items: list[HitShown]
    next: str | None
    unknown: list[str] = Field(description="Parts that mean nothing, and were left out.")
    looked_back_to: datetime | None = Field(
        description="So far was looked, and there is more: go on with `next`. null: the page is full, or all was looked at."
    )


@router.get("/search", response=SearchShown)
def search(request: StaffRequest, asked: Query[HitsAsked]) -> dict[str, Any]:
    """Posts, replies of ours and notes, the newest first."""
    zone = timezone.get_current_timezone()
    found = queries.find(
        request.user, asked.q, now=timezone.now(), zone=zone, after=asked.after, limit=asked.limit
    )
    return {
        "items": found.hits,
        "next": found.next,
        "unknown": [f"{one.name}:{one.value}" for one in found.asked.unknown],
        "looked_back_to": found.looked_back_to,
    }
