"""Against Dovecot and Postfix: customers hand their mails to Postfix, we read and answer with the connector."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import make_msgid
from queue import Queue
from threading import Event as ThreadEvent
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    Arrival,
    ConnectFailed,
    Event,
    Found,
    Hidden,
    Item,
    Outgoing,
    Refused,
    Sent,
    Trouble,
    Unsupported,
    Unsure,
)
from lyhord.connectors.email import CONNECTOR, reader, sender, tokens
from lyhord.connectors.email.imap import Imap
from lyhord.connectors.email.tests import serving
from lyhord.connectors.email.tests.serving import ADDRESS, Running, eventually, mail

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(bool(serving.missing()), reason=serving.missing() or "-"),
]
HTTP = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(500)))  # stays unused


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving.servers() as found:
        yield found


def now() -> datetime:
    return datetime.now(UTC)


def poll(account: AccountSide, cursor: str = "") -> list[Arrival]:
    return list(CONNECTOR.poll(HTTP, account, cursor, now()))


def items(arrival: Arrival) -> list[Item]:
    return CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, arrival.method) if arrival.raw else []


def events(arrivals: list[Arrival]) -> list[Event]:
    return [each for arrival in arrivals for each in items(arrival) if isinstance(each, Event)]


def come(running: Running, item: str, cursor: str = "") -> Event:
    """The event of that mail, once it was delivered."""

    def look() -> list[Event]:
        return [each for each in events(poll(running.account, cursor)) if each.item == item]

    found: Event = eventually(look)[0]
    return found


def written(running: Running, text: str = "My parcel is broken.", **headers: str) -> Event:
    told = {"message_id": make_msgid(domain="customer.test"), **headers}
    running.deliver(mail(text, **told))
    return come(running, told["message_id"])


def answer(event: Event, text: str = "We look into it.\n/Maja", **more: Any) -> Outgoing:
    assert event.author is not None
    usual: dict[str, Any] = {
        "verb": "reply",
        "key": str(uuid4()),
        "text": text,
        "visibility": "private",
        "item_visibility": "private",
        "item": event.item,
        "thread": event.thread,
        "person": event.author.native,
        "made_at": now(),
        "facts": event.extra,
    }
    return Outgoing(**(usual | more))


def send(running: Running, outgoing: Outgoing) -> Sent:
    outcome = CONNECTOR.send(HTTP, running.account, outgoing, now())
    assert isinstance(outcome, Sent), outcome
    return outcome


def test_connecting_finds_what_the_servers_can(running: Running) -> None:
    told = CONNECTOR.connect(HTTP, running.account, now())
    assert (told.native, told.state["idle"], told.state["sent"]) == (ADDRESS, True, "Sent")
    assert told.state["most_bytes"] > 1_000_000
    assert CONNECTOR.abilities(replace(running.account, state=told.state)).receive == ("stream", "poll")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"imap_port": 1}, "cannot be reached"),
        ({"smtp_port": 1}, "cannot be reached"),
        ({"imap_security": "tls"}, "does not speak TLS"),
        ({"smtp_security": "starttls"}, "not supported"),
        ({"inbox": "Nowhere"}, "cannot be opened"),
        ({"sent": "Nowhere"}, "no folder Nowhere"),
        ({"imap_host": ""}, "No server is named"),
        ({"address": "nobody"}, "Give the address"),
    ],
)
def test_connecting_says_in_plain_words_what_is_wrong(
    running: Running, change: dict[str, Any], says: str
) -> None:
    place = "127.0.0.1:1"
    side = replace(
        running.account,
        settings={**running.account.settings, **change},
        allow_hosts=running.account.allow_hosts | {place},
    )
    with pytest.raises(ConnectFailed) as problem:
        CONNECTOR.connect(HTTP, side, now())
    assert says in str(problem.value)


def test_a_wrong_password_stops_the_account_and_shows_nowhere(running: Running) -> None:
    side = replace(running.account, secrets={"password": "a wrong one 4711"})
    with pytest.raises(ConnectFailed) as failed:
        CONNECTOR.connect(HTTP, side, now())
    with pytest.raises(Trouble) as trouble:
        poll(side)
    outcome = CONNECTOR.send(HTTP, side, answer(written(running)), now())
    assert trouble.value.account_state == "token_revoked"
    assert isinstance(outcome, Refused)
    assert outcome.account_state == "token_revoked"
    assert "4711" not in f"{failed.value}{trouble.value}{outcome}"


def test_a_mail_goes_round_and_its_answer_finds_the_case(running: Running) -> None:
    """Hers, ours, and hers again at the case's own address, without any reference that would help."""
    question = written(running, subject="Två paket")
    outgoing = answer(question, text="Hej Kim,\n\nvi tittar på det.\n/Maja")
    receipt = send(running, outgoing)
    reached = running.answered()
    assert reached["Message-ID"] == receipt.native
    assert (reached["In-Reply-To"], reached["References"]) == (question.item, question.item)
    assert reached["Auto-Submitted"] is None
    assert "Re:" in reached["Subject"]
    echo = come(running, receipt.native or "")
    assert (echo.is_own, echo.thread, echo.parent) == (True, question.thread, question.item)
    assert echo.text == outgoing.text
    case = reached["Reply-To"].partition("<")[2].rstrip(">")
    told = make_msgid(domain="customer.test")
    running.deliver(mail("Thank you.", message_id=told, to=case, subject="something else"), to=case)
    again = come(running, told)
    assert again.parent in echo.aliases
    assert again.thread is None


