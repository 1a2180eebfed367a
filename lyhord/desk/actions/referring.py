"""Sending a customer on: to another channel of ours, to an address, to a colleague or a team (IN-18)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lyhord.channels import queries as channels
from lyhord.channels.models import Account, State
from lyhord.desk import queries, receipts, rules
from lyhord.desk.actions import changing, drafting
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import CannotSee, ChangedSince, Closed, NotPossible
from lyhord.desk.models import Conversation, Draft, Referral, Status
from lyhord.desk.queries.card import NOT_SAID
from lyhord.lib.text import clean
from lyhord.outbox.models import Dispatch
from lyhord.staff import mandates
from lyhord.staff.models import Team, User


@dataclass(frozen=True)
class Elsewhere:
    """A place of ours that is not connected here: a mail address, a telephone, a form."""

    name: str
    address: str


To = Account | User | Team | Elsewhere


@dataclass(frozen=True)
class Referred:
    referral: Referral
    receipt: str  # the drafted words
    draft: Draft | None  # None: nothing can be written here, or not by her


@transaction.atomic
def refer(
    conversation: Conversation, to: To, *, why: str = "", by: User, form_key: UUID, now: datetime
) -> Referred:
    """Send the customer on, and draft her receipt; nothing is sent.

    A colleague or a team gets the conversation itself. Raises mandates.NotYours, CannotSee, Closed or NotPossible.
    """
    if not Referral.objects.filter(key=form_key, by=by).exists():
        change(conversation, referring, "refer", "assign", by=by, now=now, to=to, why=why, key=form_key)
        row = Referral.objects.select_related("conversation__account").get(key=form_key)
        return Referred(row, words(row), drafted(row, by, now))
    row = Referral.objects.select_related("conversation__account").get(key=form_key)
    return Referred(row, words(row), Draft.objects.filter(conversation=row.conversation, user=by).first())


def words(referral: Referral) -> str:
    return receipts.words(referral, referral.conversation)


def referring(step: Change, *, to: To, why: str, key: UUID) -> None:
    row, by = step.conversation, step.by
    assert by is not None
    if Referral.objects.filter(key=key, by=by).exists():
        return  # the other click of a double one was first; only now, under the lock, it shows
    if row.status == Status.CLOSED:
        raise Closed(row)
    why = clean(why).strip()
    if len(why) > 1000:
        raise NotPossible(_("The reason has %(n)d characters; at most 1000 are kept.") % {"n": len(why)})
    made = addressed(row, to)
    made.conversation, made.why, made.by, made.at, made.key = row, why, by, step.now, key
    made.until = step.now + rules.REFERRED
    made.save()
    if isinstance(to, User):
        row.assignee = to
    elif isinstance(to, Team):
        row.team, row.assignee = to, None
    step.tell("referred", name=made.name, kind=made.kind, referral=made.pk)
    step.undo = {"referral": made.pk}


def addressed(row: Conversation, to: To) -> Referral:
    """To whom it goes, refused where that cannot be."""
    if isinstance(to, User):
        return to_person(row, to)
    if isinstance(to, Team):
        teams = set(row.team_ids)
        if to.brand_id != row.brand_id or (teams and to.pk not in teams):
            raise CannotSee(to.name, row.account.name)
        return Referral(kind=Referral.Kind.TEAM, team=to, name=to.name)
    if isinstance(to, Account):
        return to_account(row, to)
    name, address = clean(to.name).strip(), clean(to.address).strip()
    if not (name and address):
        raise NotPossible(_("Say who takes over there, and the address or number."))
    if len(name) > 100 or len(address) > 500:
        raise NotPossible(_("The name may have 100 characters, the address 500. Shorten them."))
    return Referral(kind=Referral.Kind.ADDRESS, name=name, address=address)


def to_person(row: Conversation, to: User) -> Referral:
    if not channels.accounts_visible_to(to).filter(pk=row.account_id).exists():
        raise CannotSee(str(to), row.account.name)
    if row.assignee_id == to.pk:
        raise NotPossible(_("%(name)s has this conversation already.") % {"name": to})
    return Referral(kind=Referral.Kind.PERSON, user=to, name=str(to))


def to_account(row: Conversation, to: Account) -> Referral:
    if to.pk == row.account_id:
        raise NotPossible(_("The customer writes on %(name)s already.") % {"name": to.name})
    if to.brand_id != row.brand_id or to.is_rehearsal != row.account.is_rehearsal:
        raise NotPossible(_("%(name)s belongs to another brand.") % {"name": to.name})
    if to.state == State.RETIRED:
        raise NotPossible(_("%(name)s was retired: nobody reads there any more.") % {"name": to.name})
    return Referral(kind=Referral.Kind.ACCOUNT, account=to, name=to.name, address=to.link or to.handle)


def drafted(referral: Referral, by: User, now: datetime) -> Draft | None:
    """The receipt behind what she has written already; where she may not answer, no draft."""
    row = referral.conversation
    detail = queries.conversation(by, row.pk, now=now)
    strand = next((one for one in detail.strands if one.id == detail.answer_strand), None) if detail else None
    if strand is None or not mandates.allows(by, "reply", row.account):
        return None
    kind = "public" if strand.is_public else "private"
    mine = Draft.objects.filter(conversation=row, user=by, kind=kind).first()
    if mine is not None and words(referral) in mine.text:
        return mine
    text = f"{mine.text.rstrip()}\n\n{words(referral)}" if mine is not None else words(referral)
    return drafting.save_draft(row, kind, text, by=by, now=now)


def receipted(conversation: Conversation, dispatch: Dispatch) -> None:
    """A reply that names the number of the case is the receipt of the newest referral that has none."""
    if str(conversation.number) not in dispatch.text:
        return
    open_ones = Referral.objects.filter(conversation=conversation, undone_at=None)
    row = open_ones.filter(Q(receipt=None) | Q(receipt__state__in=NOT_SAID)).order_by("-pk").first()
    if row is not None:
        Referral.objects.filter(pk=row.pk).update(receipt=dispatch)


def take_back(pk: int, by: User, now: datetime) -> None:
    """The referral was a mistake: it waits for nobody, and its receipt leaves her draft. Raises ChangedSince."""
    row = Referral.objects.select_related("conversation__account").get(pk=pk)
    if row.joined_id is not None:
        raise ChangedSince(row.conversation.number, now)
    Referral.objects.filter(pk=pk).update(undone_at=now)
    for draft in Draft.objects.filter(conversation=row.conversation, user=by):
        if words(row) in draft.text:
            text = draft.text.replace(words(row), "").strip()
            drafting.save_draft(row.conversation, draft.kind, text, by=by, now=now)


@transaction.atomic
def part_referral(referral: Referral, *, by: User, now: datetime) -> Referral:
    """What came in is another matter after all: the two are apart again, and the referral goes on waiting."""
    referrals = Referral.objects.select_for_update(of=("self",)).select_related("joined")
    row = referrals.get(pk=referral.pk)
    if row.joined is None:
        return row
    rows = {one.pk: one for one in changing.locked([row.joined.pk, row.conversation_id])}
    joined, source = rows[row.joined.pk], rows[row.conversation_id]
    mandates.require(by, "assign", joined.account)
    # Not remembered for undo: joining them again is filing's work, and the next word that names the number does it.
    changing.applied(joined, parting, "part_referral", by=by, now=now, number=source.number)
    changing.applied(source, going_on, "part_referral", by=by, now=now, number=joined.number)
    row.parted = [*row.parted, joined.pk]
    row.joined = row.joined_at = None
    row.known_by = ""
    row.save(update_fields=["parted", "joined", "joined_at", "known_by"])
    return row


def parting(step: Change, *, number: int) -> None:
    row = step.conversation
    row.continues = None
    step.tell("referral_parted", number=number)


def going_on(step: Change, *, number: int) -> None:
    """Opened again if the arrival alone had closed it."""
    row = step.conversation
    if row.status == Status.CLOSED and row.closed_by_id is None:
        row.status, row.closed_at = Status.WAITING, None
    step.tell("referral_parted", number=number)
