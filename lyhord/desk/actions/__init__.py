"""The verbs of the desk. Callers write `actions.reply(...)`."""

from lyhord.desk.actions.assigning import assign, assign_team, take, unassign
from lyhord.desk.actions.attending import mark_read, mark_unread, present
from lyhord.desk.actions.bulk import VERBS, bulk
from lyhord.desk.actions.cases import (
    describe_case,
    give_number,
    look_again,
    make_case,
    no_case,
    skip,
    tick,
    untick,
)
from lyhord.desk.actions.changing import Done
from lyhord.desk.actions.correcting import correct
from lyhord.desk.actions.deciding import decide, note_nightmare
from lyhord.desk.actions.departments import (
    DepartmentGiven,
    Reminding,
    bring_back_department,
    change_department,
    make_department,
    retire_department,
)
from lyhord.desk.actions.drafting import save_draft, take_over_draft
from lyhord.desk.actions.enclosing import describe, enclose, take_out
from lyhord.desk.actions.endings import Ending, NeedsEnding, can_answer
from lyhord.desk.actions.experts import set_expert
from lyhord.desk.actions.followups import finish_followup, follow_up, move_followup
from lyhord.desk.actions.giving import give_address
from lyhord.desk.actions.giving_back import give_back
from lyhord.desk.actions.granting import approve_grant, decline_grant, grant, withdraw_grant
from lyhord.desk.actions.handing import accept, decline, hand_over, hand_over_all, withdraw
from lyhord.desk.actions.history import GivenHistory, GivenNote, keep_history
from lyhord.desk.actions.labelling import mark_spam, not_spam, set_priority, set_subject, tag, untag
from lyhord.desk.actions.late import acknowledge, decide_late
from lyhord.desk.actions.letting import approve_reply, return_reply
from lyhord.desk.actions.macro_runs import Ran, run_macro
from lyhord.desk.actions.macros import GivenMacro, delete_macro, save_macro
from lyhord.desk.actions.mentioning import answer_as_guest
from lyhord.desk.actions.mentioning import read_all as read_mentions
from lyhord.desk.actions.merging import merge, part
from lyhord.desk.actions.moderating import moderate
from lyhord.desk.actions.policy import (
    add_approval_rule,
    add_shift,
    remove_approval_rule,
    remove_shift,
    set_terms,
    set_trust,
)
from lyhord.desk.actions.proposing import propose, withdraw_proposal
from lyhord.desk.actions.purposes import read_purpose, tell_purpose
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
from lyhord.desk.actions.remedies import bring_back_remedy, retire_remedy, save_remedy, set_level
from lyhord.desk.actions.replies import move_to_private, note, reply
from lyhord.desk.actions.requesting import ask, ask_further, draft_answer
from lyhord.desk.actions.requesting import new_link as new_request_link
from lyhord.desk.actions.requesting import withdraw as withdraw_request
from lyhord.desk.actions.responding import answer_request
from lyhord.desk.actions.responding import opened as request_opened
from lyhord.desk.actions.responsibilities import set_responsible
from lyhord.desk.actions.routing_rules import (
    change_rule,
    make_rule,
    move_rule,
    remove_rule,
    set_policy,
    switch_rule,
    try_rule,
)
from lyhord.desk.actions.saved_replies import (
    Given,
    Wording,
    delete_reply,
    restore_reply,
    review_reply,
    save_reply,
    use_reply,
)
from lyhord.desk.actions.scheduling import cancel_scheduled, change_scheduled, schedule
from lyhord.desk.actions.shifts import read_shift_notes, write_shift_note
from lyhord.desk.actions.skills import set_skill, set_slots
from lyhord.desk.actions.splitting import split
from lyhord.desk.actions.status import close, reopen, snooze, wake
from lyhord.desk.actions.tags import add_tag, merge_tags, remove_tag, rename_tag
from lyhord.desk.actions.thanking import thank
from lyhord.desk.actions.types import (
    move_step,
    retire_field,
    retire_step,
    retire_type,
    save_field,
    save_step,
    save_type,
    set_case_settings,
)
from lyhord.desk.actions.undoing import Undone, undo
from lyhord.desk.actions.valuing import set_field
from lyhord.desk.actions.viewing import delete_view, save_view

__all__ = [
    "VERBS",
    "CannotSee",
    "ChangedSince",
    "Closed",
    "DepartmentGiven",
    "Done",
    "Elsewhere",
    "Ending",
    "Given",
    "GivenHistory",
    "GivenMacro",
    "GivenNote",
    "NeedsEnding",
    "NewerTurn",
    "NotPossible",
    "NothingToUndo",
    "Ran",
    "Referred",
    "Reminding",
    "To",
    "Undone",
    "Wording",
    "accept",
    "acknowledge",
    "add_approval_rule",
    "add_shift",
    "add_tag",
    "answer_as_guest",
    "answer_request",
    "approve_grant",
    "approve_reply",
    "ask",
    "ask_further",
    "assign",
    "assign_team",
    "bring_back_department",
    "bring_back_remedy",
    "bulk",
    "can_answer",
    "cancel_scheduled",
    "change_department",
    "change_rule",
    "change_scheduled",
    "close",
    "correct",
    "decide",
    "decide_late",
    "decline",
    "decline_grant",
    "delete_macro",
    "delete_reply",
    "delete_view",
    "describe",
    "describe_case",
    "draft_answer",
    "enclose",
    "finish_followup",
    "follow_up",
    "give_address",
    "give_back",
    "give_number",
    "grant",
    "hand_over",
    "hand_over_all",
    "keep_history",
    "look_again",
    "make_case",
    "make_department",
    "make_rule",
    "mark_read",
    "mark_spam",
    "mark_thread_read",
    "mark_unread",
    "merge",
    "merge_tags",
    "moderate",
    "move_followup",
    "move_rule",
    "move_step",
    "move_to_private",
    "new_request_link",
    "no_case",
    "not_spam",
    "note",
    "note_nightmare",
    "part",
    "part_referral",
    "present",
    "propose",
    "read_mentions",
    "read_purpose",
    "read_shift_notes",
    "refer",
    "remove_approval_rule",
    "remove_rule",
    "remove_shift",
    "remove_tag",
    "rename_tag",
    "reopen",
    "reply",
    "request_opened",
    "restore_reply",
    "retire_department",
    "retire_field",
    "retire_remedy",
    "retire_step",
    "retire_type",
    "return_reply",
    "review_reply",
    "run_macro",
    "save_draft",
    "save_field",
    "save_macro",
    "save_remedy",
    "save_reply",
    "save_step",
    "save_type",
    "save_view",
    "schedule",
    "set_case_settings",
    "set_expert",
    "set_field",
    "set_level",
    "set_policy",
    "set_priority",
    "set_responsible",
    "set_skill",
    "set_slots",
    "set_subject",
    "set_terms",
    "set_trust",
    "skip",
    "snooze",
    "split",
    "switch_rule",
    "tag",
    "take",
    "take_out",
    "take_over_draft",
    "tell_purpose",
    "thank",
    "tick",
    "try_rule",
    "unassign",
    "undo",
    "untag",
    "untick",
    "use_reply",
    "wake",
    "withdraw",
    "withdraw_grant",
    "withdraw_proposal",
    "withdraw_request",
    "write_shift_note",
]
