"""What people do with customers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.customers.models import Customer, Identity, Merge
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.web import changes


class CannotMerge(LyhordError):
    pass


class CannotUndo(LyhordError):
    pass


@transaction.atomic
def merge(kept: Customer, gone: Customer, *, by: User, now: datetime) -> Merge:
    """Two customers are one person: what is known of `gone` now stands under `kept`. Can be undone.

    Raises mandates.NotYours, CannotMerge.
    """
    mandates.require(by, "merge_customers", kept)
    rows = {row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk])}
    if len(rows) != 2 or rows[kept.pk].brand_id != rows[gone.pk].brand_id:
        raise CannotMerge(_("Choose two different customers of one brand."))
    if any(row.merged_into_id is not None for row in rows.values()):
        raise CannotMerge(_("One of the two was merged already. Load the page again."))
    moved = list(Identity.objects.filter(customer=gone).order_by("pk").values_list("pk", flat=True))
    Identity.objects.filter(pk__in=moved).update(customer=kept)
    Customer.objects.filter(pk=gone.pk).update(merged_into=kept)
    made = Merge.objects.create(kept=kept, gone=gone, identities=moved, by=by, at=now)
    audit.record("customer.merged", kept, by=by, now=now, gone=gone.pk, identities=moved)
    told(kept, now)
    return made


@transaction.atomic
def undo_merge(merge: Merge, *, by: User, now: datetime) -> Customer:
    """They were two after all: the identities that moved go back. Gives the customer who stands again.

    Raises mandates.NotYours, CannotUndo when `kept` was merged further meanwhile.
    """
    mandates.require(by, "merge_customers", merge.kept)
    row = Merge.objects.select_for_update().get(pk=merge.pk)
    if row.undone_at is not None:
        return row.gone
    if Customer.objects.filter(pk=row.kept_id).exclude(merged_into=None).exists():
        raise CannotUndo(_("The customer was merged into another one since. Undo that first."))
    Identity.objects.filter(pk__in=row.identities, customer=row.kept_id).update(customer=row.gone_id)
    Customer.objects.filter(pk=row.gone_id).update(merged_into=None)
    row.undone_at, row.undone_by = now, by
    row.save(update_fields=["undone_at", "undone_by"])
    audit.record("customer.merge_undone", row.kept, by=by, now=now, gone=row.gone_id)
    told(row.kept, now)
    return Customer.objects.get(pk=row.gone_id)


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
    """Name, language and our note about her; None leaves a thing as it is. Raises mandates.NotYours."""
    mandates.require(by, "note", customer)
    before = {"name": customer.name, "language": customer.language, "note": customer.note}
    wanted = {"name": name, "language": language, "note": note}
    given = {column: clean(value).strip() for column, value in wanted.items() if value is not None}
    if given.get("name"):
        given["name"] = given["name"][:200]
    new = {column: value for column, value in given.items() if value != before[column]}
    if not new:
        return customer
    for column, value in new.items():
        setattr(customer, column, value)
    customer.save(update_fields=list(new))
    private = {column: [before[column], value] for column, value in new.items()}
    audit.record(
        "customer.changed", customer, by=by, now=now, person=f"customer:{customer.pk}", private=private
    )
    told(customer, now)
    return customer


def told(customer: Customer, now: datetime) -> None:
    """Open pages of this customer are at a new version."""
    customer.version += 1
    Customer.objects.filter(pk=customer.pk).update(version=customer.version)
    changes.note("customer", customer.pk, customer.version, now=now)
