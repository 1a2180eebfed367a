"""What we write about a customer ourselves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.customers.models import Customer
from lyhord.lib import text
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.web import changes

LONGEST = {"name": 200, "language": 12, "note": 20_000}


class WrongWords(LyhordError):
    """Too long, or nothing at all."""


@transaction.atomic
def change(
    customer: Customer,
    *,
    by: User,
    now: datetime,
    name: str | None = None,
    language: str | None = None,
    note: str | None = None,
) -> Customer:
    """Name, language and our note about her; None leaves a thing as it is. Raises WrongWords or mandates.NotYours.

    Her names on the networks stay as they are there. She may ask to read the note.
    """
    mandates.require(by, "note", customer)
    wanted = {"name": name, "language": language, "note": note}
    given = {column: cleaned(column, value) for column, value in wanted.items() if value is not None}
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    new = {column: value for column, value in given.items() if value != getattr(row, column)}
    if new:
        write(row, new, by, now)
        customer.refresh_from_db()
    return customer


def rename(customer: Customer, name: str, by: User, now: datetime) -> Customer:
    """What we call her."""
    return change(customer, name=name, by=by, now=now)


def set_language(customer: Customer, language: str, by: User, now: datetime) -> Customer:
    """In which language we write to her; "" leaves it to her posts."""
    return change(customer, language=language, by=by, now=now)


def note(customer: Customer, words: str, by: User, now: datetime) -> Customer:
    """The note that every colleague of the brand reads beside her name."""
    return change(customer, note=words, by=by, now=now)


def cleaned(column: str, value: str) -> str:
    value = text.clean(value).strip()
    if column == "name":
        value = " ".join(value.split())
    if column == "name" and not value:
        raise WrongWords(_("A customer needs a name. Write one, or her handle."))
    if len(value) > LONGEST[column]:
        raise WrongWords(
            _("That has %(count)s characters; %(most)s fit. Shorten it by %(over)s.")
            % {"count": len(value), "most": LONGEST[column], "over": len(value) - LONGEST[column]}
        )
    return value


def write(row: Customer, new: dict[str, str], by: User, now: datetime) -> None:
    private = {column: [getattr(row, column), value] for column, value in new.items()}
    for column, value in new.items():
        setattr(row, column, value)
    row.version += 1
    row.save(update_fields=[*new, "version"])
    audit.record("customer.changed", row, by=by, now=now, person=f"customer:{row.pk}", private=private)
    changes.note("customer", row.pk, row.version, now=now)
