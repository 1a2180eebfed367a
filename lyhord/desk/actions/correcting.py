"""What a post really is, said by a person: the conversation follows at once, and one click takes it back."""

from datetime import datetime

from lyhord.desk import rules
from lyhord.desk.actions import changing, meaning
from lyhord.desk.actions.changing import Change
from lyhord.desk.models import Conversation, Turn
from lyhord.intake.models import Post
from lyhord.staff.models import User
from lyhord.triage import actions as triage
from lyhord.triage.models import Assessment, Correction


def correct(
    conversation: Conversation, post: Post, head: str, label: str, *, by: User, now: datetime
) -> Conversation:
    """Say what it is instead. The same word again changes nothing.

    Raises mandates.NotYours, triage.NoSuchLabel, triage.NotAssessed.
    """
    mandate = "spam" if head == "spam" else "tag"
    return changing.change(
        conversation, correcting, "corrected", mandate, by=by, now=now, post=post, head=head, label=label
    )


def correcting(step: Change, *, post: Post, head: str, label: str) -> None:
    assert step.by is not None
    newest = Correction.objects.filter(post=post, undone_at=None).order_by("-pk")
    before = newest.values_list("pk", flat=True).first()
    told = triage.correct(post, head, label, by=step.by, now=step.now)
    made = newest.first()
    if made is None or made.pk == before:
        return
    if is_newest_word(step.conversation, post):
        judged(step.conversation, post, told)
    step.undo = {"correction": made.pk}
    step.tell("corrected", head=head, label=label, was=made.was)


def is_newest_word(row: Conversation, post: Post) -> bool:
    """By her newest word the conversation is sorted; what is said of an older one changes only that."""
    hers = Turn.objects.filter(conversation=row, post__is_own=False, post__deleted_at=None)
    return hers.order_by("-at", "-pk").values_list("post", flat=True).first() == post.pk


def judged(row: Conversation, post: Post, told: Assessment) -> None:
    """A person's word counts at once, for spam too, unless somebody said otherwise of the whole conversation."""
    row.kind, row.topic, row.sentiment = told.kind, told.topic, told.sentiment
    row.is_urgent, row.needs_answer = told.is_urgent, told.needs_answer
    meaning.meant(row, told.purpose, told.journey, told.is_asking, is_first=post.at <= row.opened_at)
    if told.language and told.language != "und":
        row.lang = told.language
    if row.spam_set is None:
        row.is_spam = told.kind == "spam"
    row.flow = rules.flow(row.account.purpose, row.brand.channel_model, row.kind, row.needs_answer)
