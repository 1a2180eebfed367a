"""What can be done with customers. Callers write `actions.merge(...)`."""

from lyhord.customers.actions.describing import WrongWords, change, note, rename, set_language
from lyhord.customers.actions.merging import CannotMerge, CannotUndo, merge, undo_merge
from lyhord.customers.actions.tying import tie

__all__ = [
    "CannotMerge",
    "CannotUndo",
    "WrongWords",
    "change",
    "merge",
    "note",
    "rename",
    "set_language",
    "tie",
    "undo_merge",
]
