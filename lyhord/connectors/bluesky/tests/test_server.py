"""Against the network of Bluesky's own developers: the customer writes by the lexicons, we read and answer with the connector."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from lyhord.channels.contract import (
    Arrival,
    ConnectFailed,
    Event,
    File,
    Found,
    Gone,
    Hidden,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
    Verb,
)
from lyhord.connectors.bluesky import CONNECTOR, firehose
from lyhord.connectors.bluesky.sessions import SESSIONS
from lyhord.connectors.bluesky.tests import serving
from lyhord.connectors.bluesky.tests.serving import Person, Running, until

pytestmark = [
    pytest.mark.server,
    pytest.mark.whole,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not serving.FOLDER, reason="LYHORD_TEST_BLUESKY names no folder with Bluesky's network (README)."
    ),
]
# 2 x 2 pixels, red.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73"
    "0000001649444154789c63f8cfc0f09f81818989e13f030300168804fd0c1ab3be0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def there() -> Iterator[Running]:
    with serving.running() as found:
        yield found


def events_of(*arrivals: Arrival) -> list[Event]:
    return [
        item
        for arrival in arrivals
        if arrival.raw
        for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, arrival.method)
        if isinstance(item, Event)
    ]


def polled(there: Running, cursor: str = "") -> tuple[list[Event], str]:
    arrivals = list(CONNECTOR.poll(there.http, there.account, cursor, datetime.now(UTC)))
    return events_of(*arrivals), arrivals[-1].cursor if arrivals else cursor


def told_of(there: Running, uri: str, kind: str = "created") -> Event:
    """The event by which a poll from the beginning learns of it."""

    def look() -> Event | None:
        found = [event for event in polled(there)[0] if (event.item, event.kind) == (uri, kind)]
        return found[0] if found else None

    event: Event = until(look, f"{kind} {uri}")
    return event


def look(there: Running, uri: str, facts: Any = None) -> Found | Gone | Hidden:
    return CONNECTOR.look(there.http, there.account, uri, facts or {}, datetime.now(UTC))


def order(verb: Verb, event: Event | None = None, text: str = "", **more: Any) -> Outgoing:
    values: dict[str, Any] = {"made_at": datetime.now(UTC), **more}
    if event is not None and event.author is not None:
        values = {
            "item": event.item,
            "thread": event.thread,
            "person": event.author.native,
            "person_handle": event.author.handle,
            **values,
        }
    return Outgoing(verb=verb, key=str(uuid4()), text=text, **values)


def send(there: Running, outgoing: Outgoing) -> Any:
    return CONNECTOR.send(there.http, there.account, outgoing, datetime.now(UTC))


def below(person: Person, uri: str) -> list[Any]:
    return [each["post"] for each in person.thread(uri).get("replies", []) if "post" in each]


def asked(there: Running, words: str, name: str = "alice") -> Event:
    """A customer mentions us; the event by which we learn of it."""
    return told_of(there, there.person(name).mention(there.brand, words)["uri"])


def published(there: Running, words: str) -> dict[str, str]:
    """A post of our own that the app shows: it tells nobody of an answer to a post that it has not seen yet."""
    made = there.brand.post(words)
    until(lambda: there.brand.call("app.bsky.feed.getPosts", uris=[made["uri"]])["posts"], "our post")
    return made


def test_connecting_learns_who_we_are_and_where_we_live(there: Running) -> None:
    told = CONNECTOR.connect(there.http, there.account, datetime.now(UTC))
    assert told.native == there.brand.did
    assert told.handle == there.brand.handle
    assert told.state == {"pds": there.base, "chat": False}
    assert "direct messages" in told.notes[0]
    assert there.account.secrets["access"] not in {"", there.account.secrets["app_password"]}


def test_a_wrong_password_is_told_as_one(there: Running) -> None:
    wrong = replace(there.account, native="", secrets={"app_password": "wrong-wrong"})
    with pytest.raises(ConnectFailed) as caught:
        CONNECTOR.connect(there.http, wrong, datetime.now(UTC))
    assert caught.value.is_permanent
    assert "app password" in str(caught.value)


def test_a_mention_comes_once_with_its_people_and_language(there: Running) -> None:
    _events, cursor = polled(there)
    alice = there.person("alice")
    made = alice.mention(there.brand, "är butiken öppen på söndag?")
    event = told_of(there, made["uri"])
    assert event.text == f"@{there.brand.handle} är butiken öppen på söndag?"
    assert (event.thread, event.parent, event.lang) == (made["uri"], None, "sv")
    assert event.author is not None
    assert (event.author.native, event.author.handle) == (alice.did, alice.handle)
    assert [author.native for author in event.mentions] == [there.brand.did]
    assert event.is_spoken_to
    assert not event.is_own
    fresh, later = polled(there, cursor)
    assert [each.key for each in fresh] == [f"created:{made['uri']}"]
    assert polled(there, later) == ([], later)


def test_a_reply_lies_in_the_thread_of_our_post(there: Running) -> None:
    root = published(there, "Vi har öppet till 20 i kväll.")
    first = there.person("alice").answer(root, root, "Även i Tranby?")
    second = there.person("kari").answer(root, first, "Det undrar jag också.")
    event, next_event = told_of(there, first["uri"]), told_of(there, second["uri"])
    assert (event.thread, event.parent) == (root["uri"], root["uri"])
    assert (next_event.thread, next_event.parent) == (root["uri"], first["uri"])
    assert next_event.is_spoken_to  # below our own post
    ours = told_of(there, root["uri"])
    assert ours.is_own


def test_a_reply_with_facets_stands_once_even_when_repeated(there: Running) -> None:
    event = asked(there, "vart skickar jag en reklamation?")
    kari = there.person("kari")
    text = f"Hej @{event.author.handle if event.author else ''} 😊, skriv till https://nordbanan.example/retur (fråga @{kari.handle}). #hjälp /Maja"
    outgoing = order("reply", event, text, lang="sv")
    answers = [send(there, outgoing) for _each in range(3)]
    assert all(isinstance(answer, Sent) for answer in answers)
    assert len({answer.native for answer in answers}) == 1
    posts = until(lambda: below(there.person("alice"), event.item or ""), "our answer")
    assert [post["uri"] for post in posts] == [answers[0].native]
    record = posts[0]["record"]
    assert record["text"] == text
    assert record["langs"] == ["sv"]
    assert record["reply"]["root"]["uri"] == record["reply"]["parent"]["uri"] == event.item
    raw = text.encode()
    pieces = {
        raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in record["facets"]
    }
    assert pieces[f"@{kari.handle}"]["did"] == kari.did
    assert pieces["https://nordbanan.example/retur"]["uri"] == "https://nordbanan.example/retur"
    assert pieces["#hjälp"]["tag"] == "hjälp"
    assert len(pieces) == 4


def test_an_answer_further_down_keeps_the_root(there: Running) -> None:
    root = published(there, "Nytt tidtabell på måndag.")
    made = there.person("alice").answer(root, root, "Går 8.14 kvar?")
    event = told_of(there, made["uri"])
    answer = send(there, order("reply", event, "Ja, det gör den. /Olle"))
    assert isinstance(answer, Sent)
    record = there.brand.record(answer.native or "")["value"]
    assert record["reply"] == {"root": root, "parent": made}


def test_a_picture_with_its_description(there: Running) -> None:
    event = asked(there, "hur ser biljetten ut?")
    picture = File("biljett.png", "image/png", PNG, alt="En röd biljett")
    answer = send(there, order("reply", event, "Så här. /Maja", files=(picture,)))
    assert isinstance(answer, Sent)
    embed = there.brand.record(answer.native or "")["value"]["embed"]
    assert embed["images"][0]["alt"] == "En röd biljett"
    assert embed["images"][0]["image"]["size"] == len(PNG)
    found = look(there, answer.native or "")
    assert isinstance(found, Found)
    media = next(each for each in events_of(*found.arrivals) if each.item == answer.native).media
    assert [(medium.kind, medium.alt) for medium in media] == [("picture", "En röd biljett")]


def test_a_lost_answer_is_unsure_and_settled_by_reading_back(there: Running) -> None:
    event = asked(there, "kan jag ta med min cello?")
    outgoing = order("reply", event, "Ja, på en egen plats. /Olle")
    account, now = there.through_proxy, datetime.now(UTC)
    assert isinstance(CONNECTOR.settle(there.http, account, outgoing, now), Retry)
    there.proxy.swallow = "putRecord"
    assert isinstance(CONNECTOR.send(there.http, account, outgoing, now), Unsure)
    settled = CONNECTOR.settle(there.http, account, outgoing, now)
    assert isinstance(settled, Sent)
    assert settled.evidence == "read_back"
    again = CONNECTOR.send(there.http, account, outgoing, now)
    assert isinstance(again, Sent)
    assert again.native == settled.native
    posts = until(lambda: below(there.person("alice"), event.item or ""), "our answer")
    assert len(posts) == 1


def test_a_repeat_does_not_write_over_an_edit_of_ours(there: Running) -> None:
    event = asked(there, "när kommer bussen?")
    outgoing = order("reply", event, "Klockan nio. /Maja")
    sent = send(there, outgoing)
    assert isinstance(sent, Sent)
    assert isinstance(send(there, order("edit", text="Klockan tio. /Maja", item=sent.native)), Sent)
    again = send(there, outgoing)
    assert (again.native, again.evidence) == (sent.native, "read_back")
    assert there.brand.record(sent.native or "")["value"]["text"] == "Klockan tio. /Maja"


def test_an_edit_is_seen_by_poll_and_by_looking_again(there: Running) -> None:
    event = asked(there, "tåget är sen")
    _events, cursor = polled(there)
    there.person("alice").rewrite(event.item or "", f"@{there.brand.handle} tåget är sent")

    def again() -> list[Event]:
        return [each for each in polled(there, cursor)[0] if each.kind == "edited"]

    edits = until(again, "the edit")
    assert [(each.item, each.text) for each in edits] == [
        (event.item, f"@{there.brand.handle} tåget är sent")
    ]
    looked = look(there, event.item or "", event.extra)
    assert isinstance(looked, Found)
    assert edits[0].key in {each.key for each in events_of(*looked.arrivals)}
    unknown = look(there, event.item or "", edits[0].extra)
    assert isinstance(unknown, Found)
    assert "edited" not in {each.kind for each in events_of(*unknown.arrivals)}


def test_a_deletion_is_concluded_by_the_repository_alone(there: Running) -> None:
    event = asked(there, "mitt nummer är 070-1234567")
    assert isinstance(look(there, event.item or ""), Found)
    there.person("alice").delete(event.item or "")
    until(lambda: isinstance(look(there, event.item or ""), Gone), "the deletion")


def test_a_block_is_no_deletion_though_the_list_is_empty(there: Running) -> None:
    vera = there.person("vera")
    made = vera.mention(there.brand, "ni svarar aldrig")
    told_of(there, made["uri"])
    block = vera.make("app.bsky.graph.block", subject=there.brand.did)
    found = until(
        lambda: there_hidden if isinstance(there_hidden := look(there, made["uri"]), Hidden) else None,
        "the block",
    )
    assert "block" in found.why
    assert made["uri"] not in {event.item for event in polled(there)[0]}
    refused = send(
        there, order("reply", item=made["uri"], thread=made["uri"], person=vera.did, text="Hej! /Maja")
    )
    assert isinstance(refused, Refused)
    assert "block" in refused.why
    vera.delete(block["uri"])
    until(lambda: isinstance(look(there, made["uri"]), Found), "the end of the block")


def test_an_account_that_sleeps_is_no_deletion(there: Running) -> None:
    sara = enrolled_and_asking(there, "sara")
    uri = sara[1]
    sara[0].call("com.atproto.server.deactivateAccount", {})
    found = until(lambda: hidden_or_none(look(there, uri)), "the deactivation")
    assert "deactivated" in found.why


def enrolled_and_asking(there: Running, name: str) -> tuple[Person, str]:
    person = there.person(name)
    made = person.mention(there.brand, "hej")
    told_of(there, made["uri"])
    return person, made["uri"]


def hidden_or_none(found: Found | Gone | Hidden) -> Hidden | None:
    assert not isinstance(found, Gone)
    return found if isinstance(found, Hidden) else None


def test_a_reply_below_our_post_is_hidden_for_everybody_and_shown_again(there: Running) -> None:
    root = published(there, "Grattis till vinnarna!")
    made = there.person("kari").answer(root, root, "Köp mina piller")
    event = told_of(there, made["uri"])
    for verb, expected in (("hide", [made["uri"]]), ("hide", [made["uri"]]), ("unhide", [])):
        assert isinstance(send(there, order(verb, event)), Sent)  # type: ignore[arg-type]
        gate = there.brand.record(root["uri"].replace("feed.post", "feed.threadgate"))["value"]
        assert gate["hiddenReplies"] == expected
        assert gate["post"] == root["uri"]
    theirs = asked(there, "vad kostar en månad?")
    refused = send(there, order("hide", theirs))
    assert isinstance(refused, Refused)
    assert "below our own" in refused.why


def test_likes_blocks_and_reports_reach_the_network_and_can_be_taken_back(there: Running) -> None:
    event = asked(there, "köp mina piller", "mona")
    mona = there.person("mona")
    assert isinstance(send(there, order("like", event)), Sent)
    until(lambda: mona.call("app.bsky.feed.getLikes", uri=event.item)["likes"], "our like")
    assert isinstance(send(there, order("unlike", event)), Sent)
    until(lambda: not mona.call("app.bsky.feed.getLikes", uri=event.item)["likes"], "no like")
    assert isinstance(send(there, order("report", event, reason="spam")), Sent)
    assert isinstance(send(there, order("block", event)), Sent)

    def blocking() -> bool:
        return "blocking" in there.brand.call("app.bsky.actor.getProfile", actor=mona.did)["viewer"]

    until(blocking, "the block")
    assert isinstance(send(there, order("unblock", event)), Sent)
    until(lambda: not blocking(), "no block")


def test_what_others_do_with_our_posts_comes_as_reactions(there: Running) -> None:
    root = published(there, "Första snön!")
    kari = there.person("kari")
    kari.make("app.bsky.feed.like", subject=root)
    found = told_of(there, root["uri"], "reaction")
    assert (found.text, found.author.native if found.author else "") == ("♥", kari.did)


def test_our_own_posts_are_edited_and_deleted_but_not_what_others_wrote(there: Running) -> None:
    sent = send(there, order("post", text="Förseningar vid Tranby"))
    assert isinstance(sent, Sent)
    before = there.brand.record(sent.native or "")["value"]
    edited = order("edit", text="Förseningar vid Tranby, bussar från 12", item=sent.native)
    assert isinstance(send(there, edited), Sent)
    after = there.brand.record(sent.native or "")["value"]
    assert after == {**before, "text": "Förseningar vid Tranby, bussar från 12"}
    event = asked(there, "varför?")
    assert isinstance(send(there, order("delete", event)), Refused)
    assert isinstance(send(there, order("delete", item=sent.native)), Sent)
    until(lambda: isinstance(look(there, sent.native or ""), Gone), "the deletion")
    assert isinstance(send(there, order("delete", item=sent.native)), Sent)


def test_what_is_too_long_never_leaves_and_the_server_counts_as_we_do(there: Running) -> None:
    event = asked(there, "berätta allt")
    family = "👩‍👩‍👧‍👦"
    told = send(there, order("reply", event, family * 121))
    assert isinstance(told, Refused)
    assert "bytes" in told.why
    exactly = order("reply", event, "å" * 300)
    assert isinstance(send(there, exactly), Sent)
    over = send(there, replace(exactly, text="å" * 301))
    assert isinstance(over, Refused)
    assert "Shorten it by 1." in over.why


def test_who_limits_replies_is_not_answered_in_vain(there: Running) -> None:
    nils = there.person("nils")
    made = nils.post("Bara mina vänner får svara")
    key = made["uri"].rsplit("/", 1)[1]
    gate = {
        "$type": "app.bsky.feed.threadgate",
        "post": made["uri"],
        "allow": [],
        "createdAt": serving.now_text(),
    }
    nils.call(
        "com.atproto.repo.putRecord",
        {"repo": nils.did, "collection": "app.bsky.feed.threadgate", "rkey": key, "record": gate},
    )

    def limited() -> bool:
        view = there.brand.call("app.bsky.feed.getPosts", uris=[made["uri"]])["posts"]
        return bool(view and view[0]["viewer"].get("replyDisabled"))

    until(limited, "the gate")
    refused = send(there, order("reply", item=made["uri"], person=nils.did, text="Hej! /Maja"))
    assert isinstance(refused, Refused)
    assert "limited who may answer" in refused.why


def test_a_session_that_ended_is_renewed_without_a_word(there: Running) -> None:
    SESSIONS.forget()
    stale = replace(there.account, secrets={**there.account.secrets, "access": "a.b.c", "refresh": "d.e.f"})
    outgoing = order("post", text="Vi är tillbaka.")
    answer = CONNECTOR.send(there.http, stale, outgoing, datetime.now(UTC))
    assert isinstance(answer, Sent)


def test_the_firehose_tells_the_same_events_under_the_same_keys(there: Running) -> None:
    alice = there.person("alice")
    made = alice.mention(there.brand, "hörs jag?")
    alice.rewrite(made["uri"], f"@{there.brand.handle} hörs jag nu?")
    alice.delete(made["uri"])
    allow = there.account.allow_hosts
    stream = firehose.listen(
        f"{there.relay}/xrpc/com.atproto.sync.subscribeRepos", "0", allow=allow, silence=5
    )
    found: list[Event] = []
    cursor = ""
    for arrival in stream:
        headers = {**arrival.headers, "x-account": there.brand.did}
        items = CONNECTOR.parse(arrival.raw, headers, "", "GET") if arrival.raw else []
        found += [item for item in items if isinstance(item, Event) and item.item == made["uri"]]
        cursor = arrival.cursor
        if any(event.kind == "deleted" for event in found):
            break
    stream.close()
    assert [event.kind for event in found] == ["created", "edited", "deleted"]
    assert found[0].key == f"created:{made['uri']}"
    assert found[1].text.endswith("hörs jag nu?")
    assert int(cursor) > 0


def test_too_many_log_ins_wait_as_long_as_the_server_says(there: Running) -> None:
    """Last, as it closes the door for some minutes."""
    wrong = replace(
        there.account, native="", settings={**there.account.settings, "handle": there.brand.handle}
    )
    wrong = replace(wrong, secrets={"app_password": f"wrong-{uuid4()}"})
    now = datetime.now(UTC)
    outcomes = []
    for _each in range(40):
        outcomes.append(CONNECTOR.send(there.http, wrong, order("post", text="Hej"), now))
        if isinstance(outcomes[-1], Retry):
            break
    assert isinstance(outcomes[0], Refused)
    assert outcomes[0].account_state == "token_revoked"
    last = outcomes[-1]
    assert isinstance(last, Retry)
    assert last.at is not None
    assert now < last.at <= now + timedelta(minutes=6)
