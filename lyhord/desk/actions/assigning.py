"""Who has a conversation."""

from datetime import datetime

from lyhord.channels import queries as channels
from lyhord.desk.actions import notifications
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import CannotSee
from lyhord.desk.models import Conversation
from lyhord.staff.models import Team, User


def assign(conversation: Conversation, to: User | None, *, by: User, now: datetime) -> Conversation:
    """Give it to `to`; None: to nobody. Raises CannotSee for somebody who may not read it."""
    return change(conversation, assigning, "assign", "assign", by=by, now=now, to=to)


def take(conversation: Conversation, *, by: User, now: datetime) -> Conversation:
    return change(conversation, assigning, "assign", "assign", by=by, now=now, to=by)


def unassign(conversation: Conversation, *, by: User, now: datetime) -> Conversation:
    return change(conversation, assigning, "assign", "assign", by=by, now=now, to=None)


def assign_team(conversation: Conversation, team: Team | None, *, by: User, now: datetime) -> Conversation:
    return change(conversation, assigning_team, "assign_team", "assign", by=by, now=now, team=team)


def taking(step: Change) -> None:
    assigning(step, to=step.by)


def assigning(step: Change, *, to: User | None) -> None:
    row = step.conversation
    if row.assignee_id == (to.pk if to is not None else None):
        return
    if to is not None and not channels.accounts_visible_to(to).filter(pk=row.account_id).exists():
        raise CannotSee(str(to), row.account.name)
    row.assignee = to
    step.tell("assigned", to=to.pk if to is not None else None, name=str(to) if to is not None else "")
    notifications.tell(to, "assigned", row, step.now, by=step.by)


def assigning_team(step: Change, *, team: Team | None) -> None:
    row = step.conversation
    if row.team_id == (team.pk if team is not None else None):
        return
    if team is not None and team.brand_id != row.brand_id:
        raise CannotSee(team.name, row.account.name)
    row.team = team
    step.tell(
        "assigned_team", to=team.pk if team is not None else None, name=team.name if team is not None else ""
    )
