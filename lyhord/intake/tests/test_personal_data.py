"""What is held about a person is given to her, and forgotten when she asks."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps

from lyhord.channels.contract import Author, Media
from lyhord.channels.models import Account
from lyhord.intake import actions, personal_data, search
from lyhord.intake.models import Attachment, Envelope, Post, Reaction, Report
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import said, take
from lyhord.lib.persons import Person
from lyhord.staff.models import Brand

ANNA = Person(native_ids=((makes.CONNECTOR, "anna"),), addresses=("anna@example.com",))


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    account = makes.make_account(brand, now)
    media = (Media("https://files.example/a.png", "picture", name="me.png"),)
    mentions = (Author("anna", "anna@example.com"), Author("bo", "bo"))
    take(
        account,
        said("1", "My secret", title="Secret", media=media),
        said("2", "Other", by="bo", mentions=mentions, extra={"roles": {"anna": "named", "bo": "answered"}}),
        now=now,
    )
    take(account, said("1", "Still secret", kind="edited", key="e", at=now + timedelta(minutes=1)), now=now)
    for kind, item in (("reaction", "2"), ("read", "9")):
        take(account, said(item, "👍", kind=kind, key=f"{kind}"), now=now)
    return account


def test_every_model_is_declared() -> None:
    models = {model.__name__ for model in apps.get_app_config("intake").get_models()}
    assert set(personal_data.DECLARED) == models


def test_a_person_gets_what_is_held(account: Account) -> None:
    told = personal_data.export(ANNA)
    assert [post["text"] for post in told["posts"]] == ["Still secret"]
    assert [post["text"] for post in told["earlier_texts"]] == ["My secret"]
    assert [file["attachments__name"] for file in told["files"]] == ["me.png"]
    assert len(told["reactions"]) == len(told["reports"]) == 1


def test_a_person_is_forgotten_and_others_are_not(account: Account, now: datetime) -> None:
    aside = actions.receive(account.app, account, b"?? anna@example.com", {}, "/x", "POST", now)
    assert personal_data.erase(ANNA, now) == 5
    hers, others = Post.objects.get(native="1"), Post.objects.get(native="2")
    assert (hers.text, hers.author, hers.name, hers.thread.title) == ("", "", "", "") and hers.deleted_at
    assert (others.text, others.author, others.deleted_at) == ("Other", "bo", None)
    assert [one["native"] for one in others.mentions] == ["", "bo"]
    assert others.extra == {"roles": {"bo": "answered"}}
    assert search.find("secret", None) == [] and search.find("other", None) == [others.pk]
    assert not Reaction.objects.exists() and Report.objects.get().person == ""
    assert Attachment.objects.get().state == Attachment.GONE
    raws = [bytes(raw) for raw in Envelope.objects.values_list("raw", flat=True)]
    assert not any(b"secret" in raw or (b"anna" in raw and b"Other" in raw) for raw in raws)
    assert aside is not None and bytes(Envelope.objects.get(pk=aside.pk).raw) == b""
    assert not any(personal_data.export(ANNA).values())


def test_what_the_network_tells_later_brings_nothing_back(account: Account, now: datetime) -> None:
    personal_data.erase(ANNA, now)
    take(account, said("1", "My secret", key="again"), now=now)
    take(
        account,
        said("1", "New", kind="edited", key="e2", at=now + timedelta(hours=1)),
        now=now + timedelta(hours=2),
    )
    post = Post.objects.get(native="1")
    assert (post.text, post.author, post.handle) == ("", "", "")
    assert not any(b"secret" in bytes(raw) for raw in Envelope.objects.values_list("raw", flat=True))
