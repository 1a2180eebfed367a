"""A brand's own fields and tags, and experts, by the API."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions
from lyhord.desk.api.shared import RowShown, router, row_of, visible
from lyhord.desk.models import Field as OwnField
from lyhord.desk.models import Tag
from lyhord.desk.queries import Row, fields
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen

VERB = "manage_cases"


class OwnFieldShown(Schema):
    id: int
    name: str
    kind: str = Field(description="text, number, date, choice or yes_no")
    of: str = Field(description="conversation or customer")
    choices: list[str]
    is_required: bool = Field(description="Closing asks for it.")
    value: str = ""


class OwnFieldGiven(Given):
    brand: Id
    name: Words = Field(min_length=1, max_length=60)
    kind: Words = Field(max_length=8)
    of: Words = Field("conversation", max_length=12)
    choices: list[Words] = Field(default_factory=list, max_length=100)
    is_required: bool = False


class ValueGiven(Given):
    value: Words = Field("", max_length=300, description="Empty: nothing stands there.")


class ExpertGiven(Given):
    is_expert: bool


class NewTagGiven(Given):
    brand: Id
    name: Words = Field(min_length=1, max_length=60)


class TagRenameGiven(Given):
    name: Words = Field(min_length=1, max_length=60, description="That of another tag makes the two one.")


class TagShown(Schema):
    id: int
    brand_id: int
    name: str


def field_shown(row: OwnField, value: str = "") -> OwnFieldShown:
    names = ("name", "kind", "of", "choices", "is_required")
    return OwnFieldShown(id=row.pk, value=value, **{name: getattr(row, name) for name in names})


@router.get("/conversations/{int:pk}/fields", response=list[OwnFieldShown])
def field_values(request: StaffRequest, pk: int) -> list[OwnFieldShown]:
    """Your own fields, and what stands in them here."""
    return [field_shown(row.field, row.value) for row in fields.values(visible(request, pk))]


@router.put("/conversations/{int:pk}/fields/{int:field}", response=list[OwnFieldShown])
def set_field(request: StaffRequest, pk: int, field: int, given: ValueGiven) -> list[OwnFieldShown]:
    """Fill one in."""
    row = visible(request, pk)
    wanted = get_object_or_404(OwnField, pk=field, brand=row.brand_id, retired_at=None)
    actions.set_field(row, wanted, given.value, by=request.user, now=timezone.now())
    return [field_shown(one.field, one.value) for one in fields.values(row)]


@router.get("/fields", response=list[OwnFieldShown])
def all_fields(request: StaffRequest) -> list[OwnFieldShown]:
    """The fields of your brands."""
    rows = OwnField.objects.filter(brand__in=staff.brands_visible_to(request.user), retired_at=None)
    return [field_shown(row) for row in rows.order_by("brand", "of", "position", "pk")]


@router.post("/fields", response={201: OwnFieldShown})
def new_field(request: StaffRequest, given: OwnFieldGiven) -> OwnFieldShown:
    """A new field."""
    mandates.require(request.user, VERB)
    brand = chosen(staff.brands_visible_to(request.user), given.brand, "brand")
    row = actions.save_field(
        brand, given.name, given.kind, by=request.user, now=timezone.now(), of=given.of, choices=given.choices,
        is_required=given.is_required,
    )  # fmt: skip
    return field_shown(row)


@router.delete("/fields/{int:pk}", response={204: None})
def retire_field(request: StaffRequest, pk: int) -> None:
    """It is asked for no more; what stands in it is kept."""
    mandates.require(request.user, VERB)
    rows = OwnField.objects.filter(brand__in=staff.brands_visible_to(request.user))
    actions.retire_field(get_object_or_404(rows, pk=pk), by=request.user, now=timezone.now())


@router.put("/conversations/{int:pk}/expert", response=RowShown)
def expert(request: StaffRequest, pk: int, given: ExpertGiven) -> Row:
    """Whether the customer knows more than a first answer tells."""
    actions.set_expert(visible(request, pk), given.is_expert, by=request.user, now=timezone.now())
    return row_of(request, pk)


@router.post("/tags", response={201: TagShown})
def add_tag(request: StaffRequest, given: NewTagGiven) -> Tag:
    """A tag for the list of the brand."""
    mandates.require(request.user, VERB)
    brand = chosen(staff.brands_visible_to(request.user), given.brand, "brand")
    return actions.add_tag(brand, given.name, by=request.user, now=timezone.now())


def tag_of(request: StaffRequest, pk: int) -> Tag:
    mandates.require(request.user, VERB)
    return get_object_or_404(Tag.objects.filter(brand__in=staff.brands_visible_to(request.user)), pk=pk)


@router.get("/tags/all", response=list[TagShown])
def all_tags(request: StaffRequest) -> list[Tag]:
    """With their ids."""
    rows = Tag.objects.filter(brand__in=staff.brands_visible_to(request.user))
    return list(rows.order_by("brand", "name")[:1000])


@router.put("/tags/{int:pk}", response=TagShown)
def rename_tag(request: StaffRequest, pk: int, given: TagRenameGiven) -> Tag:
    """Everywhere at once."""
    return actions.rename_tag(tag_of(request, pk), given.name, by=request.user, now=timezone.now())


@router.delete("/tags/{int:pk}", response={204: None})
def remove_tag(request: StaffRequest, pk: int) -> None:
    """From the list and from all conversations."""
    actions.remove_tag(tag_of(request, pk), by=request.user, now=timezone.now())
