"""A conversation that another system held, written as it stood there: nothing begins because of it, and nobody is told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lyhord.channels.models import Account
from lyhord.customers.models import Identity
from lyhord.desk import rules
from lyhord.desk.actions import changing, tally
from lyhord.desk.actions.labelling import alike
from lyhord.desk.models import Conversation, Filing, Note, Status, Strand, Tag, Turn
from lyhord.intake import tickets
from lyhord.intake.actions.renewing import judge_again
from lyhord.intake.models import Post, Thread
from lyhord.lib import bulk
from lyhord.staff import audit
from lyhord.staff.models import Team, User


@dataclass(frozen=True)
class GivenNote:
    """An internal note of that time. `key` makes it one, whenever it comes again."""

    text: str
    by: User
    at: datetime
    key: UUID


@dataclass(frozen=True)
class GivenHistory:
    """How it stood there. `posts` are stored and tied to their authors; none is filed yet."""

    account: Account
    identity: Identity
    thread: Thread
    posts: Sequence[Post]
    notes: Sequence[GivenNote]
    status: str
    subject: str = ""
    language: str = ""
    assignee: User | None = None
    team: Team | None = None
    tags: Sequence[str] = ()
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    until: datetime | None = None
    continues: Conversation | None = None


@transaction.atomic
def keep_history(given: GivenHistory, *, by: User | None, now: datetime) -> Conversation:
    """Write the conversation with its turns. Nobody waits in it, since nothing can be answered where it stood."""
    row = conversation_of(given, now)
    row.number = tickets.next_number()
    row.save()
    strand = Strand.objects.create(
        thread=given.thread, identity=given.identity, conversation=row, begun_at=row.opened_at
    )
    turns: list[Turn] = [
        bulk.made(Turn, conversation_id=row.pk, strand_id=strand.pk, at=post.at, post_id=post.pk)
        for post in given.posts
    ]
    turns += [note_turn(note, row) for note in given.notes]
    if row.closed_at is not None:
        turns.append(bulk.made(Turn, conversation_id=row.pk, at=row.closed_at, what="closed"))
    turns.sort(key=lambda turn: (turn.at, turn.post_id is None))
    bulk.insert(turns)
    bulk.insert([bulk.made(Filing, post_id=post.pk, outcome=Filing.TURN, at=now) for post in given.posts])
    label(row, given.tags)
    deltas: Counter[tally.Key] = Counter()
    tally.moved(None, tally.key(row), deltas)
    changing.told([row], tally.write(deltas), now)
    hers = [post.pk for post in given.posts if not post.is_own]
    if row.status != Status.CLOSED and hers:
        judge_again(hers[-1:], now)  # its kind and topic, for who goes on with it
    audit.record("conversation.brought", row, by=by, now=now, account=given.account.pk)
    return row


def conversation_of(given: GivenHistory, now: datetime) -> Conversation:
    times = [post.at for post in given.posts]
    opened = min([*times, *([given.opened_at] if given.opened_at else [])])
    last = max([*times, *(note.at for note in given.notes)])
    status = given.status if given.status in Status.values else Status.CLOSED
    if status == Status.SNOOZED and (given.until is None or given.until <= now):
        status = Status.OPEN
    first_hers = next((post.at for post in given.posts if not post.is_own), opened)
    closed = max(given.closed_at or last, last) if status == Status.CLOSED else None
    is_here = given.assignee is not None and (given.assignee.is_active or status == Status.CLOSED)
    return Conversation(
        brand=given.account.brand,
        account=given.account,
        customer=given.identity.customer,
        subject=given.subject[:200],
        snippet=rules.one_line(given.posts[-1].text),
        status=status,
        assignee=given.assignee if is_here else None,
        team=given.team,
        lang=given.language[:12],
        needs_answer=False,
        is_public=given.thread.is_public,
        opened_at=opened,
        last_at=last,
        first_answer_at=next(
            (post.at for post in given.posts if post.is_own and post.at >= first_hers), None
        ),
        snoozed_until=given.until if status == Status.SNOOZED else None,
        closed_at=min(closed, now) if closed else None,
        continues=given.continues,
    )


def note_turn(given: GivenNote, row: Conversation) -> Turn:
    note = Note.objects.create(text=given.text, by=given.by, at=given.at, key=given.key)
    return bulk.made(Turn, conversation_id=row.pk, at=given.at, note_id=note.pk, by_id=given.by.pk)


def label(row: Conversation, names: Sequence[str]) -> None:
    """Without a turn for each: macros that listen for a tag run for what people do now."""
    row.tags.add(*{tag_of(row.brand_id, name) for name in names})


def tag_of(brand: int, name: str) -> Tag:
    known: Tag | None = alike(Tag.objects.filter(brand=brand), name)
    return known or Tag.objects.create(brand_id=brand, name=name[:60])
