"""What the worker does here. Those that speak with networks take one dispatch; the others take a batch."""

from lyhord.outbox.files import remove as remove_files
from lyhord.outbox.steps.sending import due_dispatches, send
from lyhord.outbox.steps.settling import (
    lift_ended,
    settle_unsure,
    take_echoes,
    take_reports,
    unsure_dispatches,
)

__all__ = [
    "due_dispatches",
    "lift_ended",
    "remove_files",
    "send",
    "settle_unsure",
    "take_echoes",
    "take_reports",
    "unsure_dispatches",
]
