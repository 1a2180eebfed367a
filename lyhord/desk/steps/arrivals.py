"""A customer who was sent on writes where she was sent: her words there are tied to what she told before (IN-18)."""

from django.db.models import Q, QuerySet

from lyhord.desk import rules
from lyhord.desk.models import Conversation, Referral, Status, Turn
from lyhord.desk.steps.book import Book
from lyhord.desk.steps.words import Word
from lyhord.lib import bulk

MOST = 200
CASE = "number"
HER = "customer"
PLACES = [Referral.Kind.ACCOUNT, Referral.Kind.ADDRESS]


class Arrivals:
    """The open referrals that the words of a batch may answer."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.numbers: dict[int, set[int]] = {}  # word: those that it gives as the number of a case
        self.open: list[Referral] = []
        self.changed: list[Referral] = []
        waiting = Referral.objects.filter(joined=None, undone_at=None, until__gt=book.now, kind__in=PLACES)
        words = [word for word in book.words if word.is_hers]
        # Mostly nobody is on her way, and then this one look is all.
        if words and waiting.exists():
            self.numbers = {word.pk: rules.case_numbers(f"{word.title}\n{word.text}") for word in words}
            self.open = self.load(waiting, words)

    def load(self, waiting: QuerySet[Referral], words: list[Word]) -> list[Referral]:
        named = {number for numbers in self.numbers.values() for number in numbers}
        wanted = Q(
            account__in={word.account for word in words},
            conversation__customer__in={word.customer for word in words},
        )
        if named:
            brands = {account.brand_id for account in self.book.accounts.values()}
            wanted |= Q(conversation__number__in=named, conversation__brand__in=brands)
        rows = waiting.filter(wanted).select_related("by", "conversation").order_by("-pk")
        found = list(rows[:MOST])
        self.book.lock({row.conversation_id for row in found})
        return found

    def expected(self, word: Word, *, is_new: bool) -> tuple[Referral, str] | None:
        """The referral that this word answers, and how we know. The number counts everywhere in the brand.

        Without it, she is taken for the one who was sent only where she begins: in the middle of another matter she
        may be speaking of that one.
        """
        brand = self.book.accounts[word.account].brand_id
        mine = [
            row
            for row in self.open
            if row.joined_id is None and row.at <= word.at and row.conversation.brand_id == brand
        ]
        for row in mine:
            if row.conversation.number in self.numbers.get(word.pk, ()):
                return row, HER if row.conversation.customer_id == word.customer else CASE
        for row in mine:
            is_sent_here = row.account_id == word.account and row.conversation.customer_id == word.customer
            if is_new and is_sent_here:
                return row, HER
        return None

    def arrive(self, word: Word, conversation: Conversation, *, is_new: bool) -> None:
        """Tie her word's conversation to the referral, and let what she was sent from rest."""
        found = self.expected(word, is_new=is_new)
        if found is None:
            return
        referral, known_by = found
        source = self.book.known[referral.conversation_id]
        if source is conversation or (conversation.pk is not None and conversation.pk in referral.parted):
            return
        bulk.point(referral, "joined", conversation)
        referral.joined_at, referral.known_by = word.at, known_by
        self.open.remove(referral)
        self.changed.append(referral)
        if not conversation.pk and conversation.continues_id is None:
            conversation.continues = source  # it goes on, so it counts as no new matter
            conversation.subject = conversation.subject or source.subject
        self.tell(referral, source, conversation)
        if source.waiting_since is None and source.status != Status.CLOSED:
            source.status, source.closed_at = Status.CLOSED, self.book.now
            source.snoozed_until = source.snoozed_by_id = None
        self.book.touch(source)

    def tell(self, referral: Referral, source: Conversation, conversation: Conversation) -> None:
        told = {"number": source.number, "name": str(referral.by)}
        here = bulk.made(Turn, at=self.book.now, what="referred_here", values=told)
        bulk.point(here, "conversation", conversation)
        there = Turn(conversation=source, at=self.book.now, what="referral_arrived")
        self.book.turns += [here, there]
        self.book.numbered.append((there, conversation))

    def write(self) -> None:
        for referral in self.changed:
            assert referral.joined is not None
            Referral.objects.filter(pk=referral.pk, joined=None).update(
                joined=referral.joined.pk, joined_at=referral.joined_at, known_by=referral.known_by
            )
