"""Handing a conversation over: offered with a reason, accepted or declined; the giver has it until then (CA-05)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels import queries as channels
from lyhord.desk.actions import changing, notifications
from lyhord.desk.actions.changing import Change, Done, change
from lyhord.desk.actions.refusals import CannotSee, Closed, NotPossible
from lyhord.desk.models import Conversation, HandOver, RoutingPolicy, Status
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Team, User

LONGEST_NOTE = 1000
LONGEST_ANSWER = 300
USUAL = 60  # minutes, where the brand has said nothing else
MOST = 200  # at the end of a shift


@transaction.atomic
def hand_over(
    conversation: Conversation,
    to: User | Team,
    *,
    reason: str,
    note: str = "",
    by: User,
    form_key: UUID,
    now: datetime,
) -> HandOver:
    """Offer it. Nothing else changes: the giver has it, and its clocks go on.

    Raises mandates.NotYours, CannotSee, Closed or NotPossible.
    """
    known = HandOver.objects.filter(key=form_key, conversation=conversation, by=by).first()
    if known is not None:
        return known
    given = {"to": to, "reason": reason, "note": note, "key": form_key}
    change(conversation, offering, "hand_over", "assign", by=by, now=now, **given)
    return HandOver.objects.get(key=form_key, conversation=conversation)


@transaction.atomic
def hand_over_all(
    ids: Iterable[int], to: User | Team, *, note: str, by: User, form_key: UUID, now: datetime
) -> Done:
    """What she has and cannot finish, at the end of her shift. Each is offered by itself; refusals are told."""
    mandates.require(by, "assign")
    mine = Conversation.objects.filter(pk__in=set(ids), assignee=by).order_by("pk")
    done = Done([], {})
    for row in mine[:MOST]:
        try:
            with transaction.atomic():
                hand_over(row, to, reason=HandOver.Reason.SHIFT, note=note, by=by, form_key=form_key, now=now)
        except LyhordError as problem:
            done.refused[row.pk] = str(problem)
        else:
            done.changed.append(row.pk)
    return done


def offering(step: Change, *, to: User | Team, reason: str, note: str, key: UUID) -> None:
    row, by = step.conversation, step.by
    assert by is not None
    if HandOver.objects.filter(key=key, conversation=row, by=by).exists():
        return  # the other click of a double one was first; only now, under the lock, it shows
    if row.status == Status.CLOSED:
        raise Closed(row)
    note = clean(note).strip()
    if len(note) > LONGEST_NOTE:
        raise NotPossible(
            _("The note has %(n)d characters; at most %(most)d are kept.")
            % {"n": len(note), "most": LONGEST_NOTE}
        )
    if reason not in HandOver.Reason.values:
        raise NotPossible(_("Choose why you hand it over."))
    check_taker(row, to)
    if HandOver.objects.filter(conversation=row, state=HandOver.OPEN).exists():
        raise NotPossible(_("It is offered to somebody already. Take that back first."))
    if row.assignee_id is None:
        row.assignee = by  # offered by nobody it would be nobody's
    made = HandOver.objects.create(
        conversation=row, giver_id=row.assignee_id or by.pk, to_user=to if isinstance(to, User) else None,
        to_team=to if isinstance(to, Team) else None, reason=reason, note=note, by=by, at=step.now,
        until=step.now + minutes_of(row), key=key,
    )  # fmt: skip
    notifications.tell_all(takers(row, to), "handed_over", row, step.now, by=by)
    step.tell("hand_over", name=made.to_name, reason=reason, hand_over=made.pk)
    step.undo = {"hand_over": made.pk}


def check_taker(row: Conversation, to: User | Team) -> None:
    if isinstance(to, Team):
        teams = set(row.team_ids)
        if to.brand_id != row.brand_id or (teams and to.pk not in teams):
            raise CannotSee(to.name, row.account.name)
        return
    if not channels.accounts_visible_to(to).filter(pk=row.account_id).exists():
        raise CannotSee(str(to), row.account.name)
    if row.assignee_id == to.pk:
        raise NotPossible(_("%(name)s has this conversation already.") % {"name": to})


def takers(row: Conversation, to: User | Team) -> list[User]:
    """Who hears of it: the person, or those of the team who are on duty."""
    if isinstance(to, User):
        return [to]
    return [one for one in staff.on_duty(team_ids=[to.pk]) if one.pk != row.assignee_id]


def minutes_of(row: Conversation) -> timedelta:
    minutes = (
        RoutingPolicy.objects.filter(brand=row.brand_id).values_list("accept_minutes", flat=True).first()
    )
    return timedelta(minutes=USUAL if minutes is None else minutes)


# The answer -------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(offer: HandOver, *, by: User, now: datetime) -> Conversation:
    """It is hers from now on."""
    return change(offer.conversation, accepting, "accept_hand_over", "assign", by=by, now=now, offer=offer.pk)


@transaction.atomic
def decline(offer: HandOver, why: str, *, by: User, now: datetime) -> Conversation:
    """It stays with the giver, who is told why."""
    given = {"offer": offer.pk, "why": why}
    return change(offer.conversation, declining, "decline_hand_over", "assign", by=by, now=now, **given)


@transaction.atomic
def withdraw(offer: HandOver, *, by: User, now: datetime) -> Conversation:
    """The giver, or who offered it for her, takes the offer back."""
    return change(
        offer.conversation, withdrawing, "withdraw_hand_over", "assign", by=by, now=now, offer=offer.pk
    )


def opened(step: Change, offer: int) -> HandOver:
    """The offer while its conversation is locked. Raises NotPossible where it stands no more."""
    row = HandOver.objects.select_related("to_user", "to_team", "giver").get(pk=offer)
    if row.state != HandOver.OPEN or row.giver_id != step.conversation.assignee_id:
        raise NotPossible(_("This offer does not stand any more."))
    return row


def is_for(offer: HandOver, person: User) -> bool:
    if offer.to_user_id is not None:
        return offer.to_user_id == person.pk
    return person.memberships.filter(team=offer.to_team_id).exists()


def accepting(step: Change, *, offer: int) -> None:
    row, by = opened(step, offer), step.by
    assert by is not None
    if not is_for(row, by):
        raise NotPossible(_("It was offered to %(name)s.") % {"name": row.to_name})
    if step.conversation.status == Status.CLOSED:
        raise Closed(step.conversation)
    if not channels.accounts_visible_to(by).filter(pk=step.conversation.account_id).exists():
        raise CannotSee(str(by), step.conversation.account.name)
    step.conversation.assignee = by
    if row.to_team is not None:
        step.conversation.team = row.to_team
    ended(row, HandOver.ACCEPTED, step)
    notifications.tell(row.giver, "answered", step.conversation, step.now, by=by)
    step.tell("hand_over_accepted", name=str(row.giver), reason=row.reason)


def declining(step: Change, *, offer: int, why: str) -> None:
    row, by = opened(step, offer), step.by
    assert by is not None
    if not is_for(row, by):
        raise NotPossible(_("It was offered to %(name)s.") % {"name": row.to_name})
    why = clean(why).strip()
    if not why:
        raise NotPossible(_("Say why, so that the giver can find somebody else."))
    if len(why) > LONGEST_ANSWER:
        raise NotPossible(
            _("The reason has %(n)d characters; at most %(most)d are kept.")
            % {"n": len(why), "most": LONGEST_ANSWER}
        )
    row.answer = why
    ended(row, HandOver.DECLINED, step)
    notifications.tell(row.giver, "given_back", step.conversation, step.now, by=by)
    step.tell("hand_over_declined", name=str(row.giver), hand_over=row.pk)


def withdrawing(step: Change, *, offer: int) -> None:
    row, by = opened(step, offer), step.by
    assert by is not None
    if by.pk not in {row.giver_id, row.by_id} and not mandates.allows(by, "route", step.conversation.account):
        raise NotPossible(_("Only who offered it, or a lead, can take it back."))
    ended(row, HandOver.WITHDRAWN, step)
    step.tell("hand_over_withdrawn", name=row.to_name)


def lapsing(step: Change, *, offer: int) -> None:
    """Nobody accepted in time; or the conversation went elsewhere meanwhile, and then the offer is just over."""
    row = HandOver.objects.select_related("to_user", "to_team", "giver").get(pk=offer)
    if row.state != HandOver.OPEN:
        return
    is_moot = row.giver_id != step.conversation.assignee_id or step.conversation.status == Status.CLOSED
    ended(row, HandOver.WITHDRAWN if is_moot else HandOver.LAPSED, step)
    if not is_moot:
        notifications.tell(row.giver, "given_back", step.conversation, step.now)
        step.tell("hand_over_lapsed", name=row.to_name, giver=str(row.giver))


def ended(row: HandOver, state: str, step: Change) -> None:
    row.state, row.answered_by, row.answered_at = state, step.by, step.now
    row.save(update_fields=["state", "answered_by", "answered_at", "answer"])
    step.undo = {"offer": row.pk}


def offer_again(pk: int) -> None:
    """Undo of an answer, or of taking the offer back: it stands again, unless another does by now."""
    row = HandOver.objects.get(pk=pk)
    if not HandOver.objects.filter(conversation=row.conversation_id, state=HandOver.OPEN).exists():
        row.state, row.answered_by, row.answered_at, row.answer = HandOver.OPEN, None, None, ""
        row.save(update_fields=["state", "answered_by", "answered_at", "answer"])


def take_back(pk: int, by: User, now: datetime) -> None:
    """Undo of the offer."""
    HandOver.objects.filter(pk=pk, state=HandOver.OPEN).update(
        state=HandOver.WITHDRAWN, answered_by=by, answered_at=now
    )


def lapse(conversation: Conversation, offer: int, now: datetime) -> None:
    changing.change(conversation, lapsing, "hand_over_lapsed", "assign", by=None, now=now, offer=offer)
