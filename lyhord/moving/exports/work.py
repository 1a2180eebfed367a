"""Conversations, their words, customers, and cases, as an export tells them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from lyhord.customers import queries as customer_queries
from lyhord.customers.models import Customer, Identity
from lyhord.desk import queries as desk
from lyhord.desk.models import Case, Conversation, Turn
from lyhord.moving.exports.scope import Scope

CONVERSATION = (
    "id", "number", "brand", "channel", "account", "customer_id", "customer", "subject", "status", "is_spam", "assignee", "team",
    "language", "kind", "topic", "sentiment", "is_urgent", "is_public", "priority", "tags", "opened_at", "last_at",
    "first_answer_at", "closed_at", "closed_by", "continues",
)  # fmt: skip
MESSAGE = (
    "id", "conversation", "at", "kind", "is_ours", "author", "author_id", "customer_id", "text", "language", "is_public", "state",
    "link", "deleted_at",
)  # fmt: skip
CUSTOMER = ("id", "brand", "name", "language", "note", "since", "erased_at")
IDENTITY = (
    "id", "customer_id", "brand", "channel", "native", "handle", "name", "profile", "followers", "first_at", "last_at",
)  # fmt: skip
CASE = (
    "id", "conversation", "brand", "type", "state", "is_complaint", "opened_at", "due_at", "outcome", "cause", "action", "result",
    "compensation", "sentiment_first", "sentiment_last", "resolved_at", "resolved_by", "reopened_at", "lesson",
)  # fmt: skip
LESSON = ("id", "conversation", "brand", "case_type", "topic", "cause", "lesson", "lesson_at", "lesson_by")
MOODS = {-1: "negative", 0: "neutral", 1: "positive"}


def conversations_of(scope: Scope) -> QuerySet[Conversation]:
    rows = Conversation.objects.all() if scope.person is None else desk.conversations_visible_to(scope.person)
    return rows.filter(brand__in=scope.brands)


def conversations(scope: Scope) -> QuerySet[Conversation]:
    rows = conversations_of(scope).select_related(
        "brand", "account", "customer", "assignee", "team", "closed_by", "continues"
    )
    return rows.prefetch_related("tags")


def conversation(rows: list[Conversation]) -> Iterable[dict[str, Any]]:
    for row in rows:
        yield {
            "id": row.pk,
            "number": row.number,
            "brand": row.brand.name,
            "channel": row.account.connector,
            "account": row.account.name,
            "customer_id": row.customer_id,
            "customer": row.customer.name,
            "subject": row.subject,
            "status": row.status,
            "is_spam": row.is_spam,
            "assignee": row.assignee.email if row.assignee else None,
            "team": row.team.name if row.team else None,
            "language": row.lang,
            "kind": row.kind,
            "topic": row.topic,
            "sentiment": MOODS.get(row.sentiment, ""),
            "is_urgent": row.is_urgent,
            "is_public": row.is_public,
            "priority": row.current_priority,
            "tags": sorted(tag.name for tag in row.tags.all()),
            "opened_at": row.opened_at,
            "last_at": row.last_at,
            "first_answer_at": row.first_answer_at,
            "closed_at": row.closed_at,
            "closed_by": row.closed_by.email if row.closed_by else None,
            "continues": row.continues.number if row.continues else None,
        }


def messages(scope: Scope) -> QuerySet[Turn]:
    """What was said: posts, our replies, notes. What was only done stands in the audit log."""
    rows = Turn.objects.filter(what="", conversation__in=conversations_of(scope).values("pk"))
    return rows.select_related(
        "conversation", "post__authorship__identity", "dispatch__by", "dispatch__receipt", "note__by"
    )


def message(rows: list[Turn]) -> Iterable[dict[str, Any]]:
    for row in rows:
        told = dict.fromkeys(MESSAGE) | {"id": row.pk, "conversation": row.conversation.number, "at": row.at}
        if row.post is not None:
            told |= of_post(row.post)
        elif row.dispatch is not None:
            told |= of_dispatch(row.dispatch)
        elif row.note is not None:
            told |= {
                "kind": "note",
                "is_ours": True,
                "author": row.note.by.name,
                "author_id": row.note.by.email,
                "text": row.note.text,
                "is_public": False,
            }
        yield told


def of_post(post: Any) -> dict[str, Any]:
    tied = getattr(post, "authorship", None)
    identity = tied.identity if tied is not None else None
    return {
        "kind": "post",
        "is_ours": post.is_own,
        "author": post.name or post.handle,
        "author_id": post.author,
        "customer_id": identity.customer_id if identity is not None else None,
        "text": post.text,
        "language": post.lang,
        "is_public": post.is_public,
        "link": post.link,
        "deleted_at": post.deleted_at,
    }


def of_dispatch(dispatch: Any) -> dict[str, Any]:
    receipt = getattr(dispatch, "receipt", None)
    return {
        "kind": dispatch.verb,
        "is_ours": True,
        "author": dispatch.by.name if dispatch.by else "",
        "author_id": dispatch.by.email if dispatch.by else "",
        "text": dispatch.text,
        "language": dispatch.lang,
        "is_public": dispatch.is_public,
        "state": dispatch.state,
        "link": receipt.link if receipt is not None else "",
    }


# Customers ---------------------------------------------------------------------------------------------------------


def customers(scope: Scope) -> QuerySet[Customer]:
    if scope.person is None:
        rows = Customer.objects.filter(merged_into=None)
    else:
        rows = customer_queries.customers_visible_to(scope.person)
    return rows.filter(brand__in=scope.brands).select_related("brand")


def customer(rows: list[Customer]) -> Iterable[dict[str, Any]]:
    for row in rows:
        yield {name: getattr(row, name) for name in ("name", "language", "note", "since", "erased_at")} | {
            "id": row.pk,
            "brand": row.brand.name,
        }


def identities(scope: Scope) -> QuerySet[Identity]:
    rows = (
        Identity.objects.all()
        if scope.person is None
        else customer_queries.identities_visible_to(scope.person)
    )
    return rows.filter(brand__in=scope.brands).select_related("brand", "customer")


def identity(rows: list[Identity]) -> Iterable[dict[str, Any]]:
    """Of one who was merged into another, the other's number."""
    plain = ("native", "handle", "name", "profile", "followers", "first_at", "last_at")
    for row in rows:
        yield {name: getattr(row, name) for name in plain} | {
            "id": row.pk,
            "brand": row.brand.name,
            "channel": row.connector,
            "customer_id": row.customer.merged_into_id or row.customer_id,
        }