def test_a_made_up_address_of_a_case_joins_nothing(running: Running) -> None:
    question = written(running)
    send(running, answer(question))
    local, _at, domain = ADDRESS.partition("@")
    for guess in ("1042", "c" + "a" * 37):
        told = make_msgid(domain="evil.test")
        running.deliver(
            mail(message_id=told, from_="eve@evil.test"),
            sender="eve@evil.test",
            to=f"{local}+{guess}@{domain}",
        )
        event = come(running, told)
        assert (event.thread, event.parent) == (told, None)


def test_news_come_while_we_wait_and_still_here_is_none(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dovecot is set to say "Still here" every three seconds."""
    monkeypatch.setattr(reader, "LOOK_EVERY", 1.0)
    heard: Queue[Arrival] = Queue()
    stream = CONNECTOR.stream(HTTP, running.account, "")
    done = ThreadEvent()

    def listen() -> None:
        with suppress(Trouble):  # the servers end with the tests
            for each in stream:
                heard.put(each)
                if done.is_set():
                    return

    listener = Thread(target=listen, daemon=True)
    listener.start()
    try:
        for _sign in range(6):
            assert heard.get(timeout=20).raw == b""
        told = make_msgid(domain="customer.test")
        running.deliver(mail(message_id=told))
        arrival = next(each for each in iter(lambda: heard.get(timeout=20), None) if each.raw)
        event = items(arrival)[0]
        assert isinstance(event, Event)
        assert event.key == come(running, told).key  # polled, the same event
    finally:  # else the session stays open while other tests run
        done.set()
        listener.join(timeout=20)
    assert not listener.is_alive()
    stream.close()  # type: ignore[attr-defined]


def test_the_wait_is_renewed_before_a_server_ends_it(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "LOOK_EVERY", 0.2)
    monkeypatch.setattr(reader, "IDLE_FOR", 0.5)
    begun: list[float] = []
    idle = Imap.idle

    def counted(box: Imap) -> None:
        begun.append(1)
        idle(box)

    monkeypatch.setattr(Imap, "idle", counted)
    stream = CONNECTOR.stream(HTTP, running.account, "")
    for _sign in range(10):
        assert next(stream).raw == b""
    stream.close()  # type: ignore[attr-defined]
    assert len(begun) >= 2


def test_a_mail_that_bounces_tells_of_our_own(running: Running) -> None:
    outgoing = answer(written(running), person="mail:gone@customer.test")
    send(running, outgoing)

    def look() -> list[Event]:
        return [each for each in events(poll(running.account)) if each.kind == "delivered"]

    report = eventually(look)[-1]
    assert (report.ok, report.item) == (False, outgoing.key)
    assert "5.1.1" in report.text
    assert "No such person" in report.text


def test_a_poll_goes_on_where_it_was_and_nothing_comes_twice(running: Running) -> None:
    written(running)
    first = poll(running.account)
    assert poll(running.account, first[-1].cursor) == []
    event = written(running)
    told = [each.item for each in events(poll(running.account, first[-1].cursor))]
    assert told == [event.item]


def test_a_folder_that_counts_anew_is_read_anew_under_the_same_keys(running: Running) -> None:
    event = written(running)
    before = poll(running.account)
    running.count_anew()
    after = poll(running.account, before[-1].cursor)
    assert event.key in {each.key for each in events(after)}
    assert validity(before) != validity(after)
    assert poll(running.account, after[-1].cursor) == []


def validity(arrivals: list[Arrival]) -> str:
    return str(json.loads(arrivals[-1].cursor)["inbox"]).partition(":")[0]


def test_backfill_goes_on_from_its_cursor(running: Running) -> None:
    written(running)
    since = now() - timedelta(days=2)
    all_of_it = list(CONNECTOR.backfill(HTTP, running.account, "", since))
    assert len(all_of_it) > 2
    rest = list(CONNECTOR.backfill(HTTP, running.account, all_of_it[1].cursor, since))
    assert [each.raw for each in rest] == [each.raw for each in all_of_it[2:]]


def test_one_mail_is_asked_for_and_one_that_is_not_there_is_not_called_deleted(running: Running) -> None:
    event = written(running)
    found = CONNECTOR.fetch(HTTP, running.account, event.item or "", now())
    assert isinstance(found, Found)
    assert events(list(found.arrivals))[0].key == event.key
    for item in ("<nobody@customer.test>", 'x" OR ALL', "case:abc"):
        assert isinstance(CONNECTOR.fetch(HTTP, running.account, item, now()), Hidden)


def test_what_may_have_left_is_found_in_sent_or_by_her_answer(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = written(running)
    outgoing = answer(question)
    assert isinstance(CONNECTOR.settle(HTTP, running.account, outgoing, now()), Unsure)
    monkeypatch.setattr(sender, "lay_copy", lambda *args: None)  # the answer was lost, so no copy was laid
    send(running, outgoing)
    assert isinstance(CONNECTOR.settle(HTTP, running.account, outgoing, now()), Unsure)
    ours = tokens.message_id(running.account, outgoing.key)
    written(running, in_reply_to=ours, references=f"{question.item} {ours}")
    found = CONNECTOR.settle(HTTP, running.account, outgoing, now())
    assert isinstance(found, Sent)
    assert (found.native, found.evidence) == (ours, "read_back")


def test_a_copy_lies_in_sent_once(running: Running) -> None:
    outgoing = answer(written(running))
    receipt = send(running, outgoing)
    send(running, outgoing)  # the same again: others drop it by its id
    echoes = [each for each in events(poll(running.account)) if each.item == receipt.native]
    assert len(echoes) == 1


def test_a_big_mail_is_cut_and_says_so(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 20_000)
    event = written(running, "a long story " * 5_000)
    assert any("not fetched" in note for note in event.extra["notes"])
    assert len(event.text) < 20_000


def test_an_answer_of_a_machine_opens_nothing(running: Running) -> None:
    told = make_msgid(domain="customer.test")
    running.deliver(mail("I am away.", message_id=told, auto_submitted="auto-replied"))

    def look() -> list[Item]:
        found = [each for arrival in poll(running.account) for each in items(arrival)]
        return [each for each in found if each.item == told]

    assert isinstance(eventually(look)[0], Unsupported)
