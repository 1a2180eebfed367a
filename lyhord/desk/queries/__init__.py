"""What the desk shows. Callers write `queries.inbox(...)`."""

from lyhord.desk.queries.answering import may_answer
from lyhord.desk.queries.card import Answer, Card, card, same_reply_before
from lyhord.desk.queries.cases import case_address
from lyhord.desk.queries.detail import Detail, OwnTopic, StrandRow, conversation, neighbours, waits_next
from lyhord.desk.queries.inbox import BadCursor, Filters, NoSuchView, Page, Row, inbox, row, rows
from lyhord.desk.queries.lines import Line, lines, lines_in_view
from lyhord.desk.queries.macros import (
    Preview,
    macros,
    macros_for,
    macros_visible_to,
    may_change_macro,
    preview_macro,
)
from lyhord.desk.queries.people import Present, colleagues, presences, present
from lyhord.desk.queries.referrals import (
    Places,
    ReferralRow,
    Told,
    history,
    places,
    referrals,
    referrals_visible_to,
    told_again,
)
from lyhord.desk.queries.saved_replies import (
    Fitting,
    fitting,
    fitting_one,
    may_change,
    saved_replies,
    saved_replies_visible_to,
)
from lyhord.desk.queries.scheduling import scheduled_in, scheduled_replies, scheduled_visible_to
from lyhord.desk.queries.selecting import Matching, matching
from lyhord.desk.queries.sight import (
    conversations_visible_to,
    draft_files,
    drafts,
    drafts_visible_to,
    newest_turn,
    posts_visible_to,
    saved_views,
    strands_visible_to,
    tags,
    threads_visible_to,
)
from lyhord.desk.queries.threads import Reader, Said, reader
from lyhord.desk.queries.turns import MOST as MOST_TURNS
from lyhord.desk.queries.turns import TurnRow, context, turns
from lyhord.desk.queries.views import DONE, VIEWS, counts
from lyhord.desk.queries.ways import Way, other_ways

__all__ = [
    "DONE",
    "MOST_TURNS",
    "VIEWS",
    "Answer",
    "BadCursor",
    "Card",
    "Detail",
    "Filters",
    "Fitting",
    "Line",
    "Matching",
    "NoSuchView",
    "OwnTopic",
    "Page",
    "Places",
    "Present",
    "Preview",
    "Reader",
    "ReferralRow",
    "Row",
    "Said",
    "StrandRow",
    "Told",
    "TurnRow",
    "Way",
    "card",
    "case_address",
    "colleagues",
    "context",
    "conversation",
    "conversations_visible_to",
    "counts",
    "draft_files",
    "drafts",
    "drafts_visible_to",
    "fitting",
    "fitting_one",
    "history",
    "inbox",
    "lines",
    "lines_in_view",
    "macros",
    "macros_for",
    "macros_visible_to",
    "matching",
    "may_answer",
    "may_change",
    "may_change_macro",
    "neighbours",
    "newest_turn",
    "other_ways",
    "places",
    "posts_visible_to",
    "presences",
    "present",
    "preview_macro",
    "reader",
    "referrals",
    "referrals_visible_to",
    "row",
    "rows",
    "same_reply_before",
    "saved_replies",
    "saved_replies_visible_to",
    "saved_views",
    "scheduled_in",
    "scheduled_replies",
    "scheduled_visible_to",
    "strands_visible_to",
    "tags",
    "threads_visible_to",
    "told_again",
    "turns",
    "waits_next",
]
