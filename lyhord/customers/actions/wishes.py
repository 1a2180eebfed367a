"""How she wants to be met, as a colleague was told or as we read in her words."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.customers.actions.describing import WrongWords
from lyhord.customers.models import Customer, Wish
from lyhord.customers.words import CHOICES
from lyhord.lib import text
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.web import changes

LONGEST = 200


class WrongUntil(WrongWords):
    """The day lies behind us."""


@transaction.atomic
def wish(
    customer: Customer,
    kind: str,
    value: str,
    *,
    by: User,
    now: datetime,
    until: datetime | None = None,
    words: str = "",
    source: str = "person",
) -> Wish:
    """Note a wish; one that stands already gets the new end. Raises WrongWords, WrongUntil or mandates.NotYours."""
    mandates.require(by, "note", customer)
    value, words = cleaned(kind, value), text.clean(words).strip()[:LONGEST]
    if until is not None and until <= now:
        raise WrongUntil(_("The day must lie ahead. Leave it empty if the wish has no end."))
    open_states = [Wish.SUGGESTED, Wish.STANDS, Wish.DECLINED]
    row, is_new = Wish.objects.get_or_create(
        customer=customer, kind=kind, value=value, state__in=open_states,
        defaults={"state": Wish.STANDS, "source": source, "words": words, "made_at": now, "made_by": by, "until": until},
    )  # fmt: skip
    if not is_new:
        row.state, row.until, row.decided_at, row.decided_by = Wish.STANDS, until, now, by
        row.words = words or row.words
        row.save(update_fields=["state", "until", "words", "decided_at", "decided_by"])
    told(row, "customer.wish_noted", by, now)
    return row


def cleaned(kind: str, value: str) -> str:
    value = " ".join(text.clean(value).split())
    if kind not in Wish.Kind.values:
        raise WrongWords(_("There is no such kind of wish."))
    if not value:
        raise WrongWords(_("Write what she wishes."))
    if len(value) > LONGEST:
        raise WrongWords(
            _("That has %(count)s characters; %(most)s fit. Shorten it by %(over)s.")
            % {"count": len(value), "most": LONGEST, "over": len(value) - LONGEST}
        )
    if kind in CHOICES and value not in CHOICES[kind]:
        raise WrongWords(_("Choose one of: %(choices)s.") % {"choices": ", ".join(CHOICES[kind])})
    return value


def accept_wish(row: Wish, *, by: User, now: datetime) -> Wish:
    """What we read in her words is so."""
    return settle(row, (Wish.SUGGESTED,), Wish.STANDS, "customer.wish_noted", by, now)


def decline_wish(row: Wish, *, by: User, now: datetime) -> Wish:
    """We read it wrong; it is not suggested again."""
    return settle(row, (Wish.SUGGESTED,), Wish.DECLINED, "customer.wish_declined", by, now)


def end_wish(row: Wish, *, by: User, now: datetime) -> Wish:
    """It holds no longer. Kept as history until she is forgotten."""
    return settle(row, (Wish.STANDS,), Wish.ENDED, "customer.wish_ended", by, now)


@transaction.atomic
def settle(row: Wish, before: tuple[str, ...], state: str, verb: str, by: User, now: datetime) -> Wish:
    """Safe to call twice: what is settled already stays as it is."""
    row = Wish.objects.select_for_update().select_related("customer").get(pk=row.pk)
    mandates.require(by, "note", row.customer)
    if row.state in before:
        row.state, row.decided_at, row.decided_by = state, now, by
        row.save(update_fields=["state", "decided_at", "decided_by"])
        told(row, verb, by, now)
    return row


def told(row: Wish, verb: str, by: User, now: datetime) -> None:
    customer = row.customer
    private = {"kind": row.kind, "value": row.value}
    audit.record(verb, customer, by=by, now=now, person=f"customer:{customer.pk}", private=private)
    changes.note("customer", customer.pk, customer.version, now=now)
