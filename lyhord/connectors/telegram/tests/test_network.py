"""Sending, reading and connecting against Telegram's side: each call is checked against the Bot API's own description."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    ConnectFailed,
    Denied,
    File,
    Outgoing,
    Refused,
    Request,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors.telegram import CONNECTOR, reader
from lyhord.connectors.telegram.tests.server import TOKEN, Network, serving

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOOK = "https://kund.example/hooks/telegram/e1/"
SECRET = "h00k-secret"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    monkeypatch.setattr(reader, "PAUSE", 0)
    with serving() as there:
        yield there
        assert there.faults == []


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5) as client:
        yield client


def side(network: Network, **fields: Any) -> AccountSide:
    usual: dict[str, Any] = {
        "id": 1, "native": "123456", "handle": "nordbanan_bot", "settings": {"server": network.base},
        "secrets": {"token": TOKEN}, "app": {"hook_url": HOOK, "hook_secret": SECRET},
        "allow_hosts": frozenset({network.base}),
    }  # fmt: skip
    return AccountSide(**{**usual, **fields})


REPLY = Outgoing(verb="reply", key="k1", text="Vi ser på det. /Maja", item="77:5", thread="77", person="77",
                 visibility="private", item_visibility="private")  # fmt: skip
IN_GROUP = replace(REPLY, item="-1001:5", thread="-1001", visibility="public", item_visibility="public")


# Sending ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outgoing", "expected", "native"),
    [
        (REPLY, {"chat_id": 77}, "77:1001"),
        (IN_GROUP, {"chat_id": -1001}, "-1001:1001"),
        (replace(IN_GROUP, thread="-1001/9"), {"chat_id": -1001, "message_thread_id": 9}, "-1001:1001"),
        (replace(REPLY, thread="-1001/d8", item="-1001:5"), {"chat_id": -1001, "direct_messages_topic_id": 8}, "-1001:1001"),
        (replace(REPLY, thread="b:Bc:77", item="b:Bc:77:5"), {"chat_id": 77, "business_connection_id": "Bc"}, "b:Bc:77:1001"),
    ],
)  # fmt: skip
def test_an_answer_goes_where_the_question_stands(
    network: Network, http: httpx.Client, outgoing: Outgoing, expected: dict[str, Any], native: str
) -> None:
    sent = CONNECTOR.send(http, side(network), outgoing, NOW)
    assert isinstance(sent, Sent) and sent.native == native
    answered = {"message_id": 5, "allow_sending_without_reply": True}
    assert network.called("sendMessage") == [
        {**expected, "text": outgoing.text, "reply_parameters": answered}
    ]


def test_a_private_answer_to_a_group_goes_to_the_person_alone(network: Network, http: httpx.Client) -> None:
    CONNECTOR.send(http, side(network), replace(IN_GROUP, visibility="private"), NOW)
    assert network.called("sendMessage") == [{"chat_id": 77, "text": IN_GROUP.text}]


def test_what_came_in_private_is_never_answered_in_public(network: Network, http: httpx.Client) -> None:
    public = replace(REPLY, visibility="public")
    assert isinstance(CONNECTOR.can_reply(side(network), public, NOW, NOW), Denied)
    assert isinstance(CONNECTOR.send(http, side(network), public, NOW), Refused)
    assert network.calls == []


def test_a_picture_and_a_paper_go_with_their_caption(network: Network, http: httpx.Client) -> None:
    for kind, method, field in (
        ("image/png", "sendPhoto", "photo"),
        ("application/pdf", "sendDocument", "document"),
    ):
        outgoing = replace(IN_GROUP, files=(File("a.bin", kind, b"\x89bytes"),))
        assert isinstance(CONNECTOR.send(http, side(network), outgoing, NOW), Sent)
        (call,) = network.called(method)
        assert (call["caption"], call[field], call["chat_id"]) == (IN_GROUP.text, b"\x89bytes", -1001)


@pytest.mark.parametrize(
    ("length", "file", "is_sent"),
    [(4096, False, True), (4097, False, False), (1024, True, True), (1025, True, False)],
)
def test_lengths_count_characters(
    network: Network, http: httpx.Client, length: int, file: bool, is_sent: bool
) -> None:
    files = (File("a.pdf", "application/pdf", b"%PDF"),) if file else ()
    outcome = CONNECTOR.send(http, side(network), replace(REPLY, text="😀" * length, files=files), NOW)
    assert isinstance(outcome, Sent if is_sent else Refused)
    assert len(network.calls) == is_sent


@pytest.mark.parametrize(
    ("verb", "fields", "method", "content"),
    [
        ("edit", {}, "editMessageText", {"chat_id": 77, "message_id": 5, "text": REPLY.text}),
        ("delete", {}, "deleteMessage", {"chat_id": 77, "message_id": 5}),
        ("delete", {"item": "b:Bc:77:5"}, "deleteBusinessMessages", {"business_connection_id": "Bc", "message_ids": [5]}),
        ("like", {}, "setMessageReaction", {"chat_id": 77, "message_id": 5, "reaction": [{"type": "emoji", "emoji": "👍"}]}),
        ("unlike", {}, "setMessageReaction", {"chat_id": 77, "message_id": 5, "reaction": []}),
        ("block", {"thread": "-1001"}, "banChatMember", {"chat_id": -1001, "user_id": 77}),
        ("unblock", {"thread": "-1001"}, "unbanChatMember", {"chat_id": -1001, "user_id": 77, "only_if_banned": True}),
        ("block", {"thread": "-1001", "person": "-1009"}, "banChatSenderChat", {"chat_id": -1001, "sender_chat_id": -1009}),
    ],
)  # fmt: skip
def test_every_verb_is_the_call_that_telegram_has_for_it(
    network: Network,
    http: httpx.Client,
    verb: Any,
    fields: dict[str, Any],
    method: str,
    content: dict[str, Any],
) -> None:
    assert isinstance(CONNECTOR.send(http, side(network), replace(REPLY, verb=verb, **fields), NOW), Sent)
    assert network.calls == [(method, content)]


@pytest.mark.parametrize("verb", ["block", "unblock"])
def test_nobody_is_blocked_in_a_private_talk(network: Network, http: httpx.Client, verb: Any) -> None:
    assert isinstance(CONNECTOR.send(http, side(network), replace(REPLY, verb=verb), NOW), Refused)
    assert network.calls == []


def test_the_words_under_a_picture_are_changed_as_its_caption(network: Network, http: httpx.Client) -> None:
    network.says(400, "Bad Request: there is no text in the message to edit")
    assert isinstance(CONNECTOR.send(http, side(network), replace(REPLY, verb="edit"), NOW), Sent)
    assert network.called("editMessageCaption") == [{"chat_id": 77, "message_id": 5, "caption": REPLY.text}]


def test_a_group_that_moved_is_written_to_under_its_new_number(network: Network, http: httpx.Client) -> None:
    network.says(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001)
    outgoing = replace(IN_GROUP, thread="-5", item="-5:5")
    sent = CONNECTOR.send(http, side(network), outgoing, NOW)
    assert isinstance(sent, Sent) and (sent.native, sent.link) == (
        "-1001:1001",
        "https://t.me/nordbanan/1001",
    )


@pytest.mark.parametrize(
    ("verb", "code", "said", "outcome", "words"),
    [
        ("edit", 400, "Bad Request: message is not modified: specified new", Sent, ""),
        ("delete", 400, "Bad Request: message to delete not found", Sent, ""),
        ("delete", 400, "Bad Request: message can't be deleted for everyone", Refused, "48 hours"),
        ("reply", 403, "Forbidden: bot was blocked by the user", Refused, "blocked the bot"),
        ("reply", 403, "Forbidden: user is deactivated", Refused, "left Telegram"),
        (
            "reply",
            403,
            "Forbidden: bot can't initiate conversation with a user",
            Refused,
            "not written to the bot",
        ),
        ("reply", 400, "Bad Request: chat not found", Refused, "no such chat"),
        ("reply", 400, f"Bad Request: strange {TOKEN}", Refused, "strange …"),
        ("reply", 500, "Internal Server Error", Unsure, "breakdown"),
        ("like", 502, "Bad Gateway", Retry, "breakdown"),
    ],
)
def test_what_telegram_says_is_told_in_words_that_help(
    network: Network, http: httpx.Client, verb: Any, code: int, said: str, outcome: type, words: str
) -> None:
    network.says(code, said)
    found = CONNECTOR.send(http, side(network), replace(REPLY, verb=verb), NOW)
    assert isinstance(found, outcome)
    assert words in getattr(found, "why", "")
    assert len(network.calls) == 1


def test_a_busy_telegram_is_given_the_time_that_it_wants(network: Network, http: httpx.Client) -> None:
    network.says(429, "Too Many Requests: retry after 35", retry_after=35)
    assert CONNECTOR.send(http, side(network), REPLY, NOW) == Retry(
        "Telegram asks us to wait.", NOW + timedelta(seconds=35)
    )


def test_a_lost_answer_is_unsure_and_never_sent_again(network: Network, http: httpx.Client) -> None:
    network.next = [None]
    assert isinstance(CONNECTOR.send(http, side(network), REPLY, NOW), Unsure)
    assert len(network.called("sendMessage")) == 1
    assert isinstance(CONNECTOR.settle(http, side(network), REPLY, NOW), Unsure)
    network.next = [None]
    assert isinstance(CONNECTOR.send(http, side(network), replace(REPLY, verb="like"), NOW), Retry)


def test_a_dead_token_breaks_the_account_and_is_not_told(network: Network, http: httpx.Client) -> None:
    network.token = "another"
    refused = CONNECTOR.send(http, side(network), REPLY, NOW)
    assert isinstance(refused, Refused) and refused.account_state == "token_revoked"
    with pytest.raises(Trouble) as problem:
        next(CONNECTOR.stream(http, side(network), ""))
    assert problem.value.account_state == "token_revoked"
    with pytest.raises(ConnectFailed) as failed:
        CONNECTOR.connect(http, side(network), NOW)
    assert failed.value.is_permanent and TOKEN not in f"{refused}{problem.value}{failed.value}"


# Connecting ---------------------------------------------------------------------------------------------------


def test_where_we_can_be_reached_telegram_brings_its_news(network: Network, http: httpx.Client) -> None:
    found = CONNECTOR.connect(http, side(network), NOW)
    assert (found.native, found.handle, found.state) == ("123456", "nordbanan_bot", {"way": "hook"})
    assert (network.webhook["url"], network.webhook["secret_token"]) == (HOOK, SECRET)
    assert {"message", "message_reaction", "deleted_business_messages"} <= set(
        network.webhook["allowed_updates"]
    )
    account = side(network, state=found.state)
    assert CONNECTOR.abilities(account).receive == ("hook",)
    assert list(CONNECTOR.stream(http, account, "")) == []


@pytest.mark.parametrize(
    "fields", [{"app": {"hook_url": HOOK.replace("https", "http")}}, {"settings": {"asks": True}}]
)
def test_where_we_cannot_be_reached_we_ask(
    network: Network, http: httpx.Client, fields: dict[str, Any]
) -> None:
    network.webhook = {"url": "https://old.example/"}
    fields = {name: {**getattr(side(network), name), **value} for name, value in fields.items()}
    found = CONNECTOR.connect(http, side(network, **fields), NOW)
    assert found.state == {"way": "asking"}
    assert network.webhook == {} and network.called("setWebhook") == []
    assert CONNECTOR.abilities(side(network, state=found.state)).receive == ("stream",)


@pytest.mark.parametrize(
    ("method", "given", "secrets", "is_right"),
    [
        ("POST", SECRET, {"hook_secret": SECRET}, True),
        ("POST", SECRET + "x", {"hook_secret": SECRET}, False),
        ("POST", "", {"hook_secret": SECRET}, False),
        ("POST", "", {"hook_secret": ""}, False),
        ("POST", "", {}, False),
        ("POST", "é\udc80", {"hook_secret": SECRET}, False),
        ("GET", SECRET, {"hook_secret": SECRET}, False),
    ],
)
def test_only_who_knows_the_secret_is_telegram(
    method: str, given: str, secrets: dict[str, str], is_right: bool
) -> None:
    request = Request(method, HOOK, {"x-telegram-bot-api-secret-token": given}, b"{}")
    assert CONNECTOR.verify(request, secrets) is is_right


# Reading ------------------------------------------------------------------------------------------------------


def update(number: int) -> dict[str, Any]:
    talk = {"id": 77, "type": "private"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 1, "chat": talk, "text": str(number)},
    }


def test_telegram_is_told_that_we_have_them_only_after_they_were_kept(
    network: Network, http: httpx.Client
) -> None:
    network.updates = [update(7), update(8)]
    stream = CONNECTOR.stream(http, side(network), "")
    arrival = next(stream)
    assert arrival.cursor == "8" and b'"update_id": 8' in arrival.raw
    assert len(network.updates) == 2, "we are killed here, and nothing is lost"
    assert next(stream).raw == b""
    assert network.updates == []
    asked = network.called("getUpdates")
    assert [call.get("offset") for call in asked] == [None, 9]
    assert "message_reaction" in asked[0]["allowed_updates"]


def test_numbers_that_begin_anew_after_a_silence_are_found(
    network: Network, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "FORGET_AFTER", 3)
    network.updates = [update(900)]
    stream = CONNECTOR.stream(http, side(network), "")
    next(stream)
    list(itertools.islice(stream, 4))
    network.updates = [update(5)]
    assert b'"update_id": 5' in next(stream).raw


def test_two_readers_of_one_bot_are_told_so(network: Network, http: httpx.Client) -> None:
    network.says(409, "Conflict: terminated by other getUpdates request")
    with pytest.raises(Trouble, match="Another program"):
        next(CONNECTOR.stream(http, side(network), ""))


def test_a_file_is_fetched_by_its_number_and_its_address_stays_with_us(
    network: Network, http: httpx.Client
) -> None:
    network.files = {"photos/f1.jpg": b"\xff\xd8"}
    assert CONNECTOR.file(http, side(network), "ask:f1", NOW) == b"\xff\xd8"
    assert CONNECTOR.file(http, side(network), "ask:gone", NOW) is None
    network.says(400, "Bad Request: file is too big")
    assert CONNECTOR.file(http, side(network), "ask:f1", NOW) is None


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../x", "a/../../x", "photos/x?y", "http://169.254.169.254/"]
)
def test_a_path_that_is_none_is_not_asked_for(network: Network, http: httpx.Client, path: str) -> None:
    network.next = [
        (200, b'{"ok":true,"result":{"file_id":"f","file_unique_id":"f","file_path":"%s"}}' % path.encode())
    ]
    network.files = {path: b"x"}
    assert CONNECTOR.file(http, side(network), "ask:f1", NOW) is None
