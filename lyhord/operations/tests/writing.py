"""Somebody who writes while a copy is taken."""

import threading
from datetime import datetime

from django.db import connections, transaction

from lyhord.web import changes


def write_until(stop: threading.Event, now: datetime, ready: threading.Event) -> None:
    """Pairs of rows, each pair one transaction: a copy must never hold half of one."""
    try:
        while not stop.is_set():
            with transaction.atomic():
                changes.note("conversation", 1, 1, now=now)
                changes.note("conversation", 2, 2, now=now)
            ready.set()
    finally:
        connections.close_all()
