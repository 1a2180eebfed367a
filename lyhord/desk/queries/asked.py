"""The same question in other conversations, with what was answered here and there (CH-39)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from lyhord.customers import queries as customers
from lyhord.customers.models import SameQuestion
from lyhord.desk import meeting
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.queries.card import NOT_SAID
from lyhord.desk.queries.sight import conversations_visible_to
from lyhord.staff.models import User

LOOKED_AT = 50  # of the newest posts of a conversation
LINKS = 40
MOST = 4  # that are shown


@dataclass(frozen=True)
class Said:
    text: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Asked:
    """Another conversation in which the same was asked."""

    link: int  # the row that ties them
    conversation: Conversation
    is_hers: bool  # the same customer, on another network or in another thread
    share: float
    question: str
    asked_at: datetime
    answer: Said | None  # what we said there
    differences: list[meeting.Difference]  # between that answer and ours here


@dataclass(frozen=True)
class AskedElsewhere:
    mine: Said | None  # what we answered here
    found: list[Asked]
    others: int  # people beside her who asked the same

    @property
    def is_hers(self) -> bool:
        return any(one.is_hers for one in self.found)

    @property
    def is_contradicting(self) -> bool:
        return any(one.differences for one in self.found)


def asked_elsewhere(user: User, conversation: Conversation) -> AskedElsewhere:
    """Of conversations that she sees: her own first, then those with an answer, then the most alike."""
    posts = list(
        Turn.objects.filter(conversation=conversation, post__is_own=False, post__deleted_at=None)
        .order_by("-pk")
        .values_list("post", flat=True)[:LOOKED_AT]
    )
    links = list(customers.same_questions(posts)[:LINKS]) if posts else []
    mine = answer_of(conversation.pk)
    if not links:
        return AskedElsewhere(mine, [], 0)
    turns = turns_of(user, {other_end(link, posts) for link in links}, conversation.pk)
    found: dict[int, Asked] = {}
    for link in links:
        turn = turns.get(other_end(link, posts))
        if turn is not None and turn.conversation_id not in found:
            found[turn.conversation_id] = asked(link, turn, conversation, mine)
    rows = sorted(found.values(), key=lambda one: (not one.is_hers, one.answer is None, -one.share))
    others = {one.conversation.customer_id for one in rows if not one.is_hers}
    return AskedElsewhere(mine, rows[:MOST], len(others))


def other_end(link: SameQuestion, posts: Collection[int]) -> int:
    return link.earlier_id if link.post_id in posts else link.post_id


def turns_of(user: User, posts: Collection[int], without: int) -> dict[int, Turn]:
    visible = conversations_visible_to(user).exclude(pk=without).exclude(is_spam=True)
    rows = Turn.objects.filter(post__in=posts, conversation__in=visible, post__deleted_at=None)
    return {
        row.post_id: row
        for row in rows.select_related("post", "conversation__account", "conversation__customer")
        if row.post_id
    }


def asked(link: SameQuestion, turn: Turn, here: Conversation, mine: Said | None) -> Asked:
    assert turn.post is not None
    answer = answer_of(turn.conversation_id)
    return Asked(
        link=link.pk,
        conversation=turn.conversation,
        is_hers=turn.conversation.customer_id == here.customer_id,
        share=link.share,
        question=turn.post.text,
        asked_at=turn.post.at,
        answer=answer,
        differences=meeting.differences(mine.text, answer.text) if mine and answer else [],
    )


def answer_of(conversation: int) -> Said | None:
    """Our newest answer there, whether written here or with another tool."""
    turns = Turn.objects.filter(conversation=conversation, what="")
    replies = turns.filter(dispatch__verb="reply").exclude(dispatch__state__in=NOT_SAID)
    newest = replies.select_related("dispatch", "by").order_by("-at", "-pk").first()
    if newest is not None and newest.dispatch is not None:
        return Said(newest.dispatch.text, newest.at, str(newest.by or ""))
    own = (
        turns.filter(post__is_own=True, post__deleted_at=None)
        .select_related("post")
        .order_by("-at", "-pk")
        .first()
    )
    return Said(own.post.text, own.at, "") if own is not None and own.post is not None else None
