"""What stands in a brand's own fields: of a conversation, or of its customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk import casework
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Field, FieldValue
from lyhord.desk.queries.fields import fields_of, lacking
from lyhord.lib.text import clean
from lyhord.staff.models import User

__all__ = ["fill", "lacking", "put_back", "set_field"]


@transaction.atomic
def set_field(
    conversation: Conversation, field: Field, value: str, *, by: User, now: datetime
) -> Conversation:
    """Write one field; "" empties it. Raises NotPossible where the value is not of its kind."""
    return change(conversation, setting, "set_field", "handle_case", by=by, now=now, field=field, value=value)


def setting(step: Change, *, field: Field, value: str) -> None:
    row = step.conversation
    if field.brand_id != row.brand_id or field.retired_at is not None:
        raise NotPossible(_("This field does not belong here."))
    undo = written(row, field, value)
    if undo is not None:
        step.undo = {"values": [undo]}
        step.tell("field", name=field.name)


def written(row: Conversation, field: Field, value: str) -> list[Any] | None:
    """What undo puts back: [field, customer?, the value before]; None: it stood so already."""
    tidy = casework.tidy(field.kind, clean(value), field.choices)
    if tidy is None:
        raise NotPossible(wrong(field))
    own = {"customer_id": row.customer_id} if field.of == Field.Of.CUSTOMER else {"conversation_id": row.pk}
    known = FieldValue.objects.filter(field=field, **own).first()
    before = known.value if known is not None else ""
    if before == tidy:
        return None
    put(field.pk, own, tidy)
    return [field.pk, own, before, tidy]


def put(field: int, own: dict[str, Any], value: str) -> None:
    if value:
        FieldValue.objects.update_or_create(field_id=field, **own, defaults={"value": value})
    else:
        FieldValue.objects.filter(field=field, **own).delete()


def wrong(field: Field) -> str:
    told = {
        "number": _("%(name)s is a number, such as 12.5."),
        "date": _("%(name)s is a date, such as 2026-03-01."),
        "choice": _("%(name)s takes one of: %(choices)s."),
        "yes_no": _("%(name)s is yes or no."),
        "text": _("%(name)s takes at most 300 characters."),
    }[field.kind]
    return told % {"name": field.name, "choices": ", ".join(field.choices)}


def fill(row: Conversation, given: Mapping[int, str]) -> dict[str, Any]:
    """Write several at once, as closing does; gives what undo puts back."""
    if not given:
        return {}
    known = {field.pk: field for field in fields_of(row.brand_id)}
    undo = [written(row, known[pk], value) for pk, value in given.items() if pk in known]
    return {"values": [one for one in undo if one is not None]}


def put_back(entry: dict[str, Any]) -> None:
    for field, own, before, after in entry.get("values", []):
        if (
            FieldValue.objects.filter(field=field, **own).values_list("value", flat=True).first() or ""
        ) == after:
            put(field, own, before)
