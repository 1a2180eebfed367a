"""Customers who were sent on, and what they told before (IN-18)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from lyhord.channels import queries as channels
from lyhord.channels.models import Account, State
from lyhord.customers.models import SameQuestion
from lyhord.desk.models import Conversation, Referral
from lyhord.desk.queries.turns import TurnRow, turns
from lyhord.staff import queries as staff
from lyhord.staff.models import Team, User

NOT_SAID = ("refused", "undone", "dropped")
FARTHEST = 5  # referrals in a row that a history follows back


def referrals_visible_to(user: User) -> QuerySet[Referral]:
    """Of conversations that she sees, on either side: to refer a customer is to show what she told to those who take over."""
    hers = channels.account_ids_visible_to(user)
    rows = Referral.objects.filter(Q(conversation__account__in=hers) | Q(joined__account__in=hers))
    return rows.filter(undone_at=None)


@dataclass(frozen=True)
class ReferralRow:
    """One referral, as seen from one of its two conversations."""

    id: int
    kind: str  # account | address | person | team
    is_here: bool  # she came here; else she was sent from here, or the conversation itself changed hands
    name: str
    address: str
    why: str
    by: str
    at: datetime
    until: datetime
    conversation: int  # where she told it first
    number: int
    account: str
    connector: str
    receipt: str  # what she was told; "": nothing yet
    receipt_state: str
    receipt_at: datetime | None
    joined: int | None
    joined_number: int | None
    joined_at: datetime | None
    known_by: str  # customer | number
    is_same_customer: bool  # False: the number alone says that it is her


def referrals(conversation: Conversation) -> list[ReferralRow]:
    """Those of this conversation, the newest first."""
    rows = Referral.objects.filter(Q(conversation=conversation) | Q(joined=conversation), undone_at=None)
    rows = rows.select_related("conversation__account", "joined", "by", "receipt").order_by("-pk")
    return [row_of(row, is_here=row.joined_id == conversation.pk) for row in rows[:20]]


def row_of(row: Referral, *, is_here: bool) -> ReferralRow:
    receipt = row.receipt if row.receipt is not None and row.receipt.state not in NOT_SAID else None
    return ReferralRow(
        id=row.pk, kind=row.kind, is_here=is_here, name=row.name, address=row.address, why=row.why, by=str(row.by), at=row.at,
        until=row.until, conversation=row.conversation_id, number=row.conversation.number,
        account=row.conversation.account.name, connector=row.conversation.account.connector,
        receipt=receipt.text if receipt else "", receipt_state=receipt.state if receipt else "",
        receipt_at=receipt.made_at if receipt else None, joined=row.joined_id,
        joined_number=row.joined.number if row.joined else None, joined_at=row.joined_at, known_by=row.known_by,
        is_same_customer=row.joined is None or row.joined.customer_id == row.conversation.customer_id,
    )  # fmt: skip


def told_again(conversation: int) -> int:
    """How many of her words here tell what she had told elsewhere already. What we want is none."""
    links = SameQuestion.objects.filter(post__turn__conversation=conversation, declined_at=None)
    # Where only the number says that it is her, she is somebody else to us: what was told there counts too.
    sent_on = Q(earlier__turn__conversation__referrals__joined=conversation)
    return links.filter(Q(kind=SameQuestion.HERS) | sent_on).values("post").distinct().count()


@dataclass(frozen=True)
class Told:
    """What was said in one conversation before she was sent on."""

    referral: Referral
    conversation: int
    number: int
    account: str
    turns: list[TurnRow]


def history(referral: Referral) -> list[Told]:
    """Everything before, the oldest conversation first; the caller has asked `referrals_visible_to`."""
    found: list[Told] = []
    row: Referral | None = referral
    while row is not None and len(found) < FARTHEST:
        here = row.conversation
        found.insert(0, Told(row, here.pk, here.number, here.account.name, turns(here.pk)))
        before = Referral.objects.filter(joined=row.conversation_id, undone_at=None, pk__lt=row.pk)
        row = (
            before.exclude(conversation=F("joined"))
            .select_related("conversation__account", "by")
            .order_by("-pk")
            .first()
        )
    return found


@dataclass(frozen=True)
class Places:
    """Where a customer can be sent from a conversation."""

    accounts: list[Account]
    people: list[User]
    teams: list[Team]


def places(user: User, conversation: Conversation, people: list[User]) -> Places:
    """Accounts and teams that she sees; `people` are the colleagues who see this account."""
    account = conversation.account
    accounts = channels.accounts_visible_to(user).filter(
        brand=conversation.brand_id, is_rehearsal=account.is_rehearsal
    )
    limits = set(account.team_ids)
    teams = staff.teams_visible_to(user).filter(brand=conversation.brand_id).order_by("name")
    return Places(
        accounts=list(accounts.exclude(state=State.RETIRED).exclude(pk=account.pk).order_by("name", "pk")),
        people=[one for one in people if one.pk != conversation.assignee_id],
        teams=[one for one in teams if not limits or one.pk in limits],
    )
