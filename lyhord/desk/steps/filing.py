"""From posts to conversations: each post is filed once, as a turn, an echo, or context."""

from datetime import datetime

from django.db import transaction

from lyhord.desk.models import Filing
from lyhord.desk.steps import hers, telling, words
from lyhord.desk.steps.arrivals import Arrivals
from lyhord.desk.steps.book import Book
from lyhord.desk.steps.letters import Letters
from lyhord.desk.steps.ours import Ours
from lyhord.lib import bulk, work
from lyhord.web import marks

MARK = "desk.file_posts"
LOCK = 7_504


@transaction.atomic
def file_posts(now: datetime) -> int:
    """File a batch of posts; gives how many were taken on. Posts are told in the order of their own time."""
    work.in_order(LOCK)
    after = marks.get(MARK)
    batch = words.ready(after)
    filed = file_batch(batch, now) if batch else 0
    if batch:
        words.set_stuck_aside(after, max(word.pk for word in batch), now)
    marks.put(MARK, words.low_water(after, now))
    return filed


def file_batch(batch: list[words.Word], now: datetime) -> int:
    book = Book(batch, now)
    ours, arrivals, letters = Ours(book), Arrivals(book), Letters(book)
    for word in book.words:
        if word.is_hers and letters.take(word):
            continue
        if word.is_hers:
            hers.file(book, word, arrivals)
        elif word.is_ours:
            ours.file(word)
        else:
            book.filings.append(bulk.made(Filing, post_id=word.pk, outcome=Filing.CONTEXT, at=now))
    book.write()
    arrivals.write()
    letters.write()
    telling.tell_owners(book)
    return sum(filing.outcome != Filing.WAITING for filing in book.filings)
