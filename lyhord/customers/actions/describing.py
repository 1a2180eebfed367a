"""What we write about a customer ourselves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.customers.models import Customer
from lyhord.lib import text
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

LONGEST_NAME = 200
LONGEST_NOTE = 5_000


class WrongWords(LyhordError):
    """Too long, or nothing at all."""


@transaction.atomic
def rename(customer: Customer, name: str, by: User, now: datetime) -> None:
    """What we call her; her names on the networks stay as they are there."""
    name = " ".join(text.clean(name).split())
    if not name:
        raise WrongWords(_("A customer needs a name. Write one, or her handle."))
    require_length(name, LONGEST_NAME)
    change(customer, "name", name, by, now)


@transaction.atomic
def set_language(customer: Customer, language: str, by: User, now: datetime) -> None:
    """In which language we write to her; "" leaves it to her posts."""
    require_length(language, 12)
    change(customer, "language", language, by, now)


@transaction.atomic
def note(customer: Customer, words: str, by: User, now: datetime) -> None:
    """The note that every colleague of the brand reads beside her name. She may ask to read it."""
    words = text.clean(words).strip()
    require_length(words, LONGEST_NOTE)
    change(customer, "note", words, by, now)


def require_length(words: str, most: int) -> None:
    if len(words) > most:
        raise WrongWords(
            _("That has %(count)s characters; %(most)s fit. Shorten it by %(over)s.")
            % {"count": len(words), "most": most, "over": len(words) - most}
        )


def change(customer: Customer, column: str, value: str, by: User, now: datetime) -> None:
    mandates.require(by, "note", customer)
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    before = getattr(row, column)
    if before != value:
        setattr(row, column, value)
        row.version += 1
        row.save(update_fields=[column, "version"])
        private = {"before": before, "after": value}
        audit.record(
            f"customer.{column}", row, by=by, now=now, person=f"customer:{customer.pk}", private=private
        )
    customer.refresh_from_db()
