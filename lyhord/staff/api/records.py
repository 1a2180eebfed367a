"""What was done."""

from datetime import datetime
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from lyhord.staff import audit, mandates, queries
from lyhord.staff.api.shared import ADMIN, router
from lyhord.staff.models import AuditEvent
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Id, Listed, Page, Paging, Words, page


class AuditRow(Schema):
    id: int
    at: datetime
    verb: str
    actor: int | None
    actor_name: str = Field(description="Empty: lyhord itself.")
    object_kind: str
    object_id: int | None
    brand: int | None
    sequence: int | None = Field(description="Its place in the chain; null: sealed within seconds.")
    hash: str
    details: dict[str, Any] = Field(description="Without anybody's personal data.")


class AuditAsked(Paging):
    actor: Id | None = None
    verb: Words = ""
    object: Words = Field("", description="outbox.dispatch, or outbox.dispatch:17")


class Chain(Schema):
    whole_up_to: int
    waiting: int
    first_break: int | None = Field(
        description="The first row that was tampered with; null: the chain is whole."
    )


def shown(event: AuditEvent) -> AuditRow:
    detail = getattr(event, "detail", None)
    return AuditRow(
        id=event.pk,
        at=event.at,
        verb=event.verb,
        actor=event.actor_id,
        actor_name=event.actor.name if event.actor is not None else "",
        object_kind=event.object_kind,
        object_id=event.object_id,
        brand=event.brand_id,
        sequence=event.sequence,
        hash=event.hash,
        details=detail.plain if detail is not None else {},
    )


@router.get("/audit", response=Listed[AuditRow])
def audit_log(request: StaffRequest, asked: Query[AuditAsked]) -> Page:
    """What was done in your brands, newest first."""
    mandates.require(request.user, "see_audit")
    found = queries.audit_page(
        request.user,
        before=asked.last_id(),
        actor=asked.actor,
        verb=asked.verb,
        thing=asked.object,
        most=asked.limit,
    )
    return page(found, asked.limit, lambda event: (event.pk,), shown)


@router.get("/audit/chain", response=Chain, auth=ADMIN)
def audit_chain(request: StaffRequest) -> audit.State:
    """Whether anybody changed what was recorded. Reads the whole log. For administrators."""
    mandates.require_administrator(request.user)
    return audit.state()
