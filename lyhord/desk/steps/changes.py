"""What happened to posts after they were filed."""

from datetime import datetime

from django.db import transaction

from lyhord.desk import rules
from lyhord.desk.actions import changing, giving_back, meaning, tally, waiting
from lyhord.desk.models import Conversation, Filing, Status, Strand, Turn
from lyhord.desk.steps import filing, joining, words
from lyhord.intake.models import Post, PostAlias, PostChange
from lyhord.outbox import actions as sending
from lyhord.outbox import queries as outbox
from lyhord.triage.models import Assessment
from lyhord.web import marks

MARK = "desk.take_changes"
MOST = 500


@transaction.atomic
def take_changes(now: datetime) -> int:
    """Edits, deletions, hidings and reactions: the conversation gets a new version, and open pages look again."""
    changes = list(PostChange.objects.filter(pk__gt=marks.get(MARK)).order_by("pk")[:MOST])
    if not changes:
        return 0
    what: dict[int, set[str]] = {}
    for change in changes:
        what.setdefault(change.post_id, set()).add(change.what)
    joining.follow({post for post, kinds in what.items() if "joined" in kinds}, now)
    sending.hold_answers({post for post, kinds in what.items() if kinds & {"edited", "deleted"}}, now)
    file_again({post for post, kinds in what.items() if kinds & {"filled", "joined"}}, now)
    turns = {
        turn.post_id: turn
        for turn in Turn.objects.filter(post__in=what).select_related("post", "post__assessment")
    }
    touched = {turn.conversation_id for turn in turns.values()} | echoed(set(what) - set(turns))
    for row in changing.locked(touched):
        cell, was_spam = tally.key(row), row.is_spam
        for post, turn in turns.items():
            if turn.conversation_id == row.pk and post is not None:
                take(row, turn, what[post])
        changing.saved(row, cell, now)
        if was_spam and not row.is_spam:
            giving_back.queue_again([row], now)
    marks.put(MARK, changes[-1].pk)
    return len(changes)


def echoed(posts: set[int]) -> set[int]:
    """Conversations of which these are our own words: somebody liked them, or they were deleted there.

    The receipt may know them by a further name of theirs.
    """
    own = Post.objects.filter(pk__in=posts, is_own=True)
    further = PostAlias.objects.filter(post__in=own)
    names = {*own.values_list("account", "native"), *further.values_list("account", "native")}
    if not names:
        return set()
    standing = outbox.receipts_by_native({name[0] for name in names}, {name[1] for name in names})
    ours = [dispatch for name, dispatch in standing.items() if name in names]
    return set(Turn.objects.filter(dispatch__in=ours).values_list("conversation", flat=True))


def file_again(posts: set[int], now: datetime) -> None:
    """A post that was filed as context before it was told whole, or before it spoke to us, is looked at once more."""
    context = Filing.objects.filter(
        post__in=posts, outcome=Filing.CONTEXT, post__deleted_at=None, post__is_placeholder=False
    )
    spoken = context.filter(post__is_spoken_to=True) | context.filter(post__is_own=True)
    again = list(spoken.values_list("post", flat=True))
    if not again:
        return
    Filing.objects.filter(post__in=again).update(outcome=Filing.WAITING)
    ready = words.read(Post.objects.filter(words.READY, pk__in=again))
    if ready:
        filing.file_batch(sorted(ready, key=lambda word: (word.at, word.pk)), now)


def take(row: Conversation, turn: Turn, kinds: set[str]) -> None:
    post = turn.post
    assert post is not None
    if "deleted" in kinds:
        deleted(row, turn)
    elif "edited" in kinds and post.at >= row.last_at:
        row.snippet = rules.one_line(post.text)
        judged_anew(row, post)
    elif "judge" in kinds and post.at >= row.last_at and row.status != Status.CLOSED:
        judged_anew(row, post)


def deleted(row: Conversation, turn: Turn) -> None:
    """Her words are gone: they are not shown in the list, and nobody waits for an answer to them."""
    newest = Turn.objects.filter(conversation=row, what="", post__deleted_at=None, note=None).select_related(
        "post", "dispatch"
    )
    last = newest.order_by("-at", "-pk").first()
    words_left = (
        last.post.text if last and last.post else last.dispatch.text if last and last.dispatch else ""
    )
    row.snippet = rules.one_line(words_left)
    if row.waiting_since is not None:
        row.waiting_since = waiting.first_unanswered(row, None)
    if turn.strand is not None and turn.strand.waiting_since is not None:
        Strand.objects.filter(pk=turn.strand.pk).update(
            waiting_since=waiting.first_unanswered(row, turn.strand)
        )


def judged_anew(row: Conversation, post: Post) -> None:
    told: Assessment | None = getattr(post, "assessment", None)
    if told is None:
        return
    row.kind, row.topic, row.sentiment = told.kind, told.topic, told.sentiment
    row.is_urgent, row.needs_answer, row.priority = told.is_urgent, told.needs_answer, told.priority
    meaning.meant(row, told.purpose, told.journey, told.is_asking, is_first=post.at <= row.opened_at)
    if told.language and told.language != "und":
        row.lang = told.language
    if row.spam_set is None:
        row.is_spam = row.is_spam and told.kind == "spam"
    account = row.account
    row.flow = rules.flow(account.purpose, row.brand.channel_model, row.kind, row.needs_answer)
