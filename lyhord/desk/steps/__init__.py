"""What the worker does for the desk, in the order of the walk."""

from lyhord.desk.steps.changes import take_changes
from lyhord.desk.steps.clock import follow_merges, forget_presence, wake
from lyhord.desk.steps.dispatches import take_dispatches
from lyhord.desk.steps.filing import file_posts
from lyhord.desk.steps.retiring import end_waits

__all__ = [
    "end_waits",
    "file_posts",
    "follow_merges",
    "forget_presence",
    "take_changes",
    "take_dispatches",
    "wake",
]
