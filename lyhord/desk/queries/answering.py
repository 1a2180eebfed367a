"""What the network says of an answer before it is sent: whether it takes it, until when, and what it costs."""

from datetime import datetime

from lyhord.channels import registry
from lyhord.channels.actions import side_of
from lyhord.channels.contract import Allowed, Denied
from lyhord.desk.models import Conversation, Strand, Turn
from lyhord.intake.models import Post
from lyhord.outbox import queries as outbox
from lyhord.outbox.models import Dispatch


def may_answer(
    conversation: Conversation, strand: Strand, kind: str, text: str, now: datetime
) -> Allowed | Denied:
    """Of these words in this strand; `kind` is public or private. The network decides again when they leave."""
    hers = newest_of(strand)
    is_public = kind == "public"
    moves = strand.thread.is_public and not is_public  # private words to a public post have no thread yet
    wanted = Dispatch(
        account=strand.thread.account, verb="reply", thread=None if moves else strand.thread, answers=hers, newest=hers,
        person=strand.identity.native, person_handle=strand.identity.handle, text=text, lang=conversation.lang,
        is_public=is_public, made_at=now, state_at=now,
    )  # fmt: skip
    connector = registry.get(wanted.account.connector)
    return connector.can_reply(
        side_of(wanted.account), outbox.outgoing(wanted), outbox.last_word_at(wanted), now
    )


def newest_of(strand: Strand) -> Post | None:
    turns = Turn.objects.filter(strand=strand, post__is_own=False, post__deleted_at=None)
    turn = turns.select_related("post__thread").order_by("-at", "-pk").first()
    return turn.post if turn is not None else None
