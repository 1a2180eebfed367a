"""What somebody has who left or went home goes back to the queue, told in a turn (CA-05)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, HandOver, Routing
from lyhord.staff.models import User

LEFT, AWAY = "left", "away"


def give_back(conversation: Conversation, why: str, *, by: User | None, now: datetime) -> Conversation:
    """Without an owner until somebody takes it or the router finds one; `why`: left or away."""
    return change(conversation, giving_back, "give_back", "assign", by=by, now=now, why=why)


def giving_back(step: Change, *, why: str) -> None:
    row = step.conversation
    owner = User.objects.filter(pk=row.assignee_id or 0).first()
    if owner is None:
        return
    if step.by is not None and owner.is_active:
        raise NotPossible(_("%(name)s works here still. Assign it instead.") % {"name": owner})
    HandOver.objects.filter(conversation=row, state=HandOver.OPEN).update(
        state=HandOver.WITHDRAWN, answered_at=step.now
    )
    row.assignee = None
    queue(row, owner, step.now)
    step.tell("given_back", name=str(owner), why=why, former=owner.pk)


def queue(row: Conversation, owner: User, now: datetime) -> None:
    """The router looks for somebody on its next walk; the former owner comes first if she is back by then."""
    known = Routing.objects.filter(conversation=row).first()
    wanted: dict[str, Any] = {"former": owner.pk} if owner.is_active else {}
    if known is not None and known.wanted.get("team"):
        wanted["team"] = known.wanted["team"]
    Routing.objects.update_or_create(
        conversation=row,
        defaults={"state": Routing.QUEUED, "needs_owner": True, "why": "nobody", "wanted": wanted, "at": now, "retry_at": now},
    )  # fmt: skip


def queue_again(rows: Iterable[Conversation], now: datetime) -> None:
    """What is spam no more, or was reopened without an owner, is looked at anew: the router had settled it for good.

    One that needs an owner stays on that list, for a person.
    """
    nobodys = [row.pk for row in rows if row.assignee_id is None]
    settled = Routing.objects.filter(conversation__in=nobodys, state=Routing.DONE, needs_owner=False)
    settled.update(state=Routing.QUEUED, retry_at=now)
