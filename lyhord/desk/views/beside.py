"""What stands beside the words of a conversation about its customer: wishes, warnings, the same question elsewhere."""

from datetime import datetime
from hashlib import blake2b
from typing import Any

from lyhord.customers import queries as customers
from lyhord.customers import words as called
from lyhord.customers.models import Wish
from lyhord.desk.customer_words import differs
from lyhord.desk.models import Conversation
from lyhord.desk.queries.asked import asked_elsewhere
from lyhord.desk.queries.card import same_text
from lyhord.desk.queries.warnings import warnings
from lyhord.staff.models import User


def of_customer(user: User, conversation: Conversation, now: datetime) -> dict[str, Any]:
    wishes = customers.wishes_of(conversation.customer, now)
    return {
        "elsewhere": asked_elsewhere(user, conversation),
        "wishes": wishes,
        "suggested": customers.suggestions_of(user, conversation.customer).first(),
        "differs": differs,
        "habit": customers.habit(conversation.customer),
        **warned(conversation, "", "public" if conversation.is_public else "private", now, wishes),
    }


def warned(
    conversation: Conversation, text: str, kind: str, now: datetime, wishes: list[Wish] | None = None
) -> dict[str, Any]:
    """What `_before.html` shows. `wishes`: where they were read already."""
    found = warnings(conversation, text, kind, now, wishes)
    shown = mark(text) if found.sent_before else ""
    return {"warnings": found, "shown": shown, "conversation": conversation, "called": called}


def mark(text: str) -> str:
    """Of the very words that the writer was warned about."""
    return blake2b(same_text(text).encode(), digest_size=12).hexdigest()
