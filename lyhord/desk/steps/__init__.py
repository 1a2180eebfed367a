"""What the worker does for the desk, in the order of the walk."""

from lyhord.desk.steps.approvals import pass_approvals_on
from lyhord.desk.steps.cases import follow_cases, open_cases, remind
from lyhord.desk.steps.changes import take_changes
from lyhord.desk.steps.clock import follow_merges, forget_presence, forget_undo, wake
from lyhord.desk.steps.clocks import follow_clocks, mend_clocks, start_clocks, sweep_clocks, tick_clocks
from lyhord.desk.steps.days import keep_days
from lyhord.desk.steps.dispatches import take_dispatches
from lyhord.desk.steps.filing import file_posts
from lyhord.desk.steps.handing import end_hand_overs, hand_back
from lyhord.desk.steps.indexing import index_words
from lyhord.desk.steps.influence import tell_influence
from lyhord.desk.steps.macros import run_tag_macros
from lyhord.desk.steps.nightmares import flag_nightmares
from lyhord.desk.steps.notices import due_notices, forget_notices, mail_notices
from lyhord.desk.steps.reminding import due_request_mails, remind_departments, send_request_mail
from lyhord.desk.steps.retiring import end_waits
from lyhord.desk.steps.routing import route
from lyhord.desk.steps.scheduling import forget_previews, send_scheduled

__all__ = [
    "due_notices",
    "due_request_mails",
    "end_hand_overs",
    "end_waits",
    "file_posts",
    "flag_nightmares",
    "follow_cases",
    "follow_clocks",
    "follow_merges",
    "forget_notices",
    "forget_presence",
    "forget_previews",
    "forget_undo",
    "hand_back",
    "index_words",
    "keep_days",
    "mail_notices",
    "mend_clocks",
    "open_cases",
    "pass_approvals_on",
    "remind",
    "remind_departments",
    "route",
    "run_tag_macros",
    "send_request_mail",
    "send_scheduled",
    "start_clocks",
    "sweep_clocks",
    "take_changes",
    "take_dispatches",
    "tell_influence",
    "tick_clocks",
    "wake",
]
