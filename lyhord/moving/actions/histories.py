"""Customers and conversations of another system. Their words go as events through intake, like all that was ever said."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.models import Account
from lyhord.customers import actions as customers
from lyhord.customers.models import Identity
from lyhord.customers.steps import COLUMNS, said
from lyhord.desk import actions as desk
from lyhord.desk.models import Conversation as OurConversation
from lyhord.intake import actions as intake
from lyhord.intake.models import Post, Thread
from lyhord.lib.errors import LyhordError
from lyhord.moving.actions.foreign import Ledger
from lyhord.moving.records import Conversation, Customer, Word
from lyhord.staff.models import Brand, Team, User

AT_ONCE = 500  # events in an envelope
NOTES = UUID("0b6ad2a7-3f7e-4f0e-9a52-6f1a7c0f6b11")
LABELS = {"chatwoot": "Chatwoot", "zammad": "Zammad", "helpdesk": "django-helpdesk", "csv": "CSV"}


class NotTaken(LyhordError):
    """Intake did not take a word."""


class Histories:
    def __init__(self, brand: Brand, system: str, known: Ledger, *, by: User, now: datetime) -> None:
        self.brand, self.system, self.known, self.by, self.now = brand, system, known, by, now
        self.made: Account | None = None
        self.names: dict[int, User] = {}

    @property
    def account(self) -> Account:
        if self.made is None or not Account.objects.filter(pk=self.made.pk).exists():
            name = LABELS.get(self.system, self.system)
            self.made = channels.history_account(self.brand, self.system, name, by=self.by, now=self.now)
        return self.made

    def name(self, native: str) -> str:
        """Their id as ours: no two systems share one."""
        return f"{self.system}:{native}"

    # Customers -----------------------------------------------------------------------------------------------------

    def customer(self, record: Customer) -> int:
        """Gives the id of her identity: the customer may be merged into another later."""
        note = "\n".join(filter(None, (record.note, record.phone)))
        identity, _is_new = customers.bring(
            self.brand,
            self.account.connector,
            self.name(record.native),
            name=record.name,
            email=record.email,
            language=record.language,
            note=note,
            since=record.since or self.now,
        )
        return identity.pk

    # Conversations -------------------------------------------------------------------------------------------------

    def conversation(self, record: Conversation) -> int:
        identity = Identity.objects.select_related("customer").get(
            pk=self.known.get("customers", record.customer) or 0
        )
        spoken = [word for word in record.words if not word.is_note]
        posts = self.posts(record, spoken, identity)
        thread = Thread.objects.get(account=self.account, native=self.name(record.native))
        if not thread.title and record.subject:
            thread.title = record.subject
            thread.save(update_fields=["title"])
        given = desk.GivenHistory(
            account=self.account,
            identity=identity,
            thread=thread,
            posts=posts,
            notes=[self.note(record, word) for word in record.words if word.is_note],
            status=record.status,
            subject=record.subject,
            language=record.language,
            assignee=self.colleague(record.assignee),
            team=Team.objects.filter(brand=self.brand, pk=self.known.get("teams", record.team) or 0).first(),
            tags=record.tags,
            opened_at=record.opened_at,
            closed_at=record.closed_at,
            until=record.until,
            continues=OurConversation.objects.filter(
                brand=self.brand, pk=self.known.get("conversations", record.continues) or 0
            ).first(),
        )
        return desk.keep_history(given, by=self.by, now=self.now).pk

    def posts(self, record: Conversation, spoken: Sequence[Word], identity: Identity) -> list[Post]:
        """Stored and tied to their authors. Raises NotTaken."""
        connector = registry.get(self.account.connector)
        for part in parts([self.event(record, word, identity) for word in spoken]):
            raw = orjson.dumps(part)
            envelope = intake.receive(
                self.account.app, self.account, raw, {}, f"import:{self.system}", "POST", self.now
            )
            if envelope is not None:
                intake.take(envelope, connector.parse(raw, {}, "", "POST"), self.now)
        natives = [self.word(record, word) for word in spoken]
        rows = Post.objects.filter(account=self.account, native__in=natives, thread__account=self.account)
        posts = sorted(rows, key=lambda post: (post.at, natives.index(post.native)))
        if len(posts) < len(set(natives)):
            raise NotTaken(f"{len(set(natives)) - len(posts)} of {len(natives)} words were not taken.")
        customers.tie(said(rows.values_list(*COLUMNS)), self.now)
        return posts

    def word(self, record: Conversation, word: Word) -> str:
        return f"{self.name(record.native)}:{word.native}"

    def event(self, record: Conversation, word: Word, identity: Identity) -> dict[str, Any]:
        """As docs/api-channel.md has it. What is private stays so: nothing tells that it was said in public."""
        data: dict[str, Any] = {
            "id": self.word(record, word),
            "thread": self.name(record.native),
            "text": word.text,
            "visibility": "private",
            "at": word.at.isoformat(),
            "is_own": word.is_ours,
            "title": record.subject,
        }
        if word.is_ours:
            name = self.person_name(word)
            data["author"] = {"id": self.name(f"us:{word.author or name or '?'}"), "name": name}
        else:
            other = word.author if self.known.get("customers", word.author) is not None else record.customer
            hers = identity.native if other == record.customer else self.name(other)
            name = identity.name or identity.customer.name
            data["author"] = {"id": hers, "name": name if other == record.customer else word.name}
        return {"type": "message.created", "data": data}

    def note(self, record: Conversation, word: Word) -> desk.GivenNote:
        """Of somebody whom nobody knows here it stands under who brought it, with the name in front."""
        writer, name = self.person(word.author), self.person_name(word)
        text = word.text if writer is not None else f"{name or '?'}: {word.text}"
        key = uuid5(NOTES, f"{self.brand.pk} {self.word(record, word)}")
        return desk.GivenNote(text=text, by=writer or self.by, at=word.at, key=key)

    def person(self, native: str) -> User | None:
        pk = self.known.get("people", native)
        if pk is None:
            return None
        if pk not in self.names:
            found = User.objects.filter(pk=pk).first()
            if found is None:
                return None
            self.names[pk] = found
        return self.names[pk]

    def colleague(self, native: str) -> User | None:
        """Somebody who works for this brand: brands are walls of sight."""
        found = self.person(native)
        if found is None or found.is_administrator:
            return found
        return found if found.memberships.filter(team__brand=self.brand).exists() else None

    def person_name(self, word: Word) -> str:
        person = self.person(word.author)
        return person.name if person is not None else word.name


def parts(events: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """Few enough for one envelope, by number and by size."""
    part: list[dict[str, Any]] = []
    size = 0
    for event in events:
        size += len(event["data"]["text"])
        if part and (len(part) >= AT_ONCE or size > 2_000_000):
            yield part
            part, size = [], len(event["data"]["text"])
        part.append(event)
    if part:
        yield part
