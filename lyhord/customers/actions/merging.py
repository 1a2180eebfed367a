"""Two customers found to be one, and apart again. Only people merge."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.customers.models import Customer, Identity, Merge
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.web import changes


class CannotMerge(LyhordError):
    """These two cannot be one."""


class CannotUndo(LyhordError):
    """The merge cannot be taken back as things stand."""


@transaction.atomic
def merge(kept: Customer, gone: Customer, by: User, now: datetime) -> Merge:
    """All identities of `gone` go to `kept`; `gone` points there. Raises CannotMerge or mandates.NotYours."""
    kept, gone = locked(kept, gone)
    mandates.require(by, "merge_customers", kept)
    check(kept, gone)
    moved = list(Identity.objects.filter(customer=gone).order_by("pk").values_list("pk", flat=True))
    Identity.objects.filter(pk__in=moved).update(customer=kept)
    gone.merged_into = kept
    bump(kept, gone)
    row = Merge.objects.create(kept=kept, gone=gone, identities=moved, by=by, at=now)
    audit.record("customer.merged", kept, by=by, now=now, gone=gone.pk, identities=moved)
    tell_pages(kept, now)
    return row


def locked(first: Customer, second: Customer) -> tuple[Customer, Customer]:
    """Both rows as they stand, locked in one order, so that two merges cannot wait for each other."""
    rows = Customer.objects.select_for_update().filter(pk__in=[first.pk, second.pk]).order_by("pk").in_bulk()
    return rows[first.pk], rows[second.pk]


def check(kept: Customer, gone: Customer) -> None:
    if kept.pk == gone.pk:
        raise CannotMerge(_("This is the same customer. Choose another one."))
    if kept.brand_id != gone.brand_id:
        raise CannotMerge(_("The two belong to different brands, which see nothing of each other."))
    for customer in (kept, gone):
        if customer.merged_into_id:
            raise CannotMerge(
                _("%(name)s was merged already. Choose the one that was kept.") % {"name": customer.name}
            )
        if customer.erased_at:
            raise CannotMerge(_("A customer who was erased cannot be merged."))


@transaction.atomic
def undo_merge(merge: Merge, by: User, now: datetime) -> Customer:
    """Give `gone` its identities back, and gone itself. Taken back already: nothing more happens.

    Raises CannotUndo or mandates.NotYours.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    kept, gone = locked(merge.kept, merge.gone)
    mandates.require(by, "merge_customers", kept)
    if merge.undone_at:
        return gone
    if kept.merged_into_id:
        raise CannotUndo(_("The customer was merged again afterwards. Take that back first."))
    Identity.objects.filter(pk__in=merge.identities, customer=kept).update(customer=gone)
    gone.merged_into = None
    bump(kept, gone)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    audit.record("customer.merge_undone", kept, by=by, now=now, gone=gone.pk)
    tell_pages(kept, now)
    return gone


def tell_pages(customer: Customer, now: datetime) -> None:
    changes.note("customer", customer.pk, customer.version, now=now)


def bump(*customers: Customer) -> None:
    for customer in customers:
        customer.version += 1
        customer.save(update_fields=["merged_into", "version"])
