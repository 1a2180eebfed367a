"""What the desk shows. Callers write `queries.inbox(...)`."""

from lyhord.desk.queries.card import Answer, Card, card, same_reply_before
from lyhord.desk.queries.completeness import Completeness, completeness
from lyhord.desk.queries.detail import Detail, StrandRow, conversation, neighbours, waits_next
from lyhord.desk.queries.inbox import BadCursor, Filters, NoSuchView, Page, Row, inbox, row, rows
from lyhord.desk.queries.people import Present, colleagues, presences, present
from lyhord.desk.queries.renewed import rows_in_view
from lyhord.desk.queries.sight import (
    conversations_visible_to,
    drafts,
    drafts_visible_to,
    newest_turn,
    posts_visible_to,
    saved_views,
    strands_visible_to,
    tags,
)
from lyhord.desk.queries.turns import TurnRow, context, turns
from lyhord.desk.queries.views import VIEWS, counts

__all__ = [
    "VIEWS",
    "Answer",
    "BadCursor",
    "Card",
    "Completeness",
    "Detail",
    "Filters",
    "NoSuchView",
    "Page",
    "Present",
    "Row",
    "StrandRow",
    "TurnRow",
    "card",
    "colleagues",
    "completeness",
    "context",
    "conversation",
    "conversations_visible_to",
    "counts",
    "drafts",
    "drafts_visible_to",
    "inbox",
    "neighbours",
    "newest_turn",
    "posts_visible_to",
    "presences",
    "present",
    "row",
    "rows",
    "rows_in_view",
    "same_reply_before",
    "saved_views",
    "strands_visible_to",
    "tags",
    "turns",
    "waits_next",
]
