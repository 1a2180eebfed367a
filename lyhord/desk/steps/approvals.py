"""What happens when an approver lets the time pass: the next in line is asked."""

from datetime import datetime

from lyhord.desk.actions import granting, letting
from lyhord.desk.models import Grant, Proposal

MOST = 100


def pass_approvals_on(now: datetime) -> int:
    grants = Grant.objects.filter(state="asked", due_at__lte=now).order_by("due_at", "pk")[:MOST]
    proposals = Proposal.objects.filter(state="open", due_at__lte=now).order_by("due_at", "pk")[:MOST]
    return granting.pass_on(grants, now) + letting.pass_on(proposals, now)
