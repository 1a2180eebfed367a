"""How soon departments answered, and how often they had to be reminded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from lyhord.desk.models import Department, Request
from lyhord.desk.queries.departments import departments_managed_by
from lyhord.staff.models import User

DAYS = (7, 28, 90)
MOST = 20_000  # questions; more than an organisation asks in a quarter


@dataclass(frozen=True)
class DepartmentLine:
    department: Department
    asked: int
    answered: int
    declined: int
    waiting: int
    overdue: int
    in_time: int  # of those answered or declined
    minutes: float | None  # to the first answer: the median
    reminders: int  # that were needed

    @property
    def share_in_time(self) -> float | None:
        done = self.answered + self.declined
        return self.in_time / done if done else None


def report(user: User, *, days: int, now: datetime) -> list[DepartmentLine]:
    """Of questions asked in that time, by the departments that she looks after."""
    departments = list(departments_managed_by(user).select_related("brand").order_by("brand__name", "name"))
    rows = Request.objects.filter(department__in=departments, at__gt=now - timedelta(days=days))
    asked = rows.values_list("department", "state", "at", "first_answer_at", "answer_by", "reminders")
    of: dict[int, list[tuple[str, datetime, datetime | None, datetime, int]]] = {}
    for department, *told in asked.order_by("pk")[:MOST]:
        of.setdefault(department, []).append(tuple(told))  # type: ignore[arg-type]
    return [
        line(row, of.get(row.pk, []), now) for row in departments if row.retired_at is None or row.pk in of
    ]


def line(
    row: Department, asked: list[tuple[str, datetime, datetime | None, datetime, int]], now: datetime
) -> DepartmentLine:
    states = [state for state, *_rest in asked]
    waits = [(first - at).total_seconds() / 60 for _state, at, first, _due, _n in asked if first is not None]
    done = [(first, due) for state, _at, first, due, _n in asked if first is not None and state in DONE]
    return DepartmentLine(
        row,
        asked=len(asked),
        answered=states.count(Request.State.ANSWERED),
        declined=states.count(Request.State.DECLINED),
        waiting=states.count(Request.State.OPEN),
        overdue=sum(1 for state, _at, _first, due, _n in asked if state == Request.State.OPEN and due < now),
        in_time=sum(1 for first, due in done if first <= due),
        minutes=median(waits) if waits else None,
        reminders=sum(n for *_rest, n in asked),
    )


DONE = (Request.State.ANSWERED, Request.State.DECLINED)
