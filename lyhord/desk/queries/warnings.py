"""What a writer is shown before her words leave: the very words sent before (IN-12), wishes that they do not meet (IN-17)."""

from dataclasses import dataclass
from datetime import datetime

from lyhord.customers import queries as customers
from lyhord.customers.models import Wish
from lyhord.desk import meeting
from lyhord.desk.models import Conversation
from lyhord.desk.queries.card import same_reply_before


@dataclass(frozen=True)
class Warnings:
    sent_before: datetime | None  # these very words, to this very person
    unmet: list[meeting.Unmet]
    needs: list[Wish]  # what to keep in mind whatever is written: name, pronoun, times, accessibility

    def __bool__(self) -> bool:
        return bool(self.sent_before or self.unmet or self.needs)


IN_MIND = {"said", "pronoun", "times", "access"}


def warnings(conversation: Conversation, text: str, kind: str, now: datetime) -> Warnings:
    """`kind`: public, private or note. A note is for us: nothing stands against it."""
    if kind == "note":
        return Warnings(None, [], [])
    standing = [wish for wish in customers.wishes_of(conversation.customer, now) if wish.state == Wish.STANDS]
    wished = [meeting.Wished(wish.kind, wish.value) for wish in standing]
    unmet = meeting.unmet(wished, text, connector=conversation.account.connector, is_public=kind == "public")
    return Warnings(
        sent_before=same_reply_before(conversation.customer_id, text) if text.strip() else None,
        unmet=unmet,
        needs=[wish for wish in standing if wish.kind in IN_MIND],
    )
