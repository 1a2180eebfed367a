"""What this room asks of networks; runs in the worker's pool. Each `due_...` gives (account, row), one slot an account."""

from lyhord.intake.sources.ancestors import due_ancestors, fetch_ancestors
from lyhord.intake.sources.attachments import due_attachments, fetch_attachment
from lyhord.intake.sources.gaps import count_heard, count_unknown, fill_gaps
from lyhord.intake.sources.looks import due_looks, look, look_again
from lyhord.intake.sources.polling import Overtaken, due_sources, poll, start_backfill
from lyhord.intake.sources.streaming import due_streams, release, stream

__all__ = [
    "Overtaken",
    "count_heard",
    "count_unknown",
    "due_ancestors",
    "due_attachments",
    "due_looks",
    "due_sources",
    "due_streams",
    "fetch_ancestors",
    "fetch_attachment",
    "fill_gaps",
    "look",
    "look_again",
    "poll",
    "release",
    "start_backfill",
    "stream",
]
