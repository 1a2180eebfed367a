"""An account on the paper network, a customer's post there, and people who answer it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.models import Account
from lyhord.channels.tests.fakes import Paper
from lyhord.conftest import MakeUser
from lyhord.intake.models import Post, Thread
from lyhord.outbox import actions
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import Brand, Team, User

Queue = Callable[..., Dispatch]
MakePost = Callable[..., Post]


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    network = Paper(tmp_path / "paper.jsonl")
    monkeypatch.setattr(registry, "connectors", lambda: {"paper": network})
    return network


@pytest.fixture
def account(paper: Paper, brand: Brand, now: datetime) -> Account:
    return channels.connect("paper", brand, [], "Kundtjänst", {"place": "table", "token": "right"}, None, now)


@pytest.fixture
def agent(make_user: MakeUser) -> User:
    return make_user("agent", email="linnea@example.com", name="Linnea Berg")


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user("lead", email="petri@example.com", name="Petri Chef")


@pytest.fixture
def stranger_team(db: None) -> Team:
    """A team of another brand, which must see nothing of ours."""
    return Team.objects.create(brand=Brand.objects.create(name="Södertåg"), name="Support")


@pytest.fixture
def thread(account: Account, now: datetime) -> Thread:
    return Thread.objects.create(account=account, native="thread1", is_public=True, begun_at=now)


@pytest.fixture
def make_post(thread: Thread, now: datetime) -> MakePost:
    made = 0

    def make(text: str = "Where is my train?", **fields: Any) -> Post:
        nonlocal made
        made += 1
        usual: dict[str, Any] = {
            "thread": thread, "account": thread.account, "native": f"post{made}", "author": "anna", "text": text,
            "at": now, "stored_at": now, "text_at": now, "is_public": True,
        }  # fmt: skip
        return Post.objects.create(**usual | fields)

    return make


@pytest.fixture
def post(make_post: MakePost) -> Post:
    return make_post()


@pytest.fixture
def queue(account: Account, thread: Thread, post: Post, agent: User, now: datetime) -> Queue:
    """queue("words", **fields): a public reply of the agent to Anna."""

    def reply(text: str = "Hello Anna", **fields: Any) -> Dispatch:
        usual: dict[str, Any] = {
            "key": uuid4(), "by": agent, "now": now, "thread": thread, "answers": post, "newest": post,
            "person": "anna", "person_handle": "@anna", "text": text,
        }  # fmt: skip
        usual |= fields
        return actions.queue(usual.pop("account", account), usual.pop("verb", "reply"), **usual)

    return reply
