"""What the desk shows. Callers write `queries.inbox(...)`."""

from lyhord.desk.queries.answering import may_answer
from lyhord.desk.queries.card import Answer, Card, card, same_reply_before
from lyhord.desk.queries.cases import case_address
from lyhord.desk.queries.completeness import Completeness, completeness
from lyhord.desk.queries.detail import Detail, OwnTopic, StrandRow, conversation, neighbours, waits_next
from lyhord.desk.queries.inbox import BadCursor, Filters, NoSuchView, Page, Row, inbox, row, rows
from lyhord.desk.queries.lines import Line, lines, lines_in_view
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
from lyhord.desk.queries.turns import TurnRow, context, turns
from lyhord.desk.queries.views import DONE, VIEWS, counts
from lyhord.desk.queries.ways import Way, other_ways

__all__ = [
    "DONE",
    "VIEWS",
    "Answer",
    "BadCursor",
    "Card",
    "Completeness",
    "Detail",
    "Filters",
    "Line",
    "NoSuchView",
    "OwnTopic",
    "Page",
    "Places",
    "Present",
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
    "completeness",
    "context",
    "conversation",
    "conversations_visible_to",
    "counts",
    "draft_files",
    "drafts",
    "drafts_visible_to",
    "history",
    "inbox",
    "lines",
    "lines_in_view",
    "may_answer",
    "neighbours",
    "newest_turn",
    "other_ways",
    "places",
    "posts_visible_to",
    "presences",
    "present",
    "reader",
    "referrals",
    "referrals_visible_to",
    "row",
    "rows",
    "same_reply_before",
    "saved_views",
    "strands_visible_to",
    "tags",
    "threads_visible_to",
    "told_again",
    "turns",
    "waits_next",
]
