"""What events make of posts and threads."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lyhord.channels.contract import Author, Event, Media, Unreadable, Unsupported
from lyhord.channels.models import Account
from lyhord.intake import search
from lyhord.intake.models import (
    Attachment,
    Envelope,
    Post,
    PostChange,
    PostVersion,
    Reaction,
    Refusal,
    Report,
    Seen,
    Thread,
)
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import said, take
from lyhord.staff.models import Brand

ANNA = Author(native="anna", handle="anna@example.com", name="Anna")


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    return makes.make_account(brand, now)


def about(kind: Any, item: str, at: datetime, text: str = "", **fields: Any) -> Event:
    return Event(kind=kind, key=f"{kind}:{item}:{at}:{text}", item=item, at=at, text=text, **fields)


def test_a_post_is_kept_as_the_network_told_it(account: Account, now: datetime) -> None:
    at = now - timedelta(hours=2)
    take(account, said("1", "Var är\r\ntåget?\0", at=at, lang="sv", link="https://net.example/1"), now=now)
    post = Post.objects.get()
    assert (post.text, post.lang, post.at, post.stored_at) == ("Var är\ntåget?", "sv", at, now)
    assert (post.author, post.handle, post.name) == ("anna", "anna@example.com", "Anna")
    assert post.is_public and not post.is_placeholder and post.thread.native == "1"
    assert Envelope.objects.get().state == Envelope.DONE
    assert not PostChange.objects.exists()


def test_the_same_event_again_changes_nothing(account: Account, now: datetime) -> None:
    take(account, said(), now=now)
    take(account, said(text="Other words"), said(), now=now + timedelta(days=400))
    assert Post.objects.get().text == "Hello"
    assert (Seen.objects.count(), PostVersion.objects.count(), PostChange.objects.count()) == (1, 0, 0)


def test_the_same_news_of_ours_again_is_one_report(account: Account, now: datetime) -> None:
    for _ in range(3):
        take(account, about("delivered", "9", now), now=now)
    assert Report.objects.count() == 1


def test_two_accounts_do_not_share_posts(account: Account, brand: Brand, now: datetime) -> None:
    other = makes.make_account(brand, now)
    take(account, said(), now=now)
    take(other, said(), now=now)
    assert Post.objects.count() == Thread.objects.count() == 2


@pytest.mark.parametrize("at", [None, datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)])
def test_an_absurd_time_is_taken_as_now(account: Account, now: datetime, at: datetime | None) -> None:
    take(account, said(at=at), now=now)
    assert Post.objects.get().at == now


def test_an_edit_keeps_the_earlier_text(account: Account, now: datetime) -> None:
    take(account, said(at=now), now=now)
    take(account, about("edited", "1", now + timedelta(minutes=1), "Hello again", author=ANNA), now=now)
    post = Post.objects.get()
    assert (post.text, post.version) == ("Hello again", 2)
    assert list(post.versions.values_list("text", flat=True)) == ["Hello"]
    assert PostChange.objects.get().what == "edited"
    assert search.find("again", None) == [post.pk]


def test_a_deletion_leaves_a_tombstone_and_no_word(account: Account, now: datetime) -> None:
    first = take(
        account, said(text="secret", media=(Media("https://files.example/a.png", "picture"),)), now=now
    )
    second = take(account, about("edited", "1", now + timedelta(minutes=1), "secret still"), now=now)
    third = take(account, about("deleted", "1", now + timedelta(minutes=2)), now=now)
    post = Post.objects.get()
    assert (post.text, post.title, post.name, post.link, post.author) == ("", "", "", "", "anna")
    assert post.deleted_at == now + timedelta(minutes=2)
    assert not PostVersion.objects.exists() and search.find("secret", None) == []
    assert Attachment.objects.get().state == Attachment.GONE
    raws = Envelope.objects.filter(pk__in=[first.pk, second.pk, third.pk]).values_list("raw", "is_blank")
    assert {(bytes(raw), blank) for raw, blank in raws} == {(b"", True)}
    assert Envelope.objects.exclude(digest="").count() == 3


def test_what_comes_after_its_deletion_is_never_shown(account: Account, now: datetime) -> None:
    take(account, about("deleted", "1", now), now=now)
    late = take(account, said(text="secret", at=now - timedelta(minutes=1), title="secret"), now=now)
    post = Post.objects.get()
    assert post.deleted_at and post.text == "" and not post.is_placeholder
    assert post.thread.title == "" and search.find("secret", None) == []
    assert bytes(late.raw) == b""


def test_a_copy_in_another_envelope_loses_its_bytes_too(account: Account, now: datetime) -> None:
    take(account, said(text="secret"), now=now)
    copy = take(account, said(text="secret"), said("2", "beside"), now=now)
    take(account, about("deleted", "1", now), now=now)
    copy.refresh_from_db()
    assert bytes(copy.raw) == b"" and Post.objects.get(native="2").text == "beside"


def test_reactions_are_one_a_person_and_can_be_taken_back(account: Account, now: datetime) -> None:
    take(account, said(), now=now)
    take(account, about("reaction", "1", now, "👍", author=ANNA), now=now)
    take(account, about("reaction", "1", now + timedelta(minutes=1), "", author=ANNA), now=now)
    assert Reaction.objects.get().sign == ""


def test_reports_are_kept_for_later_rooms(account: Account, now: datetime) -> None:
    take(
        account,
        about("delivered", "9", now, "No such number", ok=False),
        about("erasure", "", now, author=ANNA),
        about("author_changed", "", now, author=Author("anna", "new@example.com")),
        now=now,
    )
    kinds = dict(Report.objects.values_list("kind", "person"))
    assert kinds == {"delivered": "", "erasure": "anna", "author": "anna"}
    assert not Post.objects.exists()


def test_a_dead_token_marks_the_account_broken(account: Account, now: datetime) -> None:
    take(account, about("account", "", now, "token_revoked"), now=now)
    account.refresh_from_db()
    assert account.state == "broken"


def test_roles_of_everybody_named_are_kept(account: Account, now: datetime) -> None:
    named = (
        Author("gabriella", "gabriella"),
        Author(account.native, account.handle),
    )
    take(account, said(mentions=named), now=now)
    mentions = Post.objects.get().mentions
    assert [(one["handle"], one["is_us"]) for one in mentions] == [
        ("gabriella", False),
        ("us@example.com", True),
    ]


def test_an_item_that_is_not_understood_stands_aside(account: Account, now: datetime) -> None:
    envelope = take(account, said(), Unreadable("No text."), Unsupported("A poll."), said("2"), now=now)
    assert Post.objects.count() == 2
    assert (envelope.state, envelope.problem) == (
        Envelope.QUARANTINED,
        "1 of 4 items could not be taken. The first: No text.",
    )
    assert sorted(Refusal.objects.values_list("position", "kind")) == [(1, "unreadable"), (2, "unsupported")]


@pytest.mark.parametrize("bad", range(12))
def test_one_that_cannot_be_kept_does_not_spoil_its_batch(account: Account, now: datetime, bad: int) -> None:
    items = [said(str(number)) for number in range(12)]
    items[bad] = said("poison", author=Author(native="anna", followers="many"))  # type: ignore[arg-type]
    items[bad] = said("poison", title=17)
    envelope = take(account, *items, now=now)
    assert Post.objects.count() == 11
    assert not Post.objects.filter(native="poison").exists()
    assert (envelope.state, envelope.refusals.get().position) == (Envelope.QUARANTINED, bad)


# Threads ----------------------------------------------------------------------------------------------------------


def threads() -> dict[str, str]:
    return dict(Post.objects.values_list("native", "thread__native"))


def test_a_reply_is_of_its_parents_thread(account: Account, now: datetime) -> None:
    take(account, said("1"), said("2", parent="1"), now=now)
    take(account, said("3", parent="2"), now=now)
    assert threads() == {"1": "1", "2": "1", "3": "1"}


@pytest.mark.parametrize("order", list(itertools.permutations("1234")))
def test_threads_found_to_be_one_are_joined(account: Account, now: datetime, order: tuple[str, ...]) -> None:
    parents = {"1": None, "2": "1", "3": "2", "4": "3"}
    for item in order:
        take(account, said(item, parent=parents[item]), now=now)
    assert threads() == {"1": "1", "2": "1", "3": "1", "4": "1"}
    root = Thread.objects.get(native="1")
    assert set(Thread.objects.exclude(pk=root.pk).values_list("joined", flat=True)) <= {root.pk}


def test_a_private_answer_to_a_public_post_has_a_thread_of_its_own(account: Account, now: datetime) -> None:
    take(account, said("1"), said("2", parent="1", visibility="private"), now=now)
    take(account, said("3", parent="2", visibility="private"), now=now)
    assert threads() == {"1": "1", "2": "2", "3": "2"}
    assert dict(Thread.objects.values_list("native", "is_public")) == {"1": True, "2": False}


# Order ------------------------------------------------------------------------------------------------------------


def state() -> object:
    posts = Post.objects.order_by("native").values_list(
        "native", "thread__native", "thread__is_public", "thread__title", "parent", "author", "handle", "name", "text",
        "title", "lang", "at", "text_at", "version", "is_own", "is_public", "is_spoken_to", "is_placeholder", "hidden_at",
        "deleted_at", "link",
    )  # fmt: skip
    return (
        list(posts),
        sorted(PostVersion.objects.values_list("post__native", "text", "at")),
        sorted(Reaction.objects.values_list("post__native", "author", "sign", "at")),
        sorted(Report.objects.values_list("kind", "item", "text")),
        search.find("first", None) and 1,
        search.find("second", None) and 1,
        sorted(Attachment.objects.exclude(state=Attachment.GONE).values_list("url", "state")),
    )


def story(now: datetime, *, with_deletion: bool) -> list[Event]:
    def at(minutes: int) -> datetime:
        return now + timedelta(minutes=minutes)

    events = [
        said("1", "first", at=at(0), parent="0", title="first", media=(Media("https://f.example/1"),)),
        about("edited", "1", at(1), "second", author=ANNA, parent="0"),
        about("edited", "1", at(2), "third", author=ANNA, parent="0"),
        about("reaction", "1", at(3), "👍", author=ANNA),
        said("0", "root", at=at(-5), is_spoken_to=False),
    ]
    if with_deletion:
        events[2] = about("deleted", "1", at(4))
    else:
        events[3] = about("hidden", "1", at(3))
        events.append(about("shown", "1", at(4)))
    return events


WHOLE = pytest.mark.whole


@pytest.mark.parametrize(
    ("with_deletion", "every"),
    [(True, 5), (False, 29), pytest.param(True, 1, marks=WHOLE), pytest.param(False, 1, marks=WHOLE)],
)
def test_the_order_of_arrival_does_not_matter(
    brand: Brand, now: datetime, with_deletion: bool, every: int
) -> None:
    """One by one and all at once, in every order (`every` 29: each 29th of them)."""
    orders = list(itertools.permutations(story(now, with_deletion=with_deletion)))[::every]
    expected: object = None
    for number, order in enumerate(orders):
        account = makes.make_account(brand, now)
        batches = [order] if number % 2 else [(event,) for event in order]
        for batch in batches:
            take(account, *batch, now=now + timedelta(hours=1))
        expected = expected or state()
        assert state() == expected, [event.key for event in order]
        forget()


def forget() -> None:
    for table in (PostChange, PostVersion, Reaction, Report, Attachment, Seen):
        table.objects.all().delete()
    search.forget(Post.objects.values_list("pk", flat=True))
    Post.objects.all().delete()
    Thread.objects.update(joined=None)
    Thread.objects.all().delete()


def test_what_a_connector_notes_for_itself_is_kept_and_renewed(account: Account, now: datetime) -> None:
    noted = {"cid": "bafy\0x", "ratio": float("nan"), "roles": {"anna": "named"}}
    take(account, said("1", extra=noted), now=now)
    assert Post.objects.get().extra == {"cid": "bafyx", "ratio": None, "roles": {"anna": "named"}}
    take(
        account,
        about("edited", "1", now + timedelta(minutes=1), "New", author=ANNA, extra={"cid": "b"}),
        now=now,
    )
    assert Post.objects.get().extra == {"cid": "b", "ratio": None, "roles": {"anna": "named"}}


def test_notes_that_are_too_long_are_left_out_and_a_deletion_takes_them(
    account: Account, now: datetime
) -> None:
    take(account, said("1", extra={"x": "y" * 30_000}), said("2", extra={"cid": "c"}), now=now)
    assert [post.extra for post in Post.objects.order_by("native")] == [{}, {"cid": "c"}]
    take(account, about("deleted", "2", now), now=now)
    assert Post.objects.get(native="2").extra == {}
