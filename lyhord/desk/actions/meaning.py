"""What a conversation is there for, by the words that were judged in it (TR-04, TR-06, TR-08)."""

from lyhord.desk import rules
from lyhord.desk.models import Conversation
from lyhord.triage.heads import viewpoint


def meant(conversation: Conversation, purpose: str, journey: str, is_asking: bool, *, is_first: bool) -> None:
    """What her newest word was written for; `conversation.kind` is that word's already.

    What an earlier word told of who she is and where she stands is kept until a later one tells otherwise.
    """
    purpose = rules.purpose(conversation.kind, purpose)
    conversation.purpose = purpose if is_first else purpose or conversation.purpose
    conversation.journey = journey if is_first else journey or conversation.journey
    of_word = conversation.kind, conversation.purpose
    conversation.use = rules.use(*of_word) if is_first else rules.use_after(conversation.use, *of_word)
    conversation.is_viewpoint = viewpoint.is_viewpoint(conversation.kind, purpose, is_asking=is_asking)
