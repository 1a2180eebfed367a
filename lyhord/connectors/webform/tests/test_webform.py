"""The public form: what the portal wrote down becomes one private post, and answers are handed over to the portal."""

import json
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest

from lyhord.channels.contract import AccountSide, Event, Local, Outgoing, Refused, Retry, Unreadable
from lyhord.connectors.webform import CONNECTOR

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NO_HTTP = cast(httpx.Client, None)
ACCOUNT = AccountSide(id=1, native="", handle="", settings={}, secrets={}, public_url="https://help.example")
FORM = {
    "form_key": "5f0c",
    "number": 1042,
    "token": "t0ken",
    "language": "sv",
    "subject": "Försening",
    "text": "Tåget kom aldrig.\r\nVad gör jag?",
    "name": "Kim Lagerlund",
    "email": "Kim@Example.com",
    "reply_to": "email",
    "account": "",
}


def parsed(**values: Any) -> Event:
    found = CONNECTOR.parse(json.dumps(FORM | values).encode(), {}, "", "POST")
    assert len(found) == 1
    assert isinstance(found[0], Event)
    return found[0]


def test_a_question_is_a_private_post_in_the_thread_of_its_ticket() -> None:
    event = parsed(at="2026-11-21T12:00:00+01:00")
    assert (event.kind, event.thread, event.visibility) == ("created", "ticket:1042", "private")
    assert event.text == "Tåget kom aldrig.\nVad gör jag?"
    assert (event.title, event.lang, event.at) == ("Försening", "sv", datetime(2026, 11, 21, 11, tzinfo=UTC))
    assert event.extra == {"number": "1042", "token": "t0ken", "follow_up": False, "reply_to": "email"}


def test_who_left_an_address_is_known_by_it_whatever_its_case() -> None:
    author = parsed().author
    assert author is not None
    assert (author.native, author.handle, author.name) == (
        "mail:kim@example.com",
        "Kim@Example.com",
        "Kim Lagerlund",
    )


def test_who_left_none_is_known_by_the_ticket_alone() -> None:
    author = parsed(email="", name="").author
    assert author is not None
    assert (author.native, author.name) == ("visitor:t0ken", "")


def test_a_follow_up_is_by_the_same_person_in_the_same_thread() -> None:
    follow_up = {"token": "t0ken", "number": 1042, "text": "Hallå?", "follow_up": True, "form_key": "6a"}
    found = CONNECTOR.parse(json.dumps(follow_up).encode(), {}, "", "POST")[0]
    asked = parsed()
    assert isinstance(found, Event)
    assert found.thread == asked.thread
    assert found.key != asked.key
    assert found.author is not None
    assert asked.author is not None
    assert found.author.native in asked.author.aliases
    assert found.extra["follow_up"] is True


def test_the_same_form_sent_twice_is_one_event() -> None:
    assert parsed().key == parsed().key


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""},
        {"text": " \n"},
        {"text": 5},
        {"form_key": None},
        {"number": None},
        {"number": True},
        {"token": ""},
        {"email": "not an address"},
        {"email": "a@b.example\nBcc: all@else.example"},
        {"email": "x" * 250 + "@example.com"},
        {"name": []},
        {"at": "yesterday"},
    ],
)
def test_what_is_no_form_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        parsed(**values)


def answer(**values: Any) -> Outgoing:
    usual: dict[str, Any] = {"verb": "reply", "key": "k", "text": "Vi letar. /Maja", "visibility": "private"}
    return Outgoing(**(usual | values))


def test_an_answer_is_handed_over_to_the_portal() -> None:
    assert CONNECTOR.send(NO_HTTP, ACCOUNT, answer(), NOW) == Local("portal")
    assert isinstance(CONNECTOR.settle(NO_HTTP, ACCOUNT, answer(), NOW), Retry)


def test_more_than_a_ticket_takes_is_refused_and_says_by_how_much() -> None:
    assert isinstance(CONNECTOR.send(NO_HTTP, ACCOUNT, answer(text="x" * 5000), NOW), Local)
    outcome = CONNECTOR.send(NO_HTTP, ACCOUNT, answer(text="x" * 5003), NOW)
    assert isinstance(outcome, Refused)
    assert "Shorten it by 3." in outcome.why


def test_connecting_always_works_and_asks_nobody() -> None:
    assert CONNECTOR.connect(NO_HTTP, ACCOUNT, NOW).link == "https://help.example/help/"