# Cases -------------------------------------------------------------------------------------------------------------


def cases(scope: Scope) -> QuerySet[Case]:
    rows = Case.objects.filter(conversation__in=conversations_of(scope).values("pk"))
    return rows.select_related("conversation__brand", "type", "resolved_by", "lesson_by")


def case(rows: list[Case]) -> Iterable[dict[str, Any]]:
    plain = (
        "state", "is_complaint", "opened_at", "due_at", "outcome", "cause", "action", "result", "compensation", "resolved_at",
        "reopened_at", "lesson",
    )  # fmt: skip
    for row in rows:
        yield {name: getattr(row, name) for name in plain} | {
            "id": row.pk,
            "conversation": row.conversation.number,
            "brand": row.conversation.brand.name,
            "type": row.type.name if row.type else None,
            "sentiment_first": MOODS.get(row.sentiment_first, ""),
            "sentiment_last": MOODS.get(row.sentiment_last, ""),
            "resolved_by": row.resolved_by.email if row.resolved_by else None,
        }


def lessons(scope: Scope) -> QuerySet[Case]:
    return cases(scope).exclude(lesson="")


def lesson(rows: list[Case]) -> Iterable[dict[str, Any]]:
    for row in rows:
        yield {
            "id": row.pk,
            "conversation": row.conversation.number,
            "brand": row.conversation.brand.name,
            "case_type": row.type.name if row.type else None,
            "topic": row.conversation.topic,
            "cause": row.cause,
            "lesson": row.lesson,
            "lesson_at": row.lesson_at,
            "lesson_by": row.lesson_by.email if row.lesson_by else None,
        }
