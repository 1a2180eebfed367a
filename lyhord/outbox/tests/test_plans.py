"""What the worker asks each moment is found by an index, however much was sent before."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from lyhord.outbox import queries
from lyhord.outbox.models import Dispatch, Receipt, State

Ask = Callable[[datetime], Any]


@pytest.mark.parametrize(
    "ask",
    [
        lambda now: queries.due(now)[:100],
        lambda now: Dispatch.objects.filter(state=State.UNSURE, due_at__lte=now),
        lambda now: queries.earlier_in_lane("t1", 9, now),
        lambda now: queries.open_holds(now).filter(lane="*"),
        lambda now: Receipt.objects.filter(account=1, native="n1"),
    ],
)
def test_no_table_of_the_outbox_is_read_whole(db: None, now: datetime, ask: Ask) -> None:
    if connection.vendor == "postgresql":  # it reads a small table whole, whatever index there is
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = ask(now).explain()
    assert "SCAN outbox_" not in plan
    assert "Seq Scan on outbox_" not in plan
