"""A customer's word: which conversation it belongs to, and what it changes there."""

from lyhord.desk import rules
from lyhord.desk.actions import meaning
from lyhord.desk.models import Conversation, Filing, Status, Strand, Turn
from lyhord.desk.steps.arrivals import Arrivals
from lyhord.desk.steps.book import Book
from lyhord.desk.steps.words import Word
from lyhord.lib import bulk


def file(book: Book, word: Word, arrivals: Arrivals) -> None:
    before = len(book.new)
    strand = strand_of(book, word)
    conversation = strand.conversation
    begins = len(book.new) > before or conversation.status == Status.CLOSED
    told(book, conversation, word)
    arrivals.arrive(word, conversation, is_new=begins)
    if strand.answered_at is None or word.at > strand.answered_at:
        strand.waiting_since = strand.waiting_since or word.at
        book.touch_strand(strand)
    else:  # an old word, found late, that was answered long ago
        settle(conversation)
    turn = bulk.made(Turn, at=word.at, post_id=word.pk)
    bulk.point(turn, "conversation", conversation)
    bulk.point(turn, "strand", strand)
    book.turns.append(turn)
    book.turn_of[word.account, word.native] = strand
    book.filings.append(bulk.made(Filing, post_id=word.pk, outcome=Filing.TURN, at=book.now))


def settle(conversation: Conversation) -> None:
    if conversation.waiting_since is None and conversation.status == Status.OPEN:
        conversation.status = Status.WAITING


# Which strand, which conversation ---------------------------------------------------------------------------------


def strand_of(book: Book, word: Word) -> Strand:
    """The open strand of this person in this thread; a private thread holds one conversation at a time."""
    assert word.identity is not None
    mine = book.strands.get((word.thread, word.identity))
    beside = book.private.get(word.thread, [])
    found = mine or (beside[-1] if beside else None)
    former = found.conversation if found is not None else None
    if former is not None and not rules.is_same_matter(former.closed_at, word.at):
        end(book, [mine] if mine is not None and not beside else beside)
        mine = None
        return opened(book, word, new_conversation(book, word, continues=former))
    if mine is not None:
        return mine
    if former is None and (case := book.cases.get((word.account, word.parent))) is not None:
        is_same = rules.is_same_matter(case.closed_at, word.at)
        return opened(book, word, case if is_same else new_conversation(book, word, continues=case))
    return opened(book, word, former or invited(book, word) or new_conversation(book, word, continues=None))


def end(book: Book, strands: list[Strand]) -> None:
    for strand in list(strands):
        strand.ended_at = book.now
        book.ended.append(strand)
        del book.strands[strand.thread_id, strand.identity_id]
    if strands:
        book.private.pop(strands[0].thread_id, None)


def opened(book: Book, word: Word, conversation: Conversation) -> Strand:
    assert word.identity is not None
    strand = bulk.made(Strand, thread_id=word.thread, identity_id=word.identity, begun_at=word.at)
    bulk.point(strand, "conversation", conversation)
    book.new_strands.append(strand)
    book.remember(strand)
    return strand


def invited(book: Book, word: Word) -> Conversation | None:
    """We asked her to go on in private, and here she is."""
    if book.threads[word.thread].is_public or word.customer is None:
        return None
    found = book.invited.get((word.account, word.customer))
    if found is not None and rules.is_same_matter(found.closed_at, word.at):
        return found
    return None


def new_conversation(book: Book, word: Word, *, continues: Conversation | None) -> Conversation:
    assert word.customer is not None
    account, thread = book.accounts[word.account], book.threads[word.thread]
    conversation = bulk.made(
        Conversation,
        brand_id=account.brand_id,
        account_id=account.pk,
        customer_id=word.customer,
        subject=rules.one_line(thread.title or word.title),
        lang=account.language,
        is_public=thread.is_public,
        is_spam=word.kind == "spam",
        opened_at=word.at,
        last_at=word.at,
        team_id=continues.team_id if continues is not None else None,
    )
    if ticket := book.tickets.pop((account.pk, thread.native), None):
        conversation.ticket = ticket
    if continues is not None:
        conversation.continues = continues
    book.new.append(conversation)
    return conversation


# What it changes there --------------------------------------------------------------------------------------------


def told(book: Book, conversation: Conversation, word: Word) -> None:
    """The conversation as it stands after this word."""
    account = book.accounts[word.account]
    is_newest = word.at >= conversation.last_at
    was_closed = conversation.status == Status.CLOSED
    if was_closed:
        reopened(book, conversation, word)
    if is_newest:
        conversation.snippet = rules.one_line(word.text)
        conversation.last_at = word.at
        assessed(conversation, word, is_first=word.at <= conversation.opened_at)
    if conversation.spam_set is None and word.kind != "spam":
        if conversation.is_spam:
            book.again.append(conversation)
        conversation.is_spam = False  # one good word is enough to be looked at
    conversation.flow = rules.flow(
        account.purpose, account.brand.channel_model, conversation.kind, conversation.needs_answer
    )
    conversation.is_public = conversation.is_public or book.threads[word.thread].is_public
    if conversation.waiting_since is None or was_closed:
        conversation.waiting_since = word.at
    conversation.status = Status.OPEN
    conversation.snoozed_until = conversation.snoozed_by_id = None
    book.touch(conversation)


def reopened(book: Book, conversation: Conversation, word: Word) -> None:
    conversation.closed_at = conversation.closed_by_id = None
    book.reopened.append(conversation)
    book.again.append(conversation)
    book.turns.append(Turn(conversation=conversation, at=book.now, what="reopened", values={"post": word.pk}))


def assessed(conversation: Conversation, word: Word, *, is_first: bool) -> None:
    """Take over the judgement of her newest word. While she waits, what was urgent stays so."""
    waits = conversation.waiting_since is not None
    conversation.kind, conversation.topic = word.kind or "", word.topic or ""
    meaning.meant(
        conversation, word.purpose or "", word.journey or "", word.is_asking is not False, is_first=is_first
    )
    conversation.sentiment = word.sentiment or 0
    conversation.is_urgent = bool(word.is_urgent) or (waits and conversation.is_urgent)
    conversation.needs_answer = bool(word.needs_answer) or (waits and conversation.needs_answer)
    conversation.priority = max(word.priority or 0, conversation.priority if waits else 0)
    if word.language and word.language != "und":
        conversation.lang = word.language
