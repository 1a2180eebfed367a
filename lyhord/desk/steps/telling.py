"""Whoever has a conversation hears that its customer wrote again."""

from lyhord.desk.actions import notifications
from lyhord.desk.models import Notification
from lyhord.desk.steps.book import Book
from lyhord.staff.models import User


def tell_owners(book: Book) -> None:
    """Once until she has read it, so that a storm over one conversation costs no more than a word. Nothing is asked
    where nobody has any of these conversations."""
    hers = {word.pk for word in book.words if word.is_hers}
    owned = {
        turn.conversation_id: turn.conversation
        for turn in book.turns
        if turn.post_id in hers and turn.conversation.assignee_id is not None
    }
    if not owned:
        return
    known = Notification.objects.filter(what="answered", conversation__in=owned, read_at=None)
    told = set(known.values_list("user", "conversation"))
    people = User.objects.in_bulk({row.assignee_id for row in owned.values()})
    for pk, row in sorted(owned.items()):
        if (row.assignee_id, pk) not in told:
            notifications.tell(people.get(row.assignee_id or 0), "answered", row, book.now)
