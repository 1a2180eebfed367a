"""What can be done with customers. Callers write `actions.merge(...)`."""

from lyhord.customers.actions.bringing import bring
from lyhord.customers.actions.describing import WrongWords, change, note, rename, set_language
from lyhord.customers.actions.merging import CannotMerge, CannotUndo, merge, undo_merge
from lyhord.customers.actions.suggesting import DecidedAlready, accept, decline, is_not_the_same, part
from lyhord.customers.actions.tying import tie
from lyhord.customers.actions.wishes import WrongUntil, accept_wish, decline_wish, end_wish, wish

__all__ = [
    "CannotMerge",
    "CannotUndo",
    "DecidedAlready",
    "WrongUntil",
    "WrongWords",
    "accept",
    "accept_wish",
    "bring",
    "change",
    "decline",
    "decline_wish",
    "end_wish",
    "is_not_the_same",
    "merge",
    "note",
    "part",
    "rename",
    "set_language",
    "tie",
    "undo_merge",
    "wish",
]
