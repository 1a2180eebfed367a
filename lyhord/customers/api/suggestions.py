"""Customers who may be one, with reasons."""

from datetime import datetime

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from lyhord.customers import actions, queries, words
from lyhord.customers.api.customers import MergeShown, merge_shown, router
from lyhord.customers.models import Suggestion
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import BadCursor, Id, Listed, Page, Paging, decode, page


class SuggestionReason(Schema):
    code: str
    points: int
    text: str = Field(description="For people, in the language of Accept-Language.")


class SuggestionShown(Schema):
    id: int
    brand: int
    customers: list[int] = Field(description="The two who may be one.")
    identities: list[int] = Field(description="Their accounts that were compared.")
    points: int
    reasons: list[SuggestionReason]
    made_at: datetime


class SuggestionsAsked(Paging):
    brand: Id | None = None
    customer: Id | None = None


def shown(row: Suggestion) -> SuggestionShown:
    return SuggestionShown(
        id=row.pk,
        brand=row.brand_id,
        customers=[row.one.customer_id, row.other.customer_id],
        identities=[row.one_id, row.other_id],
        points=row.points,
        reasons=[
            SuggestionReason(code=told["code"], points=told["points"], text=words.reason(told))
            for told in row.reasons
        ],
        made_at=row.made_at,
    )


@router.get("/customers/suggestions", response=Listed[SuggestionShown])
def suggestions(request: StaffRequest, asked: Query[SuggestionsAsked]) -> Page:
    """Pairs that may be one customer, the likeliest first. Nobody is merged without a person's word."""
    rows = queries.suggestions_visible_to(request.user)
    if asked.brand:
        rows = rows.filter(brand=asked.brand)
    if asked.customer:
        rows = rows.filter(Q(one__customer=asked.customer) | Q(other__customer=asked.customer))
    if asked.after:
        points, last = decode(asked.after, 2)
        if not (
            isinstance(points, int) and isinstance(last, int) and 0 <= points < 2**15 and 0 < last < 2**63
        ):
            raise BadCursor(_("This cursor was not given by this list. Begin without one."))
        rows = rows.filter(Q(points__lt=points) | Q(points=points, pk__lt=last))
    return page(list(rows[: asked.limit + 1]), asked.limit, lambda row: (row.points, row.pk), shown)


@router.post("/customers/suggestions/{int:pk}/accept", response={201: MergeShown})
def accept(request: StaffRequest, pk: int) -> MergeShown:
    """The two are one: merged, and can be undone."""
    row = get_object_or_404(queries.suggestions_visible_to(request.user), pk=pk)
    return merge_shown(actions.accept(row, by=request.user, now=timezone.now()))


@router.post("/customers/suggestions/{int:pk}/decline", response={204: None})
def decline(request: StaffRequest, pk: int) -> None:
    """They are two. Not suggested again."""
    row = get_object_or_404(queries.suggestions_visible_to(request.user), pk=pk)
    actions.decline(row, by=request.user, now=timezone.now())
