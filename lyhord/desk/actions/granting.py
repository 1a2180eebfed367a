"""Doing something for a customer: at once within one's mandate, else by one named approver (RE-01)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels.models import Account
from lyhord.desk.actions import asking, changing
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Grant, Remedy
from lyhord.desk.queries import approvers, remedies
from lyhord.lib.text import clean
from lyhord.staff import mandates
from lyhord.staff.models import User

State = Grant.State
MOST = Decimal(10) ** 9


@transaction.atomic
def grant(
    conversation: Conversation,
    remedy: Remedy,
    amount: Decimal | None = None,
    *,
    why: str = "",
    by: User,
    form_key: UUID,
    now: datetime,
) -> Grant:
    """Grant it, or ask the approver: `state` of what comes back tells which. Raises mandates.NotYours or NotPossible."""
    mandates.require(by, remedies.VERB, conversation.account)
    again = Grant.objects.filter(key=form_key, by=by).first()
    if again is not None:
        return again
    given = {"remedy": remedy, "amount": checked(remedy, amount), "why": reason(why), "key": form_key}
    change(conversation, granting, "grant", remedies.VERB, by=by, now=now, **given)
    return one(Grant.objects.get(key=form_key))


def granting(step: Change, *, remedy: Remedy, amount: Decimal | None, why: str, key: UUID) -> None:
    row, by = step.conversation, step.by
    assert by is not None
    if Grant.objects.filter(key=key, by=by).exists():
        return  # the other click of a double one was first; only now, under the lock, it shows
    if remedy.brand_id != row.brand_id or remedy.retired_at is not None:
        raise NotPossible(_("%(name)s is not granted any more.") % {"name": remedy.name})
    made = Grant(
        conversation=row, remedy=remedy, amount=amount, why=why, by=by, at=step.now, key=key, state=State.GRANTED
    )  # fmt: skip
    if not remedies.may(by, remedy, amount, row.account):
        made.state = State.ASKED
        asking.ask(made, chosen(made, row.account, step.now), row, step.now)
    made.save()
    what = "granted" if made.state == State.GRANTED else "remedy_asked"
    step.tell(what, grant=made.pk, remedy=remedy.name, amount=told(made), **asking.named(made))
    step.undo = {"grant": made.pk}


def chosen(row: Grant, account: Account, now: datetime) -> User:
    found = next_in_line(row, account, now)
    if found is None:
        raise NotPossible(
            _("Nobody here may grant %(amount)s of this. Ask for less, or an administrator to set the mandates.")
            % {"amount": told(row)}
        )  # fmt: skip
    return found


def next_in_line(row: Grant, account: Account, now: datetime) -> User | None:
    return approvers.for_remedy(
        row.remedy, row.amount, account, by=row.by, now=now, asked=asking.let_pass(row)
    )


def checked(remedy: Remedy, amount: Decimal | None) -> Decimal | None:
    """The amount in hundredths; None for a remedy that has none."""
    if not remedy.needs_amount:
        return None
    if amount is None or not amount.is_finite() or not 0 < amount < MOST:
        raise NotPossible(_("Say how much, in %(unit)s: a number above 0.") % {"unit": remedy.unit or "?"})
    return amount.quantize(Decimal("0.01"))


def reason(text: str) -> str:
    text = clean(text).strip()
    if len(text) > 1000:
        raise NotPossible(_("The reason has %(n)d characters; at most 1000 are kept.") % {"n": len(text)})
    return text


def told(row: Grant) -> str:
    """ "300 SEK"; "" for a remedy without an amount."""
    if row.amount is None:
        return ""
    whole = row.amount == row.amount.to_integral_value()
    number = f"{row.amount:.0f}" if whole else f"{row.amount:.2f}"
    return f"{number} {row.remedy.unit}".strip()


def one(row: Grant) -> Grant:
    rows = Grant.objects.select_related(
        "remedy__brand", "conversation__account", "by", "approver", "decided_by"
    )
    return rows.get(pk=row.pk)


# Deciding --------------------------------------------------------------------------------------------------------


@transaction.atomic
def approve_grant(grant: Grant, *, by: User, now: datetime) -> Grant:
    """One click: it is granted. Pressed twice, or by two, it is granted once. Raises NotYours or NotPossible."""
    return decided(grant, State.GRANTED, "", by=by, now=now)


@transaction.atomic
def decline_grant(grant: Grant, why: str, *, by: User, now: datetime) -> Grant:
    """Not granted; who asked is told why."""
    why = reason(why)
    if not why:
        raise NotPossible(_("Say why not, for who asked."))
    return decided(grant, State.DECLINED, why, by=by, now=now)


def decided(grant: Grant, state: State, word: str, *, by: User, now: datetime) -> Grant:
    mandates.require(by, remedies.VERB, grant.conversation.account)
    conversation = changing.locked([grant.conversation_id]).get()
    row = one(Grant.objects.select_for_update().get(pk=grant.pk))
    if row.state == state and row.decided_by_id == by.pk:
        return row
    if row.state != State.ASKED:
        raise asking.Decided(row.decided_by or row.by)
    if row.by_id == by.pk or not remedies.may(by, row.remedy, row.amount, conversation.account):
        raise asking.not_hers(row.approver)
    row.state = state
    asking.decide(row, word, by, conversation, now)
    row.save()
    changing.applied(
        conversation, deciding, "approve_grant" if state == State.GRANTED else "decline_grant", by=by, now=now,
        grant=row,
    )  # fmt: skip
    return row


def deciding(step: Change, *, grant: Grant) -> None:
    what = "remedy_approved" if grant.state == State.GRANTED else "remedy_declined"
    values = {"grant": grant.pk, "remedy": grant.remedy.name, "amount": told(grant)}
    step.tell(what, **values, name=str(grant.by), seconds=asking.took(grant))


@transaction.atomic
def withdraw_grant(grant: Grant, *, by: User, now: datetime) -> Grant:
    """Who asked or granted takes it back, as long as nobody else decided it."""
    mandates.require(by, remedies.VERB, grant.conversation.account)
    conversation = changing.locked([grant.conversation_id]).get()
    row = one(Grant.objects.select_for_update().get(pk=grant.pk))
    if row.state == State.WITHDRAWN:
        return row
    if row.by_id != by.pk or row.decided_by_id is not None:
        raise NotPossible(_("Only %(name)s can take this back, before it is decided.") % {"name": row.by})
    back(row)
    changing.applied(conversation, withdrawing, "withdraw_grant", by=by, now=now, grant=row)
    return row


def withdrawing(step: Change, *, grant: Grant) -> None:
    step.tell("remedy_withdrawn", grant=grant.pk, remedy=grant.remedy.name, amount=told(grant))


def back(row: Grant) -> None:
    row.state, row.due_at, row.approver = State.WITHDRAWN, None, None
    row.save()


def take_back(pk: int) -> None:
    """By undo: as if it had not been granted. What another decided since stays."""
    row = Grant.objects.select_for_update().get(pk=pk)
    if row.decided_by_id is not None:
        raise asking.Decided(row.decided_by)
    back(row)


# Time ------------------------------------------------------------------------------------------------------------


def pass_on(rows: Iterable[Grant], now: datetime) -> int:
    """The time of these approvers is over: the next in line is asked, and leads are told."""
    passed = 0
    for late in rows:
        with transaction.atomic():
            conversation = changing.locked([late.conversation_id]).get()
            row = one(Grant.objects.select_for_update().get(pk=late.pk))
            if row.state != State.ASKED or row.due_at is None or row.due_at > now:
                continue
            passed += asking.pass_to(row, next_in_line(row, conversation.account, now), conversation, now)
            row.save()
    return passed
