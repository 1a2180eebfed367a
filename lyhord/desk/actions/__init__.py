"""The verbs of the desk. Callers write `actions.reply(...)`."""

from lyhord.desk.actions.assigning import assign, assign_team, take, unassign
from lyhord.desk.actions.attending import mark_read, mark_unread, present
from lyhord.desk.actions.bulk import VERBS, bulk
from lyhord.desk.actions.changing import Done
from lyhord.desk.actions.correcting import correct
from lyhord.desk.actions.drafting import save_draft, take_over_draft
from lyhord.desk.actions.enclosing import describe, enclose, take_out
from lyhord.desk.actions.giving import give_address
from lyhord.desk.actions.labelling import mark_spam, not_spam, set_priority, set_subject, tag, untag
from lyhord.desk.actions.moderating import moderate
from lyhord.desk.actions.reading import mark_thread_read
from lyhord.desk.actions.referring import Elsewhere, Referred, To, part_referral, refer
from lyhord.desk.actions.refusals import (
    CannotSee,
    ChangedSince,
    Closed,
    NewerTurn,
    NothingToUndo,
    NotPossible,
)
from lyhord.desk.actions.replies import move_to_private, note, reply
from lyhord.desk.actions.status import close, reopen, snooze, wake
from lyhord.desk.actions.thanking import thank
from lyhord.desk.actions.undoing import Undone, undo
from lyhord.desk.actions.viewing import delete_view, save_view

__all__ = [
    "VERBS",
    "CannotSee",
    "ChangedSince",
    "Closed",
    "Done",
    "Elsewhere",
    "NewerTurn",
    "NotPossible",
    "NothingToUndo",
    "Referred",
    "To",
    "Undone",
    "assign",
    "assign_team",
    "bulk",
    "close",
    "correct",
    "delete_view",
    "describe",
    "enclose",
    "give_address",
    "mark_read",
    "mark_spam",
    "mark_thread_read",
    "mark_unread",
    "moderate",
    "move_to_private",
    "not_spam",
    "note",
    "part_referral",
    "present",
    "refer",
    "reopen",
    "reply",
    "save_draft",
    "save_view",
    "set_priority",
    "set_subject",
    "snooze",
    "tag",
    "take",
    "take_out",
    "take_over_draft",
    "thank",
    "unassign",
    "undo",
    "untag",
    "wake",
]
