"""What we do to a post or a person on the network: hide, like, delete, block, report. All through the outbox."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.customers.models import Identity
from lyhord.desk.actions import changing, tally, waiting
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.rules import PASSING
from lyhord.intake.models import Post
from lyhord.outbox import actions as outbox
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

VERBS = ("hide", "unhide", "delete", "like", "unlike", "block", "unblock", "report")
MANDATES = {"unlike": "like", "delete": "delete_post"}


@transaction.atomic
def moderate(
    conversation: Conversation,
    verb: str,
    post: Post,
    *,
    by: User,
    form_key: UUID,
    now: datetime,
    reason: str = "",
) -> Turn:
    """Do `verb` to a post of this conversation's threads (or to its author). Raises outbox.CannotSend where it cannot."""
    if verb not in VERBS:
        raise NotPossible(_("There is no such verb for a post."))
    mandates.require(by, MANDATES.get(verb, verb), post.account)
    row = changing.locked([conversation.pk]).get()
    again = Turn.objects.filter(dispatch__key=form_key).first()
    if again is not None:
        return again
    require_here(row, post, verb)
    identity = Identity.objects.filter(
        brand=row.brand_id, connector=post.account.connector, native=post.author
    ).first()
    dispatch = outbox.queue(
        post.account,
        verb,
        key=form_key,
        by=by,
        now=now,
        thread=post.thread,
        answers=post,
        person=post.author,
        person_handle=post.handle,
        identity_id=identity.pk if identity is not None else None,
        is_public=post.is_public,
        reason=reason,
    )
    turn = Turn.objects.create(
        conversation=row,
        at=now,
        dispatch=dispatch,
        what=verb,
        values={"post": post.pk},
        by=by,
        taken_state=dispatch.state,
    )
    cell = tally.key(row)
    if verb == "like":
        acknowledge(row, post)
    changing.saved(row, cell, now)
    audit.record(f"post.{verb}", post, by=by, now=now, conversation=row.pk, reason=reason)
    return turn


def acknowledge(row: Conversation, post: Post) -> None:
    """A like on praise or a mention in passing is the answer to it: nobody waits for words (RE-26)."""
    if post.is_own or row.needs_answer or row.kind not in PASSING or row.waiting_since is None:
        return
    turn = Turn.objects.filter(post=post, conversation=row).select_related("strand").first()
    newest = Turn.objects.filter(conversation=row, post__is_own=False, post__deleted_at=None).order_by(
        "-at", "-pk"
    )
    if turn is not None and turn == newest.first():
        waiting.answered(row, turn.strand)


def require_here(row: Conversation, post: Post, verb: str) -> None:
    if not row.strands.filter(thread=post.thread_id).exists():
        raise NotPossible(_("This post is not part of the conversation."))
    if post.is_own and verb in {"block", "unblock", "report"}:
        raise NotPossible(_("These are our own words."))
    if post.deleted_at is not None and verb not in {"block", "unblock", "report"}:
        raise NotPossible(_("The post is deleted already."))
