"""Answers of departments that come by mail to a question's own address: no customer's words, and no conversation."""

from uuid import UUID, uuid5

from lyhord.desk.actions import requesting, responding
from lyhord.desk.models import Filing, Request
from lyhord.desk.steps.book import Book
from lyhord.desk.steps.words import Word
from lyhord.intake.models import Post
from lyhord.lib import bulk
from lyhord.lib.errors import LyhordError

SPACE = UUID("3f4a4a6e-2a1c-4d52-9d0b-7c3d5a1b9e42")


class Letters:
    """Of one batch: which words are answers of a department. One look, and only where a private word names what it answers."""

    def __init__(self, book: Book) -> None:
        self.book = book
        parents = {
            word.parent for word in book.words
            if word.is_hers and word.parent and not book.threads[word.thread].is_public
        }  # fmt: skip
        rows = Request.objects.filter(account__in=set(book.accounts), parent__in=parents)
        found = rows.select_related("conversation__account", "department__brand") if parents else ()
        self.requests = {(row.account_id, row.parent): row for row in found}
        self.taken: list[tuple[Word, Request]] = []

    def take(self, word: Word) -> bool:
        row = self.requests.get((word.account, word.parent))
        if row is None or self.book.threads[word.thread].is_public:
            return False
        self.taken.append((word, row))
        self.book.filings.append(bulk.made(Filing, post_id=word.pk, outcome=Filing.CONTEXT, at=self.book.now))
        return True

    def write(self) -> None:
        """After the batch was written: the answers, each once. What a machine wrote (an absence) answers nothing."""
        if not self.taken:
            return
        posts = Post.objects.in_bulk([word.pk for word, _row in self.taken])
        for word, row in self.taken:
            post = posts[word.pk]
            if post.extra.get("automatic"):
                continue
            try:
                responding.answer_request(
                    row, word.text[: requesting.LONGEST], via="mail", name=sender(post),
                    form_key=uuid5(SPACE, f"{word.account} {word.native}"), now=self.book.now,
                )  # fmt: skip
            except LyhordError:
                continue  # withdrawn, or over: the mail stays readable in its thread, and answers nothing


def sender(post: Post) -> str:
    """Who wrote, as her mail says. Whether it really was she, nobody knows."""
    return post.name or post.handle
