"""Which replies need a second person, and those that wait for one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from lyhord.desk import approving
from lyhord.desk.models import ApprovalRule, Conversation, Grant, Proposal, Trust, Turn
from lyhord.desk.queries import approvers
from lyhord.desk.queries.remedies import grants_visible_to
from lyhord.desk.queries.sight import conversations_visible_to
from lyhord.staff import queries as staff
from lyhord.staff.models import User
from lyhord.triage.models import Assessment
from lyhord.triage.topics import queries as own_topics

WORDS_SHOWN = 20


def needed(by: User, conversation: Conversation, *, is_public: bool) -> list[str]:
    """Why a reply of hers waits for a second person here: codes; none: it goes out at once."""
    facts, rules = facts_of(conversation), rules_of(conversation.brand_id)
    return approving.reasons(level_of(by), is_public, facts, rules)


def rules_of(brand: int) -> list[approving.Rule]:
    rows = ApprovalRule.objects.filter(brand=brand).order_by("pk")
    return [approving.Rule(*row) for row in rows.values_list("what", "value", "is_public_only")]


def level_of(user: User) -> str:
    return Trust.objects.filter(user=user).values_list("level", flat=True).first() or Trust.Level.FREE


def facts_of(conversation: Conversation) -> approving.Facts:
    def own_topic() -> int | None:
        judged = Assessment.objects.filter(post__turn__conversation=conversation, post__deleted_at=None)
        told = own_topics.of_conversation(judged)
        return told.own_topic_id if told else None

    return approving.Facts(
        account=conversation.account_id,
        topic=conversation.topic,
        use=conversation.use,
        purpose=conversation.purpose,
        own_topic=own_topic,
    )


def flags(user: User) -> dict[str, Any]:
    """What a conversation is annotated with, so that a brand without rules costs the page no statement of its own."""
    return {
        "has_approval_rules": Exists(ApprovalRule.objects.filter(brand=OuterRef("brand"))),
        "writer_trust": Subquery(Trust.objects.filter(user=user).values("level")[:1]),
    }


@dataclass(frozen=True)
class Needs:
    """What a writer is told before she sends: why somebody reads it first, and who."""

    public: list[str]
    private: list[str]
    approver: User | None


def before_sending(by: User, conversation: Conversation, now: datetime) -> Needs | None:
    """None: whatever she writes here leaves at once. `conversation` was annotated with `flags`."""
    rules = rules_of(conversation.brand_id) if getattr(conversation, "has_approval_rules", True) else []
    level = getattr(conversation, "writer_trust", None) or Trust.Level.FREE
    facts = facts_of(conversation)
    public, private = (approving.reasons(level, is_public, facts, rules) for is_public in (True, False))
    if not public and not private:
        return None
    return Needs(public, private, approvers.for_reply(conversation.account, by=by, now=now))


# Proposals -------------------------------------------------------------------------------------------------------


def proposals_visible_to(user: User) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(conversation__in=conversations_visible_to(user))
    return rows.select_related(
        "conversation__account", "conversation__brand", "conversation__customer", "by", "approver", "decided_by"
    )  # fmt: skip


def proposals(conversation: int) -> list[Proposal]:
    """Those that wait in one conversation, the oldest first."""
    rows = Proposal.objects.filter(conversation=conversation, state=Proposal.State.OPEN)
    return list(rows.select_related("by", "approver").order_by("pk"))


def came_between(row: Proposal, most: int = WORDS_SHOWN) -> list[Turn]:
    """What was said after the author wrote: the approver reads it first (R30)."""
    words = Turn.objects.filter(conversation=row.conversation_id, what="", note=None, pk__gt=row.seen or 0)
    words = words.exclude(dispatch__state__in=["undone", "dropped"])
    return list(words.select_related("post", "dispatch", "by").order_by("pk")[:most])


@dataclass(frozen=True)
class Waiting:
    """What waits for decisions: hers first, then what others are asked and she may decide too."""

    mine: list[Grant | Proposal]
    others: list[Grant | Proposal]
    own: list[Grant | Proposal]  # what she asked for herself


def waiting(user: User, most: int = 100) -> Waiting:
    """For the page "For approval", the oldest wait first."""
    rows: list[Grant | Proposal] = [
        *grants_visible_to(user).filter(state="asked").order_by("due_at", "pk")[:most],
        *proposals_visible_to(user).filter(state="open").order_by("due_at", "pk")[:most],
    ]
    rows.sort(key=lambda row: (row.at, row.pk))
    mine = [row for row in rows if row.approver_id == user.pk]
    own = [row for row in rows if row.by_id == user.pk]
    return Waiting(mine, [row for row in rows if row not in mine and row not in own], own)


def decided(user: User, most: int = 50) -> list[Grant | Proposal]:
    """What was decided lately, with the time it took, the newest first; of conversations that she sees."""
    rows: list[Grant | Proposal] = [
        *grants_visible_to(user).exclude(decided_at=None).order_by("-decided_at")[:most],
        *proposals_visible_to(user).exclude(decided_at=None).order_by("-decided_at")[:most],
    ]
    rows.sort(key=lambda row: (row.decided_at, row.pk), reverse=True)
    return rows[:most]


# The policy --------------------------------------------------------------------------------------------------------


def rules_visible_to(user: User) -> QuerySet[ApprovalRule]:
    return ApprovalRule.objects.filter(brand__in=staff.brands_visible_to(user)).order_by(
        "brand", "what", "value"
    )


def trusts_visible_to(user: User) -> dict[int, str]:
    """Person -> how freely she answers, where it is not freely."""
    rows = Trust.objects.filter(Q(user__in=staff.users_visible_to(user))).exclude(level=Trust.Level.FREE)
    return dict(rows.values_list("user", "level"))
