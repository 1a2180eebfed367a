"""Who is looking, who is writing, and how far each has read."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk import queries
from lyhord.desk.actions import drafting, mentioning, notifications
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Presence, Reading, Turn
from lyhord.desk.queries import Present
from lyhord.intake import sources
from lyhord.intake.models import Post
from lyhord.staff import mandates
from lyhord.staff.models import User

LEASE = timedelta(seconds=20)
LOOKED_AT = 3  # of her words, looked at again while somebody has them open
DOINGS = ("viewing", "writing", "away", "gone")


@transaction.atomic
def present(conversation: Conversation, doing: str, *, by: User, now: datetime) -> list[Present]:
    """Say that one is here, or "gone"; gives the others. To be said again before the lease of 20 seconds ends."""
    mandates.require(by, "presence", conversation.account)
    if doing not in DOINGS:
        raise NotPossible(_("One is viewing, writing, away or gone."))
    mine = Presence.objects.filter(conversation=conversation, user=by)
    before = mine.filter(until__gt=now).values_list("doing", flat=True).first()
    if doing == "gone":
        mine.delete()
    else:
        Presence.objects.update_or_create(
            conversation=conversation, user=by, defaults={"doing": doing, "until": now + LEASE}
        )
        sources.look_again(newest_words(conversation), now)
    if before != (None if doing == "gone" else doing):
        drafting.tell(conversation, now)
    return [other for other in queries.present(conversation.pk, now=now) if other.user_id != by.pk]


def newest_words(conversation: Conversation) -> list[Post]:
    """Her newest words here: what an answer would be to."""
    hers = Post.objects.filter(turn__conversation=conversation, is_own=False, deleted_at=None)
    return list(hers.select_related("account__app").order_by("-at", "-pk")[:LOOKED_AT])


@transaction.atomic
def mark_read(conversation: Conversation, *, by: User, now: datetime, turn: int | None = None) -> None:
    """Not bold for her any more, up to `turn` (None: all that is there)."""
    mandates.require(by, "see", conversation.account)
    newest = turn if turn is not None else queries.newest_turn(conversation.pk)
    reading, made = Reading.objects.get_or_create(
        conversation=conversation, user=by, defaults={"last_turn": newest or 0}
    )
    if not made and newest is not None and newest > reading.last_turn:
        Reading.objects.filter(pk=reading.pk, last_turn__lt=newest).update(last_turn=newest)
    notifications.read(by, now=now, conversation=conversation.pk)
    mentioning.read(by, now, conversation=conversation)


@transaction.atomic
def mark_unread(conversation: Conversation, *, by: User, now: datetime) -> None:
    """Bold again for her, from the customer's newest word on."""
    mandates.require(by, "see", conversation.account)
    hers = Turn.objects.filter(conversation=conversation, post__is_own=False).order_by("-pk")
    newest = hers.values_list("pk", flat=True).first() or queries.newest_turn(conversation.pk) or 1
    Reading.objects.update_or_create(conversation=conversation, user=by, defaults={"last_turn": newest - 1})
