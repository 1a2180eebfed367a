"""How customers want to be met."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.customers import actions, queries
from lyhord.customers.api.customers import router
from lyhord.customers.models import Wish
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Words

KINDS = ", ".join(Wish.Kind.values)


class WishShown(Schema):
    id: int
    kind: str
    value: str
    words: str = Field(description="Hers, where it was read in a post.")
    source: str
    state: str = Field(description="`stands`, or `suggested`: read in her words and not confirmed.")
    post: int | None
    made_at: datetime
    until: datetime | None


class WishGiven(Given):
    kind: Words = Field(max_length=8, description=f"One of {KINDS}.")
    value: Words = Field(
        max_length=200, description="A code for language, channel, call and access; else words."
    )
    until: datetime | None = None
    words: Words = Field("", max_length=200)


def shown(row: Wish) -> WishShown:
    same = ("kind", "value", "words", "source", "state", "made_at", "until")
    return WishShown(id=row.pk, post=row.post_id, **{name: getattr(row, name) for name in same})


@router.get("/customers/{int:pk}/wishes", response=list[WishShown])
def wishes(request: StaffRequest, pk: int) -> list[WishShown]:
    """What stands today, then what was only read in her words."""
    customer = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    return [shown(row) for row in queries.wishes_of(customer, timezone.now())]


@router.post("/customers/{int:pk}/wishes", response={201: WishShown})
def wish(request: StaffRequest, pk: int, given: WishGiven) -> WishShown:
    """Note a wish. One of the same kind and value that stands gets the new end."""
    customer = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    now = timezone.now()
    return shown(
        actions.wish(
            customer,
            given.kind,
            given.value,
            by=request.user,
            now=now,
            until=given.until,
            words=given.words,
            source="api",
        )
    )


@router.post("/customers/wishes/{int:number}/accept", response=WishShown)
def accept_wish(request: StaffRequest, number: int) -> WishShown:
    """What was read in her words is so."""
    row = get_object_or_404(queries.wishes_visible_to(request.user), pk=number)
    return shown(actions.accept_wish(row, by=request.user, now=timezone.now()))


@router.post("/customers/wishes/{int:number}/decline", response=WishShown)
def decline_wish(request: StaffRequest, number: int) -> WishShown:
    """It was read wrong; it is not suggested again."""
    row = get_object_or_404(queries.wishes_visible_to(request.user), pk=number)
    return shown(actions.decline_wish(row, by=request.user, now=timezone.now()))


@router.delete("/customers/wishes/{int:number}", response=WishShown)
def end_wish(request: StaffRequest, number: int) -> WishShown:
    """It holds no longer."""
    row = get_object_or_404(queries.wishes_visible_to(request.user), pk=number)
    return shown(actions.end_wish(row, by=request.user, now=timezone.now()))
