"""A brand's own fields, and what stands in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from lyhord.desk.models import Conversation, Field, FieldValue
from lyhord.web.statements import Kept


@dataclass(frozen=True)
class FieldRow:
    field: Field
    value: str  # "": empty


in_use = Kept[Field](
    lambda brand: Field.objects.filter(brand=brand, retired_at=None).order_by("of", "position", "pk")
)


def fields_of(brand: int) -> list[Field]:
    return in_use(brand)


def values(conversation: Conversation) -> list[FieldRow]:
    """All fields of this conversation and of its customer, filled or not."""
    fields = fields_of(conversation.brand_id)
    if not fields:
        return []
    known = dict(
        FieldValue.objects.filter(
            Q(conversation=conversation) | Q(customer=conversation.customer_id), field__in=fields
        ).values_list("field", "value")
    )
    return [FieldRow(field, known.get(field.pk, "")) for field in fields]


def lacking(conversation: Conversation) -> list[str]:
    """Names of the fields that closing asks for and that are empty."""
    if not any(field.is_required for field in fields_of(conversation.brand_id)):
        return []
    return [row.field.name for row in values(conversation) if row.field.is_required and not row.value]


def values_of(conversations: Iterable[int]) -> dict[int, dict[str, str]]:
    """For exports: conversation -> name of the field -> value; of the conversation alone."""
    rows = FieldValue.objects.filter(conversation__in=list(conversations), field__retired_at=None)
    found: dict[int, dict[str, str]] = {}
    for conversation, name, value in rows.values_list("conversation", "field__name", "value"):
        found.setdefault(conversation or 0, {})[name] = value
    return found
