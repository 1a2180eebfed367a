"""What became wrong while it waited is held, and a person is asked."""

from collections.abc import Iterable
from datetime import datetime

from lyhord.channels.models import State as AccountState
from lyhord.lib.text import N_
from lyhord.outbox import queries, rules
from lyhord.outbox.actions import moving
from lyhord.outbox.models import Dispatch, State


def became_wrong(dispatch: Dispatch) -> str:
    """Why this must not be sent unseen; "" when all is as it was. What a person released she has looked at."""
    if dispatch.account.state == AccountState.RETIRED:
        return N_("The account was retired.")
    if dispatch.verb in rules.REPLIES and not dispatch.text:
        return N_("Its words were erased with the customer.")
    if dispatch.verb in rules.REPLIES and queries.newer_word(dispatch) is not None:
        return N_("The customer wrote again after this was written.")
    if dispatch.released_at is not None:
        return ""
    if dispatch.answers is not None and dispatch.answers.deleted_at is not None:
        return N_("The post that this is about was deleted.")
    if dispatch.verb == "reply" and queries.was_edited(dispatch):
        return N_("The customer edited the post after this was written.")
    if dispatch.by is not None and not dispatch.by.is_active:
        return N_("Who wrote this does not work here any more.")
    return ""


def hold_answers(posts: Iterable[int], now: datetime) -> int:
    """These posts were edited or deleted: what waits as an answer to them is held at once, with its reason.

    The claim looks again; here it is so that people see it before the words would have left. Within a transaction.
    """
    rows = Dispatch.objects.filter(answers__in=list(posts), state=State.QUEUED, verb="reply", attempts=0)
    held = 0
    for dispatch in rows.select_related("account", "answers", "newest", "thread", "by").order_by("pk"):
        reason = became_wrong(dispatch)
        held += bool(reason) and moving.move(
            dispatch, State.HELD, now, was=[State.QUEUED], hold_reason=reason
        )
    return held
