"""Judging posts, before the desk takes them."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q

from lyhord.channels.models import Account
from lyhord.customers.models import Authorship
from lyhord.intake.actions.renewing import JUDGE
from lyhord.intake.models import Post, PostChange
from lyhord.lib import bulk, work
from lyhord.triage import actions, impropriety, queries
from lyhord.triage.judge import judge
from lyhord.triage.learning import files
from lyhord.triage.models import Assessment
from lyhord.triage.topics import serving as own
from lyhord.triage.tuning import laying, values
from lyhord.web import marks

MOST = 500
MOST_DEEP = (
    40  # posts a walk whose meaning is read: a quarter of a second of one core; the others follow later
)
SETTLED = timedelta(seconds=60)  # no post with a lower id can still be uncommitted then
LOCK = 7_503

COLUMNS = ("pk", "account", "version", "author", "lang", "title", "text", "author_facts")

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
    author_facts: dict[str, Any]


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
    tuned = values.read() if found else values.SHIPPED
    if found:
        files.use_current()
        own.use_current()
    # One object for each account, not for each post; and no row can be there already, since the lock lets one in.
    accounts = Account.objects.in_bulk({row[1] for row in found})
    posts = [Unjudged(row[0], accounts[row[1]], *row[2:]) for row in found]
    followers = followers_of(posts)
    bulk.insert([assessment_of(post, now, tuned, followers.get(post.pk)) for post in posts])
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
    actions.forget_texts({change.post_id for change in changes if change.what == "deleted"})
    asked = {change.post_id for change in changes if change.what == JUDGE}
    touched = asked | {change.post_id for change in changes if change.what in {"edited", "filled"}}
    posts = list(queries.to_assess().filter(pk__in=touched).select_related("account", "thread", "assessment"))
    tuned, followers = values.read(), followers_of(posts)
    files.use_current()
    own.use_current()
    done = 0
    for post in posts:
        if post.pk in asked or not has_current(post):
            fresh = assessment_of(post, now, tuned, followers.get(post.pk), deep=done < MOST_DEEP)
            actions.keep_corrections(fresh)
            fresh.save()
            done += 1
    marks.put("triage.reassess", changes[-1].pk)
    return done


def has_current(post: Post) -> bool:
    told: Assessment | None = getattr(post, "assessment", None)
    return told is not None and told.post_version == post.version


def followers_of(posts: Iterable[Unjudged | Post]) -> dict[int, int]:
    """How many follow the author: as told with the post, else as the network told at another time."""
    told = {post.pk: post.author_facts.get("followers") for post in posts}
    silent = [pk for pk, followers in told.items() if followers is None]
    found = {pk: count for pk, count in told.items() if isinstance(count, int)}
    known = Authorship.objects.filter(post__in=silent).values_list("post", "identity__followers")
    return found | {pk: count for pk, count in known if count is not None}


def assessment_of(
    post: Unjudged | Post,
    now: datetime,
    tuned: values.Values = values.SHIPPED,
    followers: int | None = None,
    *,
    deep: bool = False,
) -> Assessment:
    """Our judgement. A text on which it fails still gets one, that says so: no post waits for ever.

    `deep`: by its meaning too, where this machine can.
    """
    try:
        return judged(post, now, tuned, followers, deep)
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


def judged(
    post: Unjudged | Post, now: datetime, tuned: values.Values, followers: int | None, deep: bool
) -> Assessment:
    text = queries.text_of(post.title, post.text)
    told = judge(text, author=post.author, channel=post.account.connector, prior=prior(post), deep=deep)
    where = told.situation
    scores = impropriety.scores(text, told)
    urgency = impropriety.urgency(told)
    laid = laying.lay(
        told, tuned.of(post.account.brand_id), urgency=urgency, scores=scores, followers=followers
    )
    ours = own.said(text, told, tuned.own_topic_from)
    return bulk.made(
        Assessment,
        post_id=post.pk,
        post_version=post.version,
        at=now,
        model=told.model,
        language=told.language.code[:12],
        language_confidence=told.language.confidence,
        kind=told.kind.label,
        kind_confidence=told.kind.confidence,
        kind_second=told.kind.second,
        kind_second_confidence=told.kind.second_confidence,
        topic=told.topic.label,
        topic_confidence=told.topic.confidence,
        own_topic_id=ours.topic,
        own_topic_confidence=ours.chance,
        sentiment=told.sentiment.label,
        sentiment_score=told.sentiment.score,
        needs_answer=laid.needs_answer,
        answer_score=told.kind.answer_score,
        is_urgent=laid.is_urgent,
        urgency_score=urgency,
        is_abusive=laid.is_abusive,
        abuse_score=told.abuse.score,
        private=[span.as_line() for span in told.private],
        sensitive=list(told.sensitive.classes),
        is_asking=told.is_asking,
        priority=laid.priority,
        # `why` stays the English source with its places, so that each reader gets it in her own language.
        reasons=[
            {"part": reason.part, "points": reason.points, "why": reason.why, "values": dict(reason.values)}
            for reason in (*laid.reasons, *ours.reasons)
        ],
        situation=where.line[:300],
        entities={
            "mentions": list(where.mentions),
            "hashtags": list(where.hashtags),
            "links": list(where.links),
            "times": list(where.times),
            "places": list(where.places),
        },
        scores=scores,
        flags=list(laid.flags),
        purpose="" if told.purpose.label == "none" else told.purpose.label,
        journey=told.purpose.journey,
        is_shallow=not told.is_deep,
    )


def prior(post: Unjudged | Post) -> str | None:
    """The language to expect: what the network says, else what is mostly written at this account."""
    return post.lang[:2].lower() or post.account.language or None
