"""What connectors keep beside the words of a post, as the thread shows it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from lyhord.conftest import ClientOf
from lyhord.desk import margins, queries
from lyhord.desk.api.shared import TurnShown
from lyhord.desk.tests.conftest import World
from lyhord.lib import sentences
from lyhord.lib.sentences import filled
from lyhord.staff.models import User

MAIL: dict[str, Any] = {
    "subject": "Re: Vagn 7",
    "standing": "failed",
    "notes": [
        "Our mail server says that this mail did not come from its sender's domain. It may be forged.",
        "The mail asks for answers to eve@evil.example. Ours go to aino@customer.example.",
    ],
    "quoted": "> När går tåget?",
    "signature": "Aino Ek\n070-174 06 05",
    "reply_to": "eve@evil.example",
    "copied": ["chef@customer.example"],
}


@pytest.fixture
def world(account: Any) -> World:
    return World(account, timezone.now())


@pytest.fixture
def web(linnea: User, client_of: ClientOf) -> Client:
    return client_of(linnea)


def test_a_margin_tells_what_to_know_and_says_nothing_twice() -> None:
    found = margins.margin(MAIL)
    assert found.is_forged and found.warns
    assert found.notes == (MAIL["notes"][0],)  # where answers are wanted is said by reply_to
    assert (found.reply_to, found.copied) == ("eve@evil.example", ("chef@customer.example",))
    assert not margins.margin({}).warns


@pytest.mark.parametrize(
    "extra",
    [
        {"notes": "no list", "copied": {"a": 1}, "quoted": ["x"], "signature": 7, "reply_to": None},
        {"notes": [1, None, ""], "copied": [{}], "standing": ["failed"], "forwarded_from": {}},
        {"quotes": {"uri": "at://x"}},
        {"quotes": "109998877"},  # the id of a post, for machines
    ],
)
def test_what_is_of_another_type_than_it_should_be_is_left_out(extra: dict[str, Any]) -> None:
    assert margins.margin(extra) == margins.Margin()


@pytest.mark.parametrize(
    ("heading", "titles", "shown"),
    [
        ("Vagn 7", ["Vagn 7", "Re: Vagn 7", "Sv: Re: VAGN 7"], []),
        ("Aino", ["Vagn 7", "Re: Vagn 7", "VS: Vagn 7"], [1]),
        ("Vagn 7", ["Vagn 7", "Biljett", "Re: Biljett", "Vagn 7"], [2, 4]),
        ("Vagn…", ["Vagn 7"], []),  # a heading that was cut
        ("", ["", ""], []),
    ],
)
def test_a_subject_is_shown_once_and_again_where_it_becomes_another(
    heading: str, titles: list[str], shown: list[int]
) -> None:
    told = [(n, title, "Hej") for n, title in enumerate(titles, 1)]
    assert list(margins.subjects(heading, told)) == shown


def test_the_card_of_a_mail_warns_folds_and_names_who_else_got_it(web: Client, world: World) -> None:
    conversation = world.says("Aino", "Kall vagn", is_public=False, title="Vagn 7", extra=MAIL)
    world.says("Aino", "Och nu?", is_public=False, title="Re: Vagn 7")
    world.says("Aino", "En sak till", is_public=False, title="Biljetten")
    html = web.get(f"/conversation/{conversation.pk}/").content.decode()
    assert 'class="notice bad turn-notice"' in html
    assert "It may be forged." in html
    assert html.count("eve@evil.example") == 1
    assert html.count('<details class="turn-fold">') == 2
    assert "&gt; När går tåget?" in html and "070-174 06 05" in html
    assert "<bdi>chef@customer.example</bdi>" in html
    assert html.count('class="turn-subject"') == 1  # the first stands in the heading
    assert ">Biljetten</p>" in html


def test_a_stranger_writes_no_markup_and_turns_no_letters(web: Client, world: World) -> None:
    nasty = "<script>alert(1)</script>\u202egnp.exe"
    named = ("quoted", "signature", "reply_to", "forwarded_from", "quotes", "automatic")
    extra = dict.fromkeys(named, nasty)
    conversation = world.says("Aino", title=nasty, extra=extra | {"notes": [nasty], "copied": [nasty]})
    world.says("Aino", title="x" + nasty)
    page = web.get(f"/conversation/{conversation.pk}/").content.decode()
    thread = page[page.index('id="turns"') : page.index("<form")]
    assert "<script>alert" not in page
    assert "\u202e" not in thread
    # Six fields, who else got it, the second subject; a note that holds the address of reply_to is not told twice.
    assert thread.count("&lt;script&gt;alert(1)") == 8


def test_what_a_tombstone_said_in_its_margin_is_gone_too(world: World, web: Client) -> None:
    conversation = world.says("Aino", "Hej", extra=MAIL, deleted_at=None)
    post = conversation.turns.get().post
    assert post is not None
    post.deleted_at = world.now
    post.save()
    assert queries.turns(conversation)[0].margin == margins.Margin()


def test_a_forwarded_message_says_whose_words_it_holds(web: Client, world: World) -> None:
    conversation = world.says("Aino", "Läs!", extra={"forwarded_from": "Kim Ek", "quotes": "tåg 7"})
    html = web.get(f"/conversation/{conversation.pk}/").content.decode()
    assert "Forwarded from" in html and "<bdi>Kim Ek</bdi>" in html and "tåg 7" in html


def test_the_api_gives_the_margin_and_only_what_there_is(world: World) -> None:
    conversation = world.says("Aino", "Kall vagn", title="Vagn 7", extra=MAIL)
    world.says("Aino", "Och nu?")
    first, second = (TurnShown.from_orm(turn).dict() for turn in queries.turns(conversation))
    assert first["title"] == "Vagn 7"
    assert first["margin"]["quoted"] == MAIL["quoted"] and first["margin"]["is_forged"] is True
    assert second["margin"] == {}


def test_a_note_with_values_is_told_in_the_readers_language_and_nothing_is_filled_by_strangers(
    web: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = filled(
        "The charset “%(name)s” is not known; the text was read as well as it goes.", name="<b>%s%(x)s"
    )
    told = {"notes": [str(note), "100 %s of %(nothing)d"], "sentences": sentences.told([note])}
    monkeypatch.setattr(translation, "gettext", lambda text: text.replace("The charset", "Teckenkodningen"))
    conversation = world.says("Aino", "Hej", extra=told)
    shown = web.get(f"/inbox/{conversation.pk}/")
    assert shown.status_code == 200
    assert "Teckenkodningen “&lt;b&gt;%s%(x)s”" in shown.content.decode()
    assert "100 %s of %(nothing)d" in shown.content.decode()
