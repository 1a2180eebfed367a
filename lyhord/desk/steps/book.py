"""What a batch of posts touches: read once, changed in memory, written once."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from lyhord.channels.models import Account
from lyhord.desk.actions import changing, giving_back, holding, tally
from lyhord.desk.models import CaseAddress, Conversation, Filing, Strand, Turn
from lyhord.desk.steps import numbering
from lyhord.desk.steps.words import Word
from lyhord.intake.models import Thread, Ticket
from lyhord.lib import bulk

INVITED = timedelta(
    days=14
)  # so long after we asked her into private, what she writes there is the same matter

STATE = [
    "snippet", "subject", "status", "lang", "kind", "topic", "sentiment", "is_urgent", "flow", "is_spam", "needs_answer",
    "use", "purpose", "journey", "is_viewpoint", "is_public", "priority", "last_at", "waiting_since", "first_answer_at", "snoozed_until", "snoozed_by", "closed_at",
    "closed_by", "invited_at", "version",
]  # fmt: skip


class Book:
    """The rows of one batch."""

    def __init__(self, words: Iterable[Word], now: datetime) -> None:
        self.now = now
        self.words = list(words)
        self.accounts = Account.objects.select_related("brand").in_bulk({word.account for word in self.words})
        self.threads = Thread.objects.in_bulk({word.thread for word in self.words})
        self.strands: dict[tuple[int, int], Strand] = {}  # (thread, identity): the open one
        self.private: dict[int, list[Strand]] = {}  # private thread: its open ones
        self.ended: list[Strand] = []
        self.touched: dict[int, Strand] = {}
        self.new_strands: list[Strand] = []
        self.new: list[Conversation] = []
        self.known: dict[int, Conversation] = {}
        self.changed: dict[int, Conversation] = {}
        self.cells: dict[int, tally.Key] = {}
        self.turns: list[Turn] = []
        self.numbered: list[tuple[Turn, Conversation]] = []  # turns that tell the number of a conversation
        self.turn_of: dict[tuple[int, str], Strand] = {}  # (account, native): where that post was filed
        self.filings: list[Filing] = []
        self.reopened: list[Conversation] = []
        self.again: list[Conversation] = []  # the router looks at them anew
        self.load()

    def load(self) -> None:
        hers = [word for word in self.words if word.is_hers]
        ours = {word.thread for word in self.words if word.is_ours}
        private = {word.thread for word in self.words if not self.threads[word.thread].is_public}
        rows = Strand.objects.filter(
            Q(thread__in=private | ours)
            | Q(thread__in={word.thread for word in hers}, identity__in={word.identity for word in hers}),
            ended_at=None,
        )
        strands = list(rows.order_by("pk"))
        self.lock({strand.conversation_id for strand in strands})
        for strand in strands:
            strand.conversation = self.known[strand.conversation_id]
            self.remember(strand)
        self.invited = self.load_invited(hers)
        self.tickets = self.load_tickets(hers)
        self.cases = self.load_cases(hers)

    def lock(self, ids: Iterable[int]) -> None:
        for row in (
            Conversation.objects.filter(pk__in=set(ids) - set(self.known)).order_by("pk").select_for_update()
        ):
            self.known[row.pk] = row
            self.cells[row.pk] = tally.key(row)

    def remember(self, strand: Strand) -> None:
        self.strands[strand.thread_id, strand.identity_id] = strand
        if not self.threads[strand.thread_id].is_public:
            self.private.setdefault(strand.thread_id, []).append(strand)

    def load_invited(self, hers: list[Word]) -> dict[tuple[int, int], Conversation]:
        """(account, customer): the matter that we asked her to go on with in private."""
        asking = [
            word
            for word in hers
            if not self.threads[word.thread].is_public and word.thread not in self.private
        ]
        if not asking:
            return {}
        # By the customer alone: an account may have a million, and a database without statistics would take its index.
        ids = Conversation.objects.filter(
            customer__in={word.customer for word in asking}, invited_at__gte=self.now - INVITED
        ).values_list("pk", flat=True)
        self.lock(ids)
        rows = sorted((self.known[pk] for pk in ids), key=lambda row: row.invited_at or self.now)
        return {(row.account_id, row.customer_id): row for row in rows}

    def load_cases(self, hers: list[Word]) -> dict[tuple[int, str], Conversation]:
        """(account, what it answers): the conversation whose own address a private word came to."""
        asked = {word.parent for word in hers if word.parent and not self.threads[word.thread].is_public}
        if not asked:
            return {}
        rows = CaseAddress.objects.filter(account__in={word.account for word in hers}, parent__in=asked)
        found = {
            (account, parent): pk
            for account, parent, pk in rows.values_list("account", "parent", "conversation")
        }
        self.lock(found.values())
        return {name: self.known[pk] for name, pk in found.items()}

    def load_tickets(self, hers: list[Word]) -> dict[tuple[int, str], Ticket]:
        """(account, native thread): the number that a form was given when it was sent."""
        natives = {self.threads[w.thread].native for w in hers if (w.thread, w.identity) not in self.strands}
        rows = Ticket.objects.filter(account__in={word.account for word in hers}, thread__in=natives)
        used = (
            set(Conversation.objects.filter(ticket__in=rows).values_list("ticket", flat=True))
            if natives
            else set()
        )
        return {(row.account_id, row.thread): row for row in rows if row.pk not in used}

    def touch(self, conversation: Conversation) -> None:
        if conversation.pk is not None:
            self.changed[conversation.pk] = conversation

    def touch_strand(self, strand: Strand) -> None:
        if strand.pk is not None:
            self.touched[strand.pk] = strand

    def write(self) -> None:
        numbers = iter(numbering.take(sum(row.ticket_id is None for row in self.new)))
        for row in self.new:
            row.number = row.ticket.number if row.ticket is not None else next(numbers)
        bulk.insert(self.new)
        for row in self.changed.values():
            row.version += 1
        bulk.update(self.changed.values(), STATE)
        self.write_strands()
        for turn, named in self.numbered:
            turn.values = {"number": named.number}
        for turn in self.turns:
            owner = turn.conversation
            turn.conversation_id = owner.pk
            turn.strand_id = turn.strand.pk if turn.strand is not None else None
        bulk.insert(self.turns)
        self.write_filings()
        self.count_and_tell()
        if self.reopened:
            holding.lift(*self.reopened, now=self.now)
        if self.again:
            giving_back.queue_again(self.again, self.now)

    def write_strands(self) -> None:
        if self.ended:
            Strand.objects.filter(pk__in=[strand.pk for strand in self.ended]).update(ended_at=self.now)
        for strand in self.new_strands:
            strand.conversation_id = strand.conversation.pk
        bulk.insert(self.new_strands)
        bulk.update(self.touched.values(), ["waiting_since", "answered_at"])

    def write_filings(self) -> None:
        aside = set(
            Filing.objects.filter(post__in=[filing.post_id for filing in self.filings]).values_list(
                "post", flat=True
            )
        )
        for outcome in {filing.outcome for filing in self.filings}:
            again = [
                filing.post_id
                for filing in self.filings
                if filing.outcome == outcome and filing.post_id in aside
            ]
            if again and outcome != Filing.WAITING:
                Filing.objects.filter(post__in=again).update(outcome=outcome, at=self.now)
        bulk.insert([filing for filing in self.filings if filing.post_id not in aside])

    def count_and_tell(self) -> None:
        deltas: Counter[tally.Key] = Counter()
        for row in self.new:
            tally.moved(None, tally.key(row), deltas)
        for row in self.changed.values():
            tally.moved(self.cells[row.pk], tally.key(row), deltas)
        changing.told([*self.new, *self.changed.values()], tally.write(deltas), self.now)
