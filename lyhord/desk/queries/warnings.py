"""What a writer is shown before her words leave: the very words sent before (IN-12), wishes that they do not meet (IN-17)."""

from dataclasses import dataclass
from datetime import datetime

from lyhord.customers import queries as customers
from lyhord.customers.models import Wish
from lyhord.desk import meeting
from lyhord.desk.models import Conversation, Expertise
from lyhord.desk.queries.card import same_reply_before


@dataclass(frozen=True)
class Warnings:
    sent_before: datetime | None  # these very words, to this very person
    unmet: list[meeting.Unmet]
    is_expert: bool  # she knows the matter well: no basics (IN-11)
    needs: list[Wish]  # what to keep in mind whatever is written: name, pronoun, times, accessibility

    def __bool__(self) -> bool:
        return bool(self.sent_before or self.unmet or self.needs or self.is_expert)


IN_MIND = {"said", "pronoun", "times", "access"}


def warnings(
    conversation: Conversation, text: str, kind: str, now: datetime, wishes: list[Wish] | None = None
) -> Warnings:
    """`kind`: public, private or note. A note is for us: nothing stands against it. `wishes`: where they were read already."""
    if kind == "note":
        return Warnings(None, [], False, [])
    known = customers.wishes_of(conversation.customer, now) if wishes is None else wishes
    standing = [wish for wish in known if wish.state == Wish.STANDS]
    wished = [meeting.Wished(wish.kind, wish.value) for wish in standing]
    unmet = meeting.unmet(wished, text, connector=conversation.account.connector, is_public=kind == "public")
    return Warnings(
        sent_before=same_reply_before(conversation.customer_id, text) if text.strip() else None,
        unmet=unmet,
        is_expert=is_expert(conversation),
        needs=[wish for wish in standing if wish.kind in IN_MIND],
    )


def is_expert(conversation: Conversation) -> bool:
    """Read with the conversation where a page shows it (casefile.GATES); else asked here."""
    known = conversation.__dict__.get("is_expert")
    if known is not None:
        return bool(known)
    return Expertise.objects.filter(customer=conversation.customer_id, is_expert=True).exists()
