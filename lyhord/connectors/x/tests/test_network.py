"""Sending, asking and connecting against X's side of paper: calls and answers are checked against X's own description."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    Allowed,
    Denied,
    Event,
    File,
    Found,
    Gone,
    Hidden,
    Outgoing,
    Refused,
    Request,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors.x import CONNECTOR, client, connecting, hooks, prices
from lyhord.connectors.x.tests.spec import OURS, Site
from lyhord.lib import weights

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KARI = "2222222222222222222"
APP = {
    "consumer_key": "ck",
    "consumer_secret": "cs",
    "bearer": "b",
    "hook_url": "https://kund.example/hooks/x/e1/",
}
ACCOUNT = AccountSide(
    id=1,
    native=OURS,
    handle="nordbanan",
    settings={},
    secrets={"access_token": "at", "access_secret": "as"},
    app=APP,
)
REPLY = Outgoing(
    verb="reply", key="k1", text="Vi ser på det. /Maja", item="500", thread="400", person=KARI, made_at=NOW,
    facts={"summons": True, "newest": "501"},
)  # fmt: skip
PRIVATE = replace(
    REPLY, visibility="private", item_visibility="private", item="dm:7", thread=f"dm:{OURS}-{KARI}", facts={}
)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as there:
        yield there
        assert there.faults == []


def with_settings(**settings: Any) -> AccountSide:
    return replace(ACCOUNT, settings=settings)


# Sending ------------------------------------------------------------------------------------------------------


def test_an_answer_hangs_on_the_newest_version_of_the_post(site: Site) -> None:
    assert CONNECTOR.send(site, ACCOUNT, REPLY, NOW) == Sent("9001", "https://x.com/i/status/9001")
    assert site.called("/2/tweets") == [{"text": REPLY.text, "reply": {"in_reply_to_tweet_id": "501"}}]
    assert site.auths[0].startswith("OAuth ") and "as" not in site.auths[0].split('"')


def test_the_signature_is_that_of_the_page() -> None:
    """X: Creating a signature, the example of the page (read 2026-11-22)."""
    fields = {
        "status": "Hello Ladies + Gentlemen, a signed OAuth request!", "include_entities": "true",
        "oauth_consumer_key": "xvz1evFS4wEEPTGEFPHBog", "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1", "oauth_timestamp": "1318622958", "oauth_version": "1.0",
        "oauth_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    }  # fmt: skip
    told = client.signature(
        "post", "https://api.twitter.com/1.1/statuses/update.json", fields,
        "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )  # fmt: skip
    assert told == "hCtSmYh+iHYCEqBWrE7C7hYmtUk="


def test_a_message_goes_to_the_person_and_to_several_by_their_talk(site: Site) -> None:
    assert CONNECTOR.send(site, ACCOUNT, PRIVATE, NOW) == Sent("dm:9001")
    CONNECTOR.send(site, ACCOUNT, replace(PRIVATE, thread="dm:1585094756761149440"), NOW)
    assert [path for _, path, _, _ in site.calls] == [
        f"/2/dm_conversations/with/{KARI}/messages", "/2/dm_conversations/1585094756761149440/messages",
    ]  # fmt: skip


def test_pictures_are_brought_first_with_their_descriptions(site: Site) -> None:
    outgoing = replace(
        REPLY, files=(File("a.png", "image/png", b"x", alt="Karta"), File("b.png", "image/png", b"y"))
    )
    assert isinstance(CONNECTOR.send(site, ACCOUNT, outgoing, NOW), Sent)
    assert site.called("/2/tweets")[0]["media"] == {"media_ids": ["9001", "9003"]}
    assert site.called("/metadata") == [{"id": "9001", "metadata": {"alt_text": {"text": "Karta"}}}]


@pytest.mark.parametrize(
    ("verb", "fields", "call"),
    [
        ("hide", {}, ("PUT", "/2/tweets/500/hidden", {"hidden": True})),
        ("unhide", {}, ("PUT", "/2/tweets/500/hidden", {"hidden": False})),
        ("delete", {}, ("DELETE", "/2/tweets/500", None)),
        ("delete", {"item": "dm:7"}, ("DELETE", "/2/dm_events/7", None)),
        ("block", {}, ("POST", f"/2/users/{OURS}/muting", {"target_user_id": KARI})),
        ("unblock", {}, ("DELETE", f"/2/users/{OURS}/muting/{KARI}", None)),
        ("block", {"item_visibility": "private"}, ("POST", f"/2/users/{KARI}/dm/block", None)),
        ("like", {}, ("POST", f"/2/users/{OURS}/likes", {"tweet_id": "500"})),
        ("unlike", {}, ("DELETE", f"/2/users/{OURS}/likes/500", None)),
    ],
)  # fmt: skip
def test_what_else_we_do(site: Site, verb: Any, fields: dict[str, Any], call: tuple[Any, ...]) -> None:
    account = with_settings(is_enterprise=True)
    assert CONNECTOR.send(site, account, replace(REPLY, verb=verb, **fields), NOW) == Sent()
    ((method, path, _, content),) = site.calls
    assert (method, path, content) == call


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"facts": {"summons": False}}, "names us"),
        ({"text": "x" * 281}, "Shorten it by 1"),
        ({"text": "åäö 😀" * 50}, "Shorten it by"),
        ({"verb": "like"}, "Enterprise"),
        ({"verb": "edit"}, "no way"),
        ({"item_visibility": "private"}, "private"),
        ({"files": (File("a.mp4", "video/mp4", b"x"),)}, "a.mp4"),
    ],
)
def test_what_cannot_leave_is_refused_before_it_does(site: Site, fields: dict[str, Any], why: str) -> None:
    outcome = CONNECTOR.send(site, ACCOUNT, replace(REPLY, **fields), NOW)
    assert isinstance(outcome, Refused) and why in outcome.why
    assert site.calls == []


# Before it ------------------------------------------------------------------------------------------------------


def test_only_who_summoned_us_is_answered_in_public_and_the_price_is_known(site: Site) -> None:
    def told(account: AccountSide = ACCOUNT, **fields: Any) -> Any:
        return CONNECTOR.can_reply(account, replace(REPLY, **fields), NOW, NOW)

    assert told() == Allowed(price=prices.SUMMONED)
    assert told(text="Se https://nordbanan.example/") == Allowed(price=prices.LINKED)
    assert told(text="Se nordbanan.se/hjalp") == Allowed(price=prices.LINKED)
    assert told(facts={"summons": False}) == Denied(prices.NOT_SUMMONED, instead=("private", "link"))
    assert told(with_settings(is_enterprise=True), facts={"summons": False}) == Allowed(price=prices.POST)
    assert told(visibility="private", facts={"summons": False}) == Allowed(price=prices.MESSAGE)
    assert isinstance(told(item_visibility="private"), Denied)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0), ("abc", 3), ("åäö", 3), ("a\u030a", 1), ("日本", 4), ("😀", 2), ("👩‍👩‍👧‍👦", 2), ("🇸🇪", 2), ("…–“", 4), ("1️⃣", 2),
        ("https://nordbanan.example/a?b=c", 23), ("se nordbanan.se nu", 29), ("maja@nordbanan.se", 17), ("t.ex. nu", 8),
    ],
)  # fmt: skip
def test_words_are_weighed_as_x_weighs_them(text: str, count: int) -> None:
    assert weights.weigh(text) == count
    assert CONNECTOR.measure(text, CONNECTOR.abilities(ACCOUNT).reply["public"]) == count


# What came of it ------------------------------------------------------------------------------------------------


def problem(status: int, kind: str = "", detail: str = "", **headers: str) -> httpx.Response:
    told: dict[str, Any] = {"title": "x", "detail": detail, "status": status}
    if kind:
        told["type"] = f"https://api.x.com/2/problems/{kind}"
    return httpx.Response(
        status, json=told, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (problem(401), Refused(client.REVOKED, "401", "token_revoked")),
        (problem(403, "client-forbidden"), Refused(client.LACKING, "client-forbidden", "permission_lost")),
        (problem(402), Refused(client.UNPAID, "402")),
        (problem(429, "usage-capped"), Refused(client.CAPPED, "usage-capped")),
        (problem(429, x_rate_limit_reset=f"{(NOW + timedelta(minutes=9)).timestamp():.0f}"), Retry(client.BUSY, NOW + timedelta(minutes=9))),
        (problem(403, "", "You can only reply if you have been mentioned."), Refused(prices.NOT_SUMMONED, "not-summoned")),
    ],
)  # fmt: skip
def test_errors_are_read_in_x_s_own_dialect(site: Site, answer: httpx.Response, outcome: Any) -> None:
    site.next = [answer]
    assert CONNECTOR.send(site, ACCOUNT, REPLY, NOW) == outcome


@pytest.mark.parametrize(
    "answer",
    [
        None,
        httpx.Response(503),
        httpx.Response(201, content=b"<html>"),
        problem(403, "", "duplicate content."),
    ],
)
def test_a_lost_answer_is_unsure_and_found_by_looking(site: Site, answer: Any) -> None:
    site.next = [answer]
    assert isinstance(CONNECTOR.send(site, ACCOUNT, REPLY, NOW), Unsure)
    assert len(site.calls) == 1
    path, later = f"/2/users/{OURS}/tweets", NOW + timedelta(minutes=6)
    other = {"id": "8", "text": "Annat", "created_at": "2026-11-22T11:00:00.000Z"}
    ours = {
        "id": "9",
        "text": "@kari Vi ser på det. /Maja",
        "created_at": "2026-11-22T12:00:01.000Z",
        "referenced_posts": [{"type": "replied_to", "id": "501"}],
    }
    site.pages[path] = [{"data": [other], "meta": {"result_count": 1}}]
    assert isinstance(CONNECTOR.settle(site, ACCOUNT, REPLY, NOW), Unsure)
    assert isinstance(CONNECTOR.settle(site, ACCOUNT, REPLY, later), Retry)
    site.pages[path] = [{"data": [ours, other], "meta": {"result_count": 2}}]
    assert CONNECTOR.settle(site, ACCOUNT, REPLY, later) == Sent("9", "https://x.com/i/status/9", "read_back")


def test_a_lost_message_is_found_in_the_talk(site: Site) -> None:
    told = {
        "id": "7",
        "event_type": "MessageCreate",
        "text": PRIVATE.text,
        "sender_id": OURS,
        "created_at": "2026-11-22T12:00:01.000Z",
    }
    site.pages[f"/2/dm_conversations/with/{KARI}/dm_events"] = [{"data": [told], "meta": {"result_count": 1}}]
    assert CONNECTOR.settle(site, ACCOUNT, PRIVATE, NOW) == Sent("dm:7", evidence="read_back")


# Asking ---------------------------------------------------------------------------------------------------------


def page(*numbers: int, after: str = "") -> dict[str, Any]:
    data = [{"id": str(number), "text": f"@nordbanan {number}", "author_id": KARI} for number in numbers]
    return {"data": data, "meta": {"result_count": len(data), **({"next_token": after} if after else {})}}


def test_pages_are_told_oldest_first_and_each_is_where_the_next_begins(site: Site) -> None:
    site.pages[f"/2/users/{OURS}/mentions"] = [page(30, 29, after="p2"), page(28, 27)]
    site.pages["/2/dm_events"] = [{"data": [], "meta": {"result_count": 0}}]
    told = list(CONNECTOR.poll(site, ACCOUNT, '{"post": "20"}', NOW))
    assert [arrival.cursor for arrival in told] == ['{"post": "28"}', '{"post": "30"}']
    assert [call[2].get("since_id") for call in site.calls[:2]] == ["20", "20"]
    items = [
        item for arrival in told for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, "GET")
    ]
    assert [item.item for item in items] == ["28", "27", "30", "29"]
    assert all(isinstance(item, Event) and item.account == OURS for item in items)


def test_a_dead_token_and_a_limit_are_told_when_reading(site: Site) -> None:
    site.next = [httpx.Response(401, json={"title": "Unauthorized"})]
    with pytest.raises(Trouble) as caught:
        list(CONNECTOR.poll(site, ACCOUNT, "", NOW))
    assert caught.value.account_state == "token_revoked"


@pytest.mark.parametrize(
    ("kind", "about", "found"),
    [
        ("resource-not-found", "500", Gone),
        ("resource-not-found", "999", Trouble),
        ("not-authorized-for-resource", "500", Hidden),
    ],
)
def test_only_an_error_about_this_very_post_says_that_it_is_gone(
    site: Site, kind: str, about: str, found: type
) -> None:
    error = {
        "type": f"https://api.x.com/2/problems/{kind}",
        "title": "x",
        "detail": "x",
        "resource_id": about,
        "resource_type": "post",
    }
    site.next = [httpx.Response(200 if found is not Trouble else 404, json={"errors": [error]})]
    if found is Trouble:
        with pytest.raises(Trouble):
            CONNECTOR.fetch(site, ACCOUNT, "500", NOW)
        return
    assert isinstance(CONNECTOR.fetch(site, ACCOUNT, "500", NOW), found)
    site.pages["/2/tweets/500"] = [{"data": {"id": "500", "text": "x"}}]
    assert isinstance(CONNECTOR.fetch(site, ACCOUNT, "500", NOW), Found)


# Connecting -----------------------------------------------------------------------------------------------------


def test_the_webhook_is_set_up_and_every_kind_of_news_is_asked_for(site: Site) -> None:
    found = CONNECTOR.connect(site, ACCOUNT, NOW)
    assert (found.native, found.handle, found.state) == (OURS, "nordbanan", {"way": "hook"})
    assert site.called("/2/webhooks") == [None, {"url": APP["hook_url"]}]
    asked = [each["event_type"] for each in site.called("/2/activity/subscriptions") if each]
    assert asked == list(connecting.EVENTS)
    assert CONNECTOR.abilities(replace(ACCOUNT, state=found.state)).receive == ("hook",)


def test_a_webhook_that_x_holds_for_broken_is_tried_anew_and_else_we_ask(site: Site) -> None:
    site.hooks = [{"id": "77", "url": APP["hook_url"], "valid": False}]
    site.hook_is_valid = False
    found = CONNECTOR.connect(site, ACCOUNT, NOW)
    assert found.state == {"way": "asking"} and connecting.NOT_YET in found.notes
    assert ("PUT", "/2/webhooks/77") in [call[:2] for call in site.calls]


# The hook -------------------------------------------------------------------------------------------------------


def test_the_challenge_is_answered_and_cannot_be_used_to_sign_a_body() -> None:
    request = Request("GET", "https://kund.example/hooks/x/e1/?crc_token=abc123", {}, b"")
    assert CONNECTOR.verify(request, APP)
    answer = CONNECTOR.answer(request, APP)
    assert (
        answer is not None
        and answer.body == b'{"response_token": "%s"}' % hooks.signature(b"abc123", "cs").encode()
    )
    body = Request("GET", "https://kund.example/hooks/x/e1/?crc_token=%7B%22data%22%3A1%7D", {}, b"")
    assert not CONNECTOR.verify(body, APP) and CONNECTOR.answer(body, APP) is None


def test_a_signature_that_is_wrong_in_any_place_is_refused() -> None:
    body = b'{"data":{"event_type":"post.create"}}'
    right = hooks.signature(body, "cs")
    assert CONNECTOR.verify(Request("POST", "https://x/", {hooks.SIGNATURE: right}, body), APP)
    for place in range(len(right)):
        wrong = right[:place] + ("0" if right[place] != "0" else "1") + right[place + 1 :]
        assert not CONNECTOR.verify(Request("POST", "https://x/", {hooks.SIGNATURE: wrong}, body), APP)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert not CONNECTOR.verify(Request("POST", "https://x/", {hooks.SIGNATURE: right}, changed), APP)
