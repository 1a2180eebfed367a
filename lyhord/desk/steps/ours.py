"""A post of our own account: the echo of a dispatch, one still in doubt, or words sent with another tool."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from lyhord.desk import rules
from lyhord.desk.models import Filing, Status, Strand, Turn
from lyhord.desk.steps.book import Book
from lyhord.desk.steps.words import Word
from lyhord.intake.models import Post, PostAlias
from lyhord.outbox import queries as outbox
from lyhord.outbox.models import Dispatch, State

IN_DOUBT = [State.SENDING, State.UNSURE, State.HANDED_OVER]


class Ours:
    """What is known of the own posts of a batch."""

    def __init__(self, book: Book) -> None:
        self.book = book
        words = [word for word in book.words if word.is_ours]
        self.echoes = echoes(words)
        self.doubted = in_doubt(words)
        self.parents = parents(words) if words else {}

    def file(self, word: Word) -> None:
        book = self.book
        if word.pk in self.echoes:
            self.echo(word, self.echoes[word.pk])
        elif word.thread in self.doubted or (word.account, word.parent) in self.doubted:
            book.filings.append(Filing(post_id=word.pk, outcome=Filing.WAITING, at=book.now))
        else:
            strand = self.strand_of(word)
            if strand is not None:
                said(book, strand, word)
            outcome = Filing.TURN if strand is not None else Filing.CONTEXT
            book.filings.append(Filing(post_id=word.pk, outcome=outcome, at=book.now))

    def echo(self, word: Word, dispatch: int) -> None:
        """No turn: the dispatch has one. But now we know in which thread our private words stand."""
        book = self.book
        turn = Turn.objects.filter(dispatch=dispatch).select_related("conversation").first()
        if turn is not None and turn.strand_id is None and not book.threads[word.thread].is_public:
            place_private(book, word, turn)
        book.filings.append(Filing(post_id=word.pk, outcome=Filing.ECHO, at=book.now))

    def strand_of(self, word: Word) -> Strand | None:
        """Whom these words answer: the author of the parent, the one person of a private thread, or of this one."""
        book = self.book
        key = (word.account, word.parent)
        if key in book.turn_of:
            return book.turn_of[key]
        if key in self.parents:
            found = self.parents[key]
            return book.strands.get((found.thread_id, found.identity_id))
        if word.thread in book.private:
            return book.private[word.thread][-1]
        here = [strand for (thread, _identity), strand in book.strands.items() if thread == word.thread]
        return here[0] if len(here) == 1 and word.parent else None


def echoes(words: list[Word]) -> dict[int, int]:
    """Post: the dispatch that it is the echo of."""
    if not words:
        return {}
    names = {(word.account, word.native): word.pk for word in words}
    for account, native, post in PostAlias.objects.filter(post__in=[word.pk for word in words]).values_list(
        "account", "native", "post"
    ):
        names[account, native] = post
    found = outbox.receipts_by_native({key[0] for key in names}, {key[1] for key in names})
    return {names[key]: dispatch for key, dispatch in found.items() if key in names}


def in_doubt(words: list[Word]) -> set[int | tuple[int, str]]:
    """Threads, and posts answered, of which a dispatch is on its way or unsure."""
    if not words:
        return set()
    doubted = Dispatch.objects.filter(
        Q(state__in=IN_DOUBT) | Q(state=State.QUEUED, attempts__gt=0), verb__in=["reply", "post"]
    )
    natives = {word.parent for word in words if word.parent}
    answered = Post.objects.filter(account__in={word.account for word in words}, native__in=natives)
    columns = ("thread", "account", "answers__native")
    # Two statements, each by an index: an OR of the two would read all dispatches.
    rows = [
        *doubted.filter(thread__in={word.thread for word in words}).values_list(*columns),
        *doubted.filter(answers__in=list(answered.values_list("pk", flat=True))).values_list(*columns),
    ]
    found: set[int | tuple[int, str]] = set()
    for thread, account, native in rows:
        if thread is not None:
            found.add(thread)
        if native:
            found.add((account, native))
    return found


def parents(words: Iterable[Word]) -> dict[tuple[int, str], Strand]:
    """(account, native) of the posts that these answer: their strands."""
    natives = {word.parent for word in words if word.parent}
    accounts = {word.account for word in words}
    turns = Turn.objects.filter(post__native__in=natives, post__account__in=accounts, strand__isnull=False)
    rows = turns.select_related("strand", "post")
    return {
        (t.post.account_id, t.post.native): t.strand
        for t in rows
        if t.post is not None and t.strand is not None
    }


def said(book: Book, strand: Strand, word: Word) -> None:
    """Sent with another tool: it answers her all the same."""
    conversation = strand.conversation
    book.turns.append(Turn(conversation=conversation, strand=strand, at=word.at, post_id=word.pk))
    book.turn_of[word.account, word.native] = strand
    strand.answered_at = max(strand.answered_at or word.at, word.at)
    is_newest = word.at >= conversation.last_at
    if is_newest:
        conversation.last_at = word.at
        conversation.snippet = rules.one_line(word.text)
        strand.waiting_since = None
        conversation.waiting_since = still_waiting(book, strand)
        if conversation.waiting_since is None and conversation.status in {Status.OPEN, Status.SNOOZED}:
            conversation.status = Status.WAITING
            conversation.snoozed_until = conversation.snoozed_by = None
    conversation.first_answer_at = min(conversation.first_answer_at or word.at, word.at)
    book.touch(conversation)
    book.touch_strand(strand)


def still_waiting(book: Book, answered: Strand) -> datetime | None:
    """Since when somebody waits in another strand of the same conversation."""
    here = [strand for strand in book.strands.values() if strand.conversation is answered.conversation]
    known = {strand.pk for strand in here}
    waiting = [strand.waiting_since for strand in here if strand is not answered and strand.waiting_since]
    if answered.conversation.pk is not None:
        others = Strand.objects.filter(
            conversation=answered.conversation.pk, ended_at=None, waiting_since__isnull=False
        )
        since = others.exclude(pk__in=known - {None}).values_list("waiting_since", flat=True)
        waiting += [at for at in since if at is not None]
    return min(waiting, default=None)


def place_private(book: Book, word: Word, turn: Turn) -> None:
    """The private strand of a conversation that began in public, opened by our own word."""
    public = Strand.objects.filter(conversation=turn.conversation_id).order_by("-pk").first()
    if public is None or book.private.get(word.thread):
        return
    book.lock([turn.conversation_id])
    strand = Strand(
        thread_id=word.thread,
        identity_id=public.identity_id,
        conversation=book.known[turn.conversation_id],
        begun_at=word.at,
    )
    strand.save()
    Turn.objects.filter(pk=turn.pk).update(strand=strand)
    book.remember(strand)
    book.touch(strand.conversation)
