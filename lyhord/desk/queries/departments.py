"""Departments, and what they were asked."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from lyhord.channels import queries as channels
from lyhord.channels import registry
from lyhord.channels.actions import side_of
from lyhord.channels.models import Account, State
from lyhord.desk.models import (
    Clock,
    Conversation,
    Department,
    DepartmentMember,
    DepartmentReminder,
    Request,
    RequestTurn,
)
from lyhord.desk.queries.hours import AHEAD, plain
from lyhord.lib.hours import Hours
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import User


def departments_visible_to(user: User) -> QuerySet[Department]:
    return Department.objects.filter(brand__in=staff.brands_visible_to(user))


def departments_managed_by(user: User) -> QuerySet[Department]:
    if user.is_administrator and user.is_active:
        return Department.objects.all()
    return Department.objects.filter(brand__in=mandates.brands_where(user, "manage_departments"))


def departments_to_ask(conversation: Conversation) -> list[Department]:
    rows = Department.objects.filter(brand=conversation.brand_id, retired_at=None)
    answering = Q(members__isnull=False) | Q(addresses__isnull=False)
    return list(rows.filter(answering).distinct().order_by("name"))


def table(user: User) -> list[Department]:
    """Those she looks after, with what waits there now and who answers."""
    waiting = Count("requests", filter=Q(requests__state=Request.State.OPEN), distinct=True)
    rows = departments_managed_by(user).select_related("brand").annotate(waiting=waiting)
    rows = rows.annotate(
        n_people=Count("members", distinct=True), n_addresses=Count("addresses", distinct=True)
    )
    return list(rows.order_by("brand__name", "name"))


def chain_of(department: Department) -> list[DepartmentReminder]:
    return list(department.reminders.select_related("user").order_by("minutes", "pk"))


def hours_of(department: Department, now: datetime) -> Hours | None:
    """None: round the clock."""
    return plain(department.hours, now.year - 1, now.year + AHEAD) if department.hours else None


# Questions -----------------------------------------------------------------------------------------------------------


def requests_visible_to(user: User) -> QuerySet[Request]:
    """Of cases that she sees, and those put to a department of hers; of the latter's cases she sees no more than was ticked."""
    mine = DepartmentMember.objects.filter(department=OuterRef("department"), user=user)
    seen = Q(conversation__account__in=channels.account_ids_visible_to(user))
    return Request.objects.filter(seen | Exists(mine)) if user.is_active else Request.objects.none()


def with_case() -> QuerySet[Request]:
    return Request.objects.select_related("department__brand", "conversation__account", "by")


def requests_of_case(conversation: int) -> list[Request]:
    """The newest first, each with its thread."""
    turns = RequestTurn.objects.select_related("by").prefetch_related("files").order_by("pk")
    rows = Request.objects.filter(conversation=conversation).select_related("department", "by")
    return list(rows.prefetch_related(Prefetch("turns", turns)).order_by("-pk")[:20])


def has_requests(conversation: int) -> bool:
    return Request.objects.filter(conversation=conversation).exists()


def waits_for_department(conversation: int) -> bool:
    return Request.objects.filter(conversation=conversation, state=Request.State.OPEN).exists()


def departments_of(user: User) -> list[Department]:
    """For which she answers."""
    return list(Department.objects.filter(members__user=user).select_related("brand").order_by("name"))


def asked_by(user: User) -> QuerySet[Request]:
    rows = requests_visible_to(user).filter(by=user)
    return rows.select_related("department", "conversation", "by").order_by("-pk")


def asked_of(user: User, department: int | None = None) -> QuerySet[Request]:
    """What was put to her departments, what is due first."""
    hers = DepartmentMember.objects.filter(user=user).values("department")
    rows = Request.objects.filter(department__in=hers).select_related("department", "conversation", "by")
    if department is not None:
        rows = rows.filter(department=department)
    return rows.order_by("answer_by", "pk")


# The mailbox that takes answers -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    account: Account
    address: str
    parent: str


def answer_box(row: Request) -> Box | None:
    """A mailbox of the brand that gives an address for this question alone; None: none does."""
    boxes = Account.objects.filter(brand=row.department.brand_id, state=State.ACTIVE, is_rehearsal=False)
    for account in boxes.select_related("app").order_by("pk"):
        found = registry.get(account.connector).case_address(side_of(account), f"request:{row.pk}")
        if found is not None:
            return Box(account, found.address, found.parent)
    return None


def customer_due(conversation: Conversation) -> datetime | None:
    """When the customer's own answer is due; None: no clock runs for her."""
    running = Clock.objects.filter(conversation=conversation, stopped_at=None, paused_at=None)
    return running.exclude(due_at=None).order_by("due_at").values_list("due_at", flat=True).first()
