"""What we do to a post or a person on the network: hide, like, delete, block, report. All through the outbox."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.customers.models import Identity
from lyhord.desk.actions import changing, tally
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Turn
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
    changing.saved(row, tally.key(row), now)
    audit.record(f"post.{verb}", post, by=by, now=now, conversation=row.pk, reason=reason)
    return turn


def require_here(row: Conversation, post: Post, verb: str) -> None:
    if not row.strands.filter(thread=post.thread_id).exists():
        raise NotPossible(_("This post is not part of the conversation."))
    if post.is_own and verb in {"block", "unblock", "report"}:
        raise NotPossible(_("These are our own words."))
    if post.deleted_at is not None and verb not in {"block", "unblock", "report"}:
        raise NotPossible(_("The post is deleted already."))
