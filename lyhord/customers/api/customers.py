"""Who customers are, and which of them are one."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from lyhord.customers import actions, queries
from lyhord.customers.models import Customer, Merge
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Listed, Page, Paging, Words, by_id, chosen

router = Router(tags=["customers"])


class CustomerIdentity(Schema):
    id: int
    connector: str
    native: str = Field(description="Its id on the network.")
    handle: str
    name: str
    profile: str
    followers: int | None
    is_bot: bool
    is_blocked: bool
    blocks_us: bool = Field(description="Nothing of ours reaches her there, the network says.")
    first_at: datetime
    last_at: datetime


class CustomerShown(Schema):
    id: int
    brand: int
    name: str
    language: str
    note: str
    since: datetime
    version: int


class CustomerWhole(CustomerShown):
    identities: list[CustomerIdentity]


class CustomerChange(Given):
    name: Words | None = Field(None, max_length=200)
    language: Words | None = Field(None, max_length=12)
    note: Words | None = Field(None, max_length=20_000)


class MergeGiven(Given):
    gone: Id = Field(description="The customer that shall stand under this one.")


class MergeShown(Schema):
    id: int
    kept: int
    gone: int
    identities: list[int]
    by: int
    at: datetime


class CustomersAsked(Paging):
    brand: Id | None = None


class SearchAsked(Given):
    q: Words = Field(min_length=1, max_length=200)


def plain(customer: Customer) -> dict[str, object]:
    same = ("name", "language", "note", "since", "version")
    return {**{name: getattr(customer, name) for name in same}, "id": customer.pk, "brand": customer.brand_id}


def shown(customer: Customer) -> CustomerShown:
    return CustomerShown.model_validate(plain(customer))


def whole(customer: Customer) -> CustomerWhole:
    identities = [CustomerIdentity.from_orm(row) for row in queries.identities_of(customer)]
    return CustomerWhole.model_validate({**plain(customer), "identities": identities})


def merge_shown(row: Merge) -> MergeShown:
    return MergeShown(
        id=row.pk, kept=row.kept_id, gone=row.gone_id, identities=row.identities, by=row.by_id, at=row.at
    )


@router.get("/customers", response=Listed[CustomerShown])
def customers(request: StaffRequest, asked: Query[CustomersAsked]) -> Page:
    """Customers of your brands, the newest first."""
    rows = queries.customers_visible_to(request.user)
    if asked.brand:
        rows = rows.filter(brand=asked.brand)
    return by_id(rows, asked, shown, newest_first=True)


@router.get("/customers/search", response=list[CustomerShown])
def search(request: StaffRequest, asked: Query[SearchAsked]) -> list[CustomerShown]:
    """By the beginning of a name or handle; at most 20."""
    return [shown(row) for row in queries.search(request.user, asked.q)]


@router.get("/customers/{int:pk}", response=CustomerWhole)
def customer(request: StaffRequest, pk: int) -> CustomerWhole:
    """One customer, with all her identities."""
    return whole(get_object_or_404(queries.customers_visible_to(request.user), pk=pk))


@router.patch("/customers/{int:pk}", response=CustomerWhole)
def change(request: StaffRequest, pk: int, given: CustomerChange) -> CustomerWhole:
    """Name, language, and our note about her. What is not given stays as it is."""
    row = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    return whole(actions.change(row, by=request.user, now=timezone.now(), **given.dict(exclude_unset=True)))


@router.get("/customers/{int:pk}/merges", response=list[MergeShown])
def merges(request: StaffRequest, pk: int) -> list[MergeShown]:
    """Merges into this customer that stand, newest first."""
    row = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    return [merge_shown(one) for one in queries.merges_of(row)]


@router.post("/customers/{int:pk}/merges", response={201: MergeShown})
def merge(request: StaffRequest, pk: int, given: MergeGiven) -> MergeShown:
    """Two customers are one person. Can be undone."""
    rows = queries.customers_visible_to(request.user)
    kept = get_object_or_404(rows, pk=pk)
    gone = chosen(rows, given.gone, "customer")
    return merge_shown(actions.merge(kept, gone, by=request.user, now=timezone.now()))


@router.delete("/customers/{int:pk}/merges/{int:number}", response=CustomerWhole)
def undo_merge(request: StaffRequest, pk: int, number: int) -> CustomerWhole:
    """They were two after all, and are not suggested again. Gives the customer who stands again."""
    kept = get_object_or_404(queries.customers_visible_to(request.user), pk=pk)
    row = get_object_or_404(Merge, pk=number, kept=kept)
    actions.part(row, by=request.user, now=timezone.now())
    return whole(Customer.objects.get(pk=row.gone_id))
