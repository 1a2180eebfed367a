"""A network that does as it is told, and a customer who writes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest

from lyhord.channels import registry
from lyhord.channels.contract import Abilities, AccountSide, Allowed, Connector, Denied, Length, Outgoing
from lyhord.channels.models import Account, App
from lyhord.customers.models import Authorship, Customer, Identity
from lyhord.desk import actions, queries, steps
from lyhord.desk.models import Conversation, Strand, Turn
from lyhord.intake.models import Post, Thread
from lyhord.outbox.models import Dispatch, Receipt, State
from lyhord.staff.models import Brand, User
from lyhord.triage.models import Assessment


class Network(Connector):
    name = "network"
    label = "Network"
    limit = 500
    private_way = "direct"
    accepts: Mapping[str, int] = MappingProxyType({"image/png": 50_000, "application/pdf": 1_000})
    allowed: Allowed | Denied = Allowed()

    def abilities(self, account: AccountSide) -> Abilities:
        length = Length(self.limit)
        return Abilities(
            receive=("poll",),
            verbs=frozenset({"reply", "hide", "unhide", "delete", "like", "unlike", "block", "unblock"}),
            signals=frozenset({"created"}),
            reply={"public": length, "private": length},
            private_after_public=self.private_way,  # type: ignore[arg-type]
            files=self.accepts,
            most_files=2,
        )

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        return self.allowed


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    made = Network()

    def connectors() -> Mapping[str, Connector]:
        return {"network": made}

    monkeypatch.setattr(registry, "connectors", connectors)
    yield made


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    return make_account(brand, now)


def make_account(brand: Brand, now: datetime, **fields: Any) -> Account:
    app = App.objects.create(connector="network", name="Network", endpoint=uuid4().hex, made_at=now)
    usual = {"name": "Norrtåg", "native": uuid4().hex, "handle": "norrtag", "language": "sv", "made_at": now}
    return Account.objects.create(app=app, brand=brand, connector="network", **(usual | fields))


@dataclass
class World:
    """What tests say and do, in few words."""

    account: Account
    now: datetime
    clock: timedelta = timedelta(0)
    made: int = 0
    people: dict[str, Identity] = field(default_factory=dict)

    def later(self, **ago: float) -> datetime:
        self.now += timedelta(**ago)
        return self.now

    def person(self, name: str) -> Identity:
        if name not in self.people:
            brand = self.account.brand
            customer = Customer.objects.create(brand=brand, name=name, since=self.now)
            self.people[name] = Identity.objects.create(
                customer=customer, brand=brand, connector="network", native=name.lower(), handle=f"{name.lower()}@net",
                name=name, first_at=self.now, last_at=self.now,
            )  # fmt: skip
        return self.people[name]

    def thread(
        self, native: str, *, is_public: bool = True, account: Account | None = None, **fields: Any
    ) -> Thread:
        made, _new = Thread.objects.get_or_create(
            account=account or self.account,
            native=native,
            defaults={"is_public": is_public, "begun_at": self.now, **fields},
        )
        return made

    def post(
        self,
        name: str,
        text: str = "När går tåget?",
        *,
        thread: str = "t1",
        is_public: bool = True,
        **fields: Any,
    ) -> Post:
        """A post by that person ("" : by us), stored and known, with an assessment; not filed yet."""
        self.made += 1
        place = self.thread(thread, is_public=is_public, account=fields.pop("account", None))
        told = fields.pop("told", {})
        is_assessed = fields.pop("is_assessed", True)
        usual = {
            "native": f"p{self.made}", "author": name.lower(), "handle": f"{name.lower()}@net", "name": name, "at": self.now,
            "stored_at": self.now, "text_at": self.now, "is_own": not name, "is_public": is_public,
        }  # fmt: skip
        post = Post.objects.create(thread=place, account=place.account, text=text, **(usual | fields))
        Authorship.objects.create(post=post, identity=self.person(name) if name else None)
        if name and is_assessed:
            assess(post, self.now, **told)
        return post

    def says(self, name: str, text: str = "När går tåget?", **fields: Any) -> Conversation:
        """She writes, and it is filed."""
        post = self.post(name, text, **fields)
        steps.file_posts(self.now)
        return Turn.objects.select_related("conversation").get(post=post).conversation

    def strand(self, conversation: Conversation) -> Strand:
        return (
            Strand.objects.select_related("thread", "identity")
            .filter(conversation=conversation)
            .order_by("-pk")[0]
        )

    def answer(self, conversation: Conversation, by: User, text: str = "Klockan tolv.", **given: Any) -> Turn:
        strand = given.pop("strand", None) or self.strand(conversation)
        usual: dict[str, Any] = {
            "seen": queries.newest_turn(conversation.pk), "is_public": strand.thread.is_public, "form_key": uuid4(),
            "now": self.now,
        }  # fmt: skip
        return actions.reply(strand, text, by=by, **(usual | given))

    def becomes(self, dispatch: Dispatch | None, state: State, native: str = "") -> None:
        """What the outbox does: the dispatch is in this state now."""
        assert dispatch is not None
        sent_at = self.now if state == State.SENT else None
        Dispatch.objects.filter(pk=dispatch.pk).update(state=state, state_at=self.now, sent_at=sent_at)
        if native:
            Receipt.objects.create(
                dispatch=dispatch, account=self.account, native=native, evidence="answer", at=self.now
            )


def assess(post: Post, now: datetime, **told: Any) -> Assessment:
    usual = {
        "model": "test", "language": "sv", "kind": "question", "topic": "booking", "needs_answer": True, "priority": 40,
    }  # fmt: skip
    return Assessment.objects.create(post=post, at=now, **(usual | told))


@pytest.fixture
def world(account: Account, now: datetime) -> World:
    return World(account, now)


@pytest.fixture
def linnea(make_user: Callable[..., User]) -> User:
    return make_user(name="Linnea Nord", email="linnea@example.com")


@pytest.fixture
def petri(make_user: Callable[..., User]) -> User:
    return make_user(name="Petri Aalto", email="petri@example.com")
