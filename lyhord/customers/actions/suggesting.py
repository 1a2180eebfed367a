"""What a person says to the suggestion that two are one. Only she merges; what she declined is not asked again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lyhord.customers.actions.merging import merge, undo_merge
from lyhord.customers.models import Customer, Merge, SameQuestion, Suggestion
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.web import changes


class DecidedAlready(LyhordError):
    """Somebody was quicker, and decided otherwise."""


@transaction.atomic
def accept(suggestion: Suggestion, by: User, now: datetime) -> Merge:
    """The two are one: the customer known for longer is kept. Can be undone. Raises DecidedAlready, CannotMerge or NotYours."""
    row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    first, second = row.one.customer, row.other.customer
    mandates.require(by, "merge_customers", first)
    if row.state == Suggestion.DECLINED:
        raise DecidedAlready(
            _("A colleague said that these two are not one. Merge them by hand if she was wrong.")
        )
    kept, gone = sorted((first, second), key=lambda customer: (customer.since, customer.pk))
    made = merge(kept, gone, by, now)
    decide(Suggestion.objects.filter(pk=row.pk), Suggestion.ACCEPTED, by, now)
    return made


@transaction.atomic
def decline(suggestion: Suggestion, by: User, now: datetime) -> None:
    """They are two: none of their accounts is suggested again. Raises DecidedAlready or mandates.NotYours."""
    row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    first, second = row.one.customer, row.other.customer
    mandates.require(by, "merge_customers", first)
    if row.state == Suggestion.ACCEPTED:
        raise DecidedAlready(_("A colleague merged these two already. Undo that on the customer's page."))
    if row.state == Suggestion.OPEN:
        decide(between(first, second).filter(state=Suggestion.OPEN), Suggestion.DECLINED, by, now)
        audit.record("customer.merge_declined", first, by=by, now=now, other=second.pk)
        changes.note("customer", first.pk, first.version, now=now)


@transaction.atomic
def part(made: Merge, by: User, now: datetime) -> Customer:
    """Undo a merge, and remember that the two are two."""
    gone = undo_merge(made, by, now)
    kept = Customer.objects.get(pk=made.kept_id)
    found = between(kept, gone)
    if found.exists():
        decide(found, Suggestion.DECLINED, by, now)
        return gone
    ends = kept.identities.order_by("pk").first(), gone.identities.order_by("pk").first()
    if ends[0] is not None and ends[1] is not None:
        one, other = sorted((ends[0].pk, ends[1].pk))
        Suggestion.objects.create(
            brand_id=kept.brand_id,
            one_id=one,
            other_id=other,
            state=Suggestion.DECLINED,
            made_at=now,
            decided_at=now,
            decided_by=by,
        )
    return gone


def between(first: Customer, second: Customer) -> QuerySet[Suggestion]:
    way, back = Q(one__customer=first, other__customer=second), Q(one__customer=second, other__customer=first)
    return Suggestion.objects.filter(way | back)


def decide(rows: QuerySet[Suggestion], state: str, by: User, now: datetime) -> None:
    ids = list(rows.values_list("pk", flat=True))
    Suggestion.objects.filter(pk__in=ids).update(state=state, decided_at=now, decided_by=by)


@transaction.atomic
def is_not_the_same(row: SameQuestion, by: User, now: datetime) -> None:
    """Two posts that we took for the same question ask different things."""
    mandates.require(by, "note", row.post.account)
    SameQuestion.objects.filter(pk=row.pk, declined_at=None).update(declined_at=now, declined_by=by)
