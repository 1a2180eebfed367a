"""What is sent, and what each answer, broken answer or silence means. No server: every answer is written down here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import Denied, File, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.connectors.bluesky import CONNECTOR, facets
from lyhord.connectors.bluesky.names import key_of
from lyhord.connectors.bluesky.sessions import SESSIONS
from lyhord.connectors.bluesky.tests.fake import ACCOUNT, CID, HER, NOW, SESSION, US, Server, error, ok, uri

ROOT = uri(US, "3n2tvgav6oc25")
REPLY = Outgoing(
    verb="reply",
    key="k-1",
    text="We look into it. /Maja",
    item=uri(),
    thread=ROOT,
    person=HER,
    person_handle="alice.test",
    made_at=NOW,
)
KEY = key_of("k-1", NOW)
MINE = uri(US, KEY)
VIEW = {
    "uri": uri(),
    "cid": CID,
    "author": {"did": HER, "handle": "alice.test"},
    "record": {
        "reply": {"root": {"uri": ROOT, "cid": "bafyroot"}, "parent": {"uri": ROOT, "cid": "bafyroot"}}
    },
    "viewer": {},
}
POSTS = ok({"posts": [VIEW]})
PUT = ok({"uri": MINE, "cid": CID})


@pytest.fixture(autouse=True)
def no_sessions() -> Iterator[None]:
    SESSIONS.forget()
    yield
    SESSIONS.forget()


def send(server: Server, outgoing: Outgoing = REPLY, account: Any = ACCOUNT) -> Any:
    return CONNECTOR.send(server.http, account, outgoing, NOW)


def test_an_answer_names_root_and_parent_of_this_moment_and_its_own_key() -> None:
    server = Server(getPosts=POSTS, putRecord=PUT)
    answer = send(server, replace(REPLY, lang="sv"))
    assert answer == Sent(MINE, f"https://bsky.app/profile/{US}/post/{KEY}")
    assert server.body("putRecord") == {
        "repo": US,
        "collection": "app.bsky.feed.post",
        "rkey": KEY,
        "swapRecord": None,
        "record": {
            "$type": "app.bsky.feed.post",
            "text": "We look into it. /Maja",
            "createdAt": "2026-11-21T20:05:00.000Z",
            "langs": ["sv"],
            "reply": {"root": {"uri": ROOT, "cid": "bafyroot"}, "parent": {"uri": uri(), "cid": CID}},
        },
    }
    assert {request.url.host for request in server.asked} == {"pds.example"}
    assert {request.headers["authorization"] for request in server.asked} == {"Bearer access-1"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.ConnectError("no"), Retry),
        (httpx.ReadTimeout("slow"), Unsure),
        (httpx.RemoteProtocolError("cut"), Unsure),
        (error(500, "InternalServerError"), Unsure),
        (error(502, "UpstreamFailure"), Unsure),
        (error(503, "NotReady"), Retry),
        (error(429, "RateLimitExceeded"), Retry),
        (error(400, "InvalidRequest", "grapheme too big"), Refused),
        (httpx.Response(200, json=[]), Unsure),
        (httpx.Response(200, content=b"<html>"), Unsure),
    ],
)
def test_a_lost_answer_is_unsure_and_never_sent_again(answer: Any, expected: type) -> None:
    server = Server(getPosts=POSTS, putRecord=answer)
    assert isinstance(send(server), expected)
    assert server.methods().count("putRecord") == 1


@pytest.mark.parametrize("answer", [httpx.ReadTimeout("slow"), error(500, "X"), error(429, "X")])
def test_what_fails_before_the_write_may_be_tried_again(answer: Any) -> None:
    server = Server(getPosts=answer, putRecord=PUT)
    assert isinstance(send(server), Retry)
    assert "putRecord" not in server.methods()


def test_a_repeat_of_what_stands_there_is_read_back() -> None:
    swapped = error(400, "InvalidSwap", "Record was at bafy")
    server = Server(getPosts=POSTS, putRecord=swapped, getRecord=ok({"uri": MINE, "value": {"text": "x"}}))
    assert send(server) == Sent(MINE, f"https://bsky.app/profile/{US}/post/{KEY}", "read_back")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ok({"uri": MINE, "cid": CID, "value": {"text": "x"}}), Sent),
        (error(400, "RecordNotFound"), Retry),
        (error(500, "X"), Unsure),
        (httpx.ReadTimeout("slow"), Unsure),
        (error(400, "InvalidRequest"), Unsure),
        (httpx.Response(200, content=b"?"), Unsure),
    ],
)
def test_a_lost_answer_is_settled_by_its_very_record(answer: Any, expected: type) -> None:
    server = Server(getRecord=answer)
    assert isinstance(CONNECTOR.settle(server.http, ACCOUNT, REPLY, NOW), expected)
    assert dict(server.asked[0].url.params) == {"repo": US, "collection": "app.bsky.feed.post", "rkey": KEY}


def test_waiting_goes_by_the_servers_own_word() -> None:
    at = NOW + timedelta(seconds=290)
    server = Server(getPosts=POSTS, putRecord=error(429, "RateLimitExceeded", **{"retry-after": "290"}))
    assert send(server).at == at
    reset = {"ratelimit-reset": str(int(at.timestamp()))}
    assert send(Server(getPosts=POSTS, putRecord=error(429, "RateLimitExceeded", **reset))).at == at


@pytest.mark.parametrize(
    ("view", "record", "expected"),
    [
        ([], error(400, "RecordNotFound"), "no such post"),
        ([], ok({"uri": uri(), "value": {}}), "block"),
        ([{**VIEW, "viewer": {"replyDisabled": True}}], None, "limited who may answer"),
    ],
)
def test_what_nobody_would_see_is_not_sent(view: Any, record: Any, expected: str) -> None:
    server = Server(getPosts=ok({"posts": view}), getRecord=record, putRecord=PUT)
    refused = send(server)
    assert isinstance(refused, Refused)
    assert expected in refused.why
    assert "putRecord" not in server.methods()


# Sessions -----------------------------------------------------------------------------------------------------


def renewing(good: httpx.Response) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        is_new = request.headers["authorization"] == "Bearer access-2"
        return good if is_new else error(400, "ExpiredToken", "Token has expired")

    return answer


def test_a_token_that_ended_is_renewed_once_and_kept_for_the_next() -> None:
    server = Server(getPosts=renewing(POSTS), putRecord=renewing(PUT), refreshSession=ok(SESSION))
    assert isinstance(send(server), Sent)
    assert isinstance(send(server), Sent)
    assert server.methods().count("refreshSession") == 1
    renewal = next(each for each in server.asked if "refreshSession" in each.url.path)
    assert renewal.url.host == "bsky.social"
    assert renewal.headers["authorization"] == "Bearer refresh-1"


def test_without_a_refresh_token_the_app_password_opens_anew() -> None:
    gone = error(400, "ExpiredToken", "Token has been revoked")
    server = Server(
        getPosts=renewing(POSTS), putRecord=renewing(PUT), refreshSession=gone, createSession=ok(SESSION)
    )
    assert isinstance(send(server), Sent)
    assert server.body("createSession") == {"identifier": US, "password": "geheim"}


@pytest.mark.parametrize(
    ("answer", "state", "word"),
    [
        (
            error(401, "AuthenticationRequired", "Invalid identifier or password"),
            "token_revoked",
            "app password",
        ),
        (error(401, "AccountTakedown", "Account has been taken down"), "disabled", "closed"),
        (error(401, "AuthFactorTokenRequired", "A sign in code"), "token_revoked", "app password"),
    ],
)
def test_a_door_that_is_shut_says_which_and_leaves_the_order_waiting(
    answer: Any, state: str, word: str
) -> None:
    server = Server(
        getPosts=error(400, "ExpiredToken"), refreshSession=error(400, "ExpiredToken"), createSession=answer
    )
    refused = send(server)
    assert isinstance(refused, Refused)
    assert refused.account_state == state
    assert word in refused.why
    assert "geheim" not in repr(refused)


def test_a_server_that_is_busy_at_the_door_does_not_break_the_account() -> None:
    busy = error(429, "RateLimitExceeded", **{"retry-after": "60"})
    server = Server(getPosts=error(400, "ExpiredToken"), refreshSession=busy, createSession=busy)
    retry = send(server)
    assert isinstance(retry, Retry)
    assert retry.at == NOW + timedelta(seconds=60)


def test_an_account_closed_meanwhile_is_told_as_one() -> None:
    refused = send(Server(getPosts=POSTS, putRecord=error(400, "AccountTakedown")))
    assert isinstance(refused, Refused)
    assert refused.account_state == "disabled"


def test_a_server_that_repeats_our_secrets_does_not_make_us_show_them() -> None:
    said = error(400, "InvalidRequest", "geheim, access-1, access-2, refresh-2: what is that?")
    server = Server(getPosts=renewing(POSTS), putRecord=said, refreshSession=ok(SESSION))
    refused = send(server)
    assert isinstance(refused, Refused)
    assert refused.why == "The server refuses it: …, …, …, …: what is that?"


# Words --------------------------------------------------------------------------------------------------------


def test_facets_are_counted_in_bytes_and_unknown_names_stay_plain() -> None:
    text = "Åsa 👩‍👩‍👧‍👦: @alice.test @nobody.test, a@mail.example https://x.example/å_(1)). #öppet #1"
    found = facets.of(text, lambda handle: HER if handle == "alice.test" else "")
    raw = text.encode()
    pieces = [raw[each["index"]["byteStart"] : each["index"]["byteEnd"]].decode() for each in found]
    assert pieces == ["@alice.test", "https://x.example/å_(1))", "#öppet"]
    assert found[0]["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": HER}]


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("(see https://x.example/a)", "https://x.example/a"),
        ("https://x.example/a.", "https://x.example/a"),
        ("https://x.example/w_(b)", "https://x.example/w_(b)"),
        ("»https://x.example«?", "https://x.example«"),
    ],
)
def test_a_link_ends_before_the_sentence_does(text: str, uri: str) -> None:
    assert facets.of(text, lambda _handle: "")[0]["features"][0]["uri"] == uri


@pytest.mark.parametrize(
    ("outgoing", "why"),
    [
        (replace(REPLY, text="x" * 301), "Shorten it by 1."),
        (replace(REPLY, text="👩‍👩‍👧‍👦" * 121), "bytes"),
        (replace(REPLY, text="x" * 1001, visibility="private"), "Shorten it by 1."),
        (replace(REPLY, text=" "), "no words"),
        (replace(REPLY, item_visibility="private"), "in private"),
        (replace(REPLY, files=(File("a.png", "image/png", bytes(2_000_001)),)), "2.0 MB"),
        (replace(REPLY, files=(File("a.pdf", "application/pdf", b"x"),)), "a.pdf is none"),
        (replace(REPLY, files=(File("a.png", "image/png", b"x"),) * 5), "these are 5"),
    ],
)
def test_what_does_not_fit_never_leaves(outgoing: Outgoing, why: str) -> None:
    server = Server()
    refused = send(server, outgoing)
    assert isinstance(refused, Refused)
    assert why in refused.why
    assert server.asked == []


def test_pictures_go_before_the_post_and_a_lost_one_is_no_lost_post() -> None:
    picture = replace(REPLY, files=(File("a.png", "image/png", b"\x89PNG", alt="En sko"),))
    blob = {"$type": "blob", "ref": {"$link": "bafk"}, "mimeType": "image/png", "size": 4}
    server = Server(getPosts=POSTS, uploadBlob=ok({"blob": blob}), putRecord=PUT)
    assert isinstance(send(server, picture), Sent)
    embed = server.body("putRecord")["record"]["embed"]
    assert embed == {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": "En sko"}]}
    lost = Server(getPosts=POSTS, uploadBlob=httpx.ReadTimeout("slow"), putRecord=PUT)
    assert isinstance(send(lost, picture), Retry)
    assert "putRecord" not in lost.methods()


# Direct messages ----------------------------------------------------------------------------------------------

PRIVATE = replace(REPLY, visibility="private")
MESSAGE = {
    "id": "3m9",
    "rev": "r",
    "text": REPLY.text,
    "sender": {"did": US},
    "sentAt": "2026-11-21T20:05:01Z",
}


def test_a_direct_answer_to_a_public_post_opens_the_conversation_with_its_author() -> None:
    server = Server(getConvoForMembers=ok({"convo": {"id": "c1"}}), sendMessage=ok(MESSAGE))
    assert send(server, PRIVATE) == Sent("3m9")
    assert server.body("sendMessage") == {"convoId": "c1", "message": {"text": REPLY.text}}
    assert {each.headers["atproto-proxy"] for each in server.asked} == {"did:web:api.bsky.chat#bsky_chat"}
    assert dict(server.asked[0].url.params) == {"members": HER}


def test_an_answer_in_a_conversation_stays_there() -> None:
    server = Server(sendMessage=ok(MESSAGE))
    assert send(server, replace(PRIVATE, item="3m1", thread="c7", item_visibility="private")) == Sent("3m9")
    assert server.body("sendMessage")["convoId"] == "c7"


@pytest.mark.parametrize("lost", [httpx.ReadTimeout("slow"), error(500, "X")])
def test_a_lost_direct_message_is_looked_for_and_never_sent_blindly(lost: Any) -> None:
    inside = replace(PRIVATE, thread="c7", item_visibility="private")
    assert isinstance(send(Server(sendMessage=lost), inside), Unsure)
    there = Server(getMessages=ok({"messages": [{**MESSAGE, "sender": {"did": HER}}, MESSAGE]}))
    assert CONNECTOR.settle(there.http, ACCOUNT, inside, NOW) == Sent("3m9", evidence="read_back")
    for other in ({"text": "Other"}, {"sender": {"did": HER}}, {"sentAt": "2026-11-20T20:05:01Z"}):
        server = Server(getMessages=ok({"messages": [{**MESSAGE, **other}]}))
        assert isinstance(CONNECTOR.settle(server.http, ACCOUNT, inside, NOW), Unsure)


def test_a_direct_message_that_already_stands_is_not_sent_twice() -> None:
    """A worker that died after sending tries the same order again; an earlier order with these words does not count."""
    inside = replace(PRIVATE, thread="c7", item_visibility="private")
    there = Server(getMessages=ok({"messages": [MESSAGE]}), sendMessage=ok(MESSAGE))
    assert send(there, inside) == Sent("3m9", evidence="read_back")
    assert "sendMessage" not in there.methods()
    older = {**MESSAGE, "id": "3m2", "sentAt": "2026-11-21T20:04:00Z"}
    server = Server(getMessages=ok({"messages": [older]}), sendMessage=ok(MESSAGE))
    assert send(server, inside) == Sent("3m9")


def test_who_takes_no_messages_or_has_none_is_said_plainly() -> None:
    shut = error(400, "InvalidRequest", "recipient has disabled incoming messages")
    refused = send(Server(getConvoForMembers=shut), PRIVATE)
    assert isinstance(refused, Refused)
    assert "takes no direct messages" in refused.why
    closed = replace(ACCOUNT, state={"chat": False})
    assert isinstance(CONNECTOR.can_reply(closed, PRIVATE, NOW, NOW), Denied)
    assert "private" not in CONNECTOR.abilities(closed).reply
    assert isinstance(send(Server(), PRIVATE, closed), Refused)


# Deeds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["like", "block", "delete", "hide"])
def test_what_may_be_asked_twice_is_tried_again(verb: Any) -> None:
    server = Server(
        getPosts=POSTS,
        getProfile=ok({"did": HER, "viewer": {}}),
        getRecord=error(400, "RecordNotFound"),
        putRecord=httpx.ReadTimeout("slow"),
        deleteRecord=httpx.ReadTimeout("slow"),
    )
    outgoing = replace(REPLY, verb=verb, item=MINE if verb == "delete" else uri())
    assert isinstance(send(server, outgoing), Retry)
    assert isinstance(CONNECTOR.settle(server.http, ACCOUNT, outgoing, NOW), Retry)


def test_a_report_whose_answer_was_lost_is_for_a_person() -> None:
    outgoing = replace(REPLY, verb="report", reason="spam")
    server = Server(getPosts=POSTS, createReport=httpx.ReadTimeout("slow"))
    assert isinstance(send(server, outgoing), Unsure)
    assert isinstance(CONNECTOR.settle(server.http, ACCOUNT, outgoing, NOW), Unsure)
    body = server.body("createReport")
    assert body["reasonType"] == "com.atproto.moderation.defs#reasonSpam"
    assert body["subject"] == {"$type": "com.atproto.repo.strongRef", "uri": uri(), "cid": CID}


def test_hiding_keeps_what_is_hidden_and_meets_its_limit() -> None:
    gate = {
        "$type": "app.bsky.feed.threadgate",
        "post": ROOT,
        "allow": [],
        "hiddenReplies": [uri(key="3aaa")],
    }
    server = Server(getRecord=ok({"uri": "x", "cid": "bafygate", "value": gate}), putRecord=ok({}))
    assert isinstance(send(server, replace(REPLY, verb="hide")), Sent)
    told = server.body("putRecord")
    assert told["record"] == {**gate, "hiddenReplies": [uri(key="3aaa"), uri()]}
    assert (told["rkey"], told["swapRecord"]) == ("3n2tvgav6oc25", "bafygate")
    full = {**gate, "hiddenReplies": [uri(key=f"3a{each:03}") for each in range(300)]}
    refused = send(Server(getRecord=ok({"cid": "b", "value": full})), replace(REPLY, verb="hide"))
    assert isinstance(refused, Refused)
    assert "300" in refused.why


def test_two_who_change_the_same_gate_do_not_lose_each_others_work() -> None:
    server = Server(getRecord=error(400, "RecordNotFound"), putRecord=error(400, "InvalidSwap"))
    assert isinstance(send(server, replace(REPLY, verb="hide")), Retry)
    assert server.body("putRecord")["swapRecord"] is None
