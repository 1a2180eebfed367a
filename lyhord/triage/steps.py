"""Judging posts, before the desk takes them."""

import logging
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from lyhord.channels.models import Account
from lyhord.intake.models import Post, PostChange
from lyhord.lib import bulk, work
from lyhord.triage import actions, queries
from lyhord.triage.judge import MODEL, judge
from lyhord.triage.models import Assessment
from lyhord.web import marks

MOST = 500
SETTLED = timedelta(seconds=60)  # no post with a lower id can still be uncommitted then
LOCK = 7_503

COLUMNS = ("pk", "account", "version", "author", "lang", "title", "text")

log = logging.getLogger(__name__)


class Unjudged(NamedTuple):
    """What of a post is judged; a batch has hundreds, and a model object costs twenty times as much."""

    pk: int
    account: Account
    version: int
    author: str
    lang: str
    title: str
    text: str


@transaction.atomic
def assess(now: datetime) -> int:
    """Give an assessment to posts that have none; gives how many."""
    work.in_order(LOCK)
    rows: tuple[list[Any], int] = work.without_receipt(
        queries.to_assess().values_list(*COLUMNS),
        Assessment.objects.all(),
        link="post_id",
        after=marks.get("triage.assess"),
        settled=Q(stored_at__lt=now - SETTLED),
        most=MOST,
    )
    found, mark = rows
    # One object for each account, not for each post; and no row can be there already, since the lock lets one in.
    accounts = Account.objects.in_bulk({row[1] for row in found})
    bulk.insert([assessment_of(Unjudged(row[0], accounts[row[1]], *row[2:]), now) for row in found])
    marks.put("triage.assess", mark)
    return len(found)


@transaction.atomic
def reassess(now: datetime) -> int:
    """Judge again what was edited, or came to speak to us only later. What people corrected stays as they said."""
    work.in_order(LOCK)
    after = marks.get("triage.reassess")
    changes = list(PostChange.objects.filter(pk__gt=after).order_by("pk")[:MOST])
    if not changes:
        return 0
    touched = {change.post_id for change in changes if change.what in {"edited", "filled"}}
    posts = queries.to_assess().filter(pk__in=touched).select_related("account", "thread", "assessment")
    done = 0
    for post in posts:
        if not has_current(post):
            fresh = assessment_of(post, now)
            actions.keep_corrections(fresh)
            fresh.save()
            done += 1
    marks.put("triage.reassess", changes[-1].pk)
    return done


def has_current(post: Post) -> bool:
    told: Assessment | None = getattr(post, "assessment", None)
    return told is not None and told.post_version == post.version


def assessment_of(post: Unjudged | Post, now: datetime) -> Assessment:
    """Our judgement. A text on which it fails still gets one, that says so: no post waits for ever."""
    try:
        return judged(post, now)
    except Exception:
        log.exception("triage.failed", extra={"post": post.pk})
        return Assessment(
            post_id=post.pk,
            post_version=post.version,
            at=now,
            model="none",
            language="und",
            kind="question",
            topic="other",
        )


def judged(post: Unjudged | Post, now: datetime) -> Assessment:
    text = f"{post.title}\n\n{post.text}" if post.title and post.title not in post.text else post.text
    told = judge(text, author=post.author, channel=post.account.connector, prior=prior(post))
    where = told.situation
    return bulk.made(
        Assessment,
        post_id=post.pk,
        post_version=post.version,
        at=now,
        model=MODEL,
        language=told.language.code[:12],
        language_confidence=told.language.confidence,
        kind=told.kind.label,
        kind_confidence=told.kind.confidence,
        topic=told.topic.label,
        topic_confidence=told.topic.confidence,
        sentiment=told.sentiment.label,
        sentiment_score=told.sentiment.score,
        needs_answer=told.kind.needs_answer,
        answer_score=told.kind.answer_score,
        is_urgent=told.urgency.label == "high",
        is_abusive=told.abuse.abusive,
        abuse_score=told.abuse.score,
        private=[span.as_line() for span in told.private],
        priority=told.priority,
        # `why` stays the English source with its places, so that each reader gets it in her own language.
        reasons=[
            {"part": reason.part, "points": reason.points, "why": reason.why, "values": dict(reason.values)}
            for reason in told.reasons
        ],
        situation=where.line[:300],
        entities={
            "mentions": list(where.mentions),
            "hashtags": list(where.hashtags),
            "links": list(where.links),
            "times": list(where.times),
            "places": list(where.places),
        },
    )


def prior(post: Unjudged | Post) -> str | None:
    """The language to expect: what the network says, else what is mostly written at this account."""
    return post.lang[:2].lower() or post.account.language or None
