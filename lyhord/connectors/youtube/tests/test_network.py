"""Reading, answering and moderating against YouTube's side; each call and each answer is checked against its document."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    Allowed,
    Arrival,
    ConnectFailed,
    Denied,
    Event,
    Found,
    Gone,
    Hidden,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors._google import tokens
from lyhord.connectors._google.tests.oauth import refusal
from lyhord.connectors.youtube import CONNECTOR, connecting, quota
from lyhord.connectors.youtube.tests.fake import OURS, YouTubeSide, side

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REPLY = Outgoing(verb="reply", key="k1", text="Vi ser på det. /Maja", item="Ug1", thread="Ug1", person="UCanna",
                 person_handle="@anna", made_at=NOW, facts={"author": "UCanna", "video": "vid1"})  # fmt: skip


@pytest.fixture
def there() -> Iterator[YouTubeSide]:
    tokens.TOKENS.forget()
    network = YouTubeSide(NOW - timedelta(hours=1))
    yield network
    assert network.faults == []


def client(there: YouTubeSide) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(there.answer))


def events(arrivals: list[Arrival]) -> list[Event]:
    found = []
    for told in arrivals:
        if told.raw:
            for item in CONNECTOR.parse(told.raw, told.headers, told.url, told.method):
                assert isinstance(item, Event), item
                found.append(item)
    return found


def polled(there: YouTubeSide, cursor: str = "", now: datetime = NOW) -> tuple[list[Event], str]:
    arrivals = list(CONNECTOR.poll(client(there), side(), cursor, now))
    return events(arrivals), arrivals[-1].cursor if arrivals else cursor


def send(there: YouTubeSide, outgoing: Outgoing = REPLY) -> Any:
    return CONNECTOR.send(client(there), side(), outgoing, NOW)


# Reading ------------------------------------------------------------------------------------------------------


def test_what_is_new_comes_once_oldest_first(there: YouTubeSide) -> None:
    first = there.says("UCanna", "Tåget är sent")
    answer = there.says("UCbo", "Håller med", under=first)
    second = there.says(OURS, "Välkomna!")
    found, cursor = polled(there)
    assert [event.item for event in found] == [first, answer, second]
    assert [event.is_own for event in found] == [False, False, True]
    assert found[1].parent == found[1].thread == first
    assert found[0].link == f"https://www.youtube.com/watch?v=vid1&lc={first}"
    again, _cursor = polled(there, cursor)
    assert again == []


def test_answers_that_do_not_come_along_are_asked_for_once(there: YouTubeSide) -> None:
    top = there.says("UCanna", "Hej")
    wanted = {there.says("UCbo", f"svar {number}", under=top) for number in range(5)}
    found, cursor = polled(there)
    assert wanted <= {event.item for event in found}
    asked = len(there.calls)
    polled(there, cursor)
    assert all("parentId" not in params for _method, _path, params in there.calls[asked:])
    late = there.says("UCbo", "ett till", under=top)
    found, _cursor = polled(there, cursor)
    assert late in {event.item for event in found}


def test_an_answer_to_an_old_comment_is_found_by_the_sweep_of_the_hour(there: YouTubeSide) -> None:
    there.page_size = 2
    old = there.says("UCanna", "gammal")
    for number in range(3):
        there.says("UCbo", f"ny {number}")
    _found, cursor = polled(there)
    late = there.says("UCbo", "sent svar", under=old)
    assert late not in {event.item for event in polled(there, cursor)[0]}
    found, _cursor = polled(there, cursor, NOW + quota.SWEEP_EVERY)
    assert late in {event.item for event in found}


def test_an_edit_keeps_both_and_has_a_key_of_its_own(there: YouTubeSide) -> None:
    item = there.says("UCanna", "fel ord")
    there.changes(item, "rätt ord")
    found, _cursor = polled(there)
    assert [(event.kind, event.text) for event in found] == [("created", "rätt ord"), ("edited", "rätt ord")]
    assert len({event.key for event in found}) == 2


def test_what_youtube_holds_back_is_seen_by_us_as_hidden_and_shown_when_it_is_let_out(
    there: YouTubeSide,
) -> None:
    held = there.says("UCanna", "se min länk", status="heldForReview")
    spam = there.says("UCbot", "vinn", status="likelySpam")
    found, cursor = polled(there)
    assert {(event.kind, event.item) for event in found} == {
        ("created", held), ("hidden", held), ("created", spam), ("hidden", spam),
    }  # fmt: skip
    assert polled(there, cursor)[0] == []
    there.rows[held]["status"] = "published"
    found, cursor = polled(there, cursor, NOW + timedelta(minutes=2))
    assert ("shown", held) in {(event.kind, event.item) for event in found}
    there.rows[held]["status"] = "heldForReview"
    found, _cursor = polled(there, cursor, NOW + timedelta(minutes=4))
    assert ("hidden", held) in {(event.kind, event.item) for event in found}


def test_backfill_goes_back_as_far_as_wanted(there: YouTubeSide) -> None:
    there.page_size = 2
    items = [there.says("UCanna", f"nr {number}") for number in range(6)]
    found = events(list(CONNECTOR.backfill(client(there), side(), "", there.rows[items[2]]["at"])))
    assert set(items[2:]) <= {event.item for event in found}


def test_a_deletion_is_concluded_only_when_no_queue_holds_it(there: YouTubeSide) -> None:
    held = there.says("UCanna", "hålls", status="rejected")
    gone = there.says("UCanna", "borta")
    del there.rows[gone]
    assert isinstance(CONNECTOR.fetch(client(there), side(), gone, NOW), Gone)
    found = CONNECTOR.fetch(client(there), side(), held, NOW)
    assert isinstance(found, Found)
    assert ("hidden", held) in {(event.kind, event.item) for event in events(list(found.arrivals))}
    there.page_size = 1
    there.says("UCbo", "en till", status="heldForReview")
    there.says("UCbo", "två till", status="heldForReview")
    assert isinstance(CONNECTOR.fetch(client(there), side(), gone, NOW), Hidden)


def test_a_second_look_brings_the_edit_and_the_answers(there: YouTubeSide) -> None:
    top = there.says("UCanna", "hej")
    answer = there.says("UCbo", "svar", under=top)
    there.changes(top, "hej då")
    found = CONNECTOR.look(client(there), side(), top, {}, NOW)
    assert isinstance(found, Found)
    told = {(event.kind, event.item) for event in events(list(found.arrivals))}
    assert {("edited", top), ("created", answer)} <= told


def test_reading_tells_when_the_quota_is_used_up(there: YouTubeSide) -> None:
    there.quota = 0
    with pytest.raises(Trouble) as told:
        polled(there)
    assert told.value.at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_a_day_of_reading_takes_its_share_of_the_quota(there: YouTubeSide) -> None:
    for units in (1_000, 10_000, 1_000_000):
        account = side(settings={"daily_quota": str(units)})
        assert quota.reading_a_day(account) <= units / quota.SHARE + quota.A_SWEEP * 24
        assert CONNECTOR.abilities(account).poll_every >= timedelta(seconds=60)
    there.says("UCanna", "hej")
    cursor = ""
    begun = NOW
    for number in range(10):
        cursor = polled(there, cursor, begun + number * quota.poll_every(side()))[1]
    assert there.spent <= 10 * quota.A_POLL + quota.A_SWEEP


# Writing --------------------------------------------------------------------------------------------------------


def test_an_answer_stands_under_the_comment_at_the_top(there: YouTubeSide) -> None:
    top = there.says("UCanna", "hej")
    below = there.says("UCbo", "jag med", under=top)
    sent = send(there)
    assert isinstance(sent, Sent)
    assert there.rows[str(sent.native)]["parent"] == top
    assert sent.link.endswith(str(sent.native))
    second = send(there, replace(REPLY, item=below, person_handle="@bo"))
    assert there.rows[str(second.native)]["text"] == "@bo Vi ser på det. /Maja"
    assert there.rows[str(second.native)]["parent"] == top


def test_ours_are_edited_and_deleted_and_others_are_not(there: YouTubeSide) -> None:
    there.says("UCanna", "hej")
    own = str(send(there).native)
    assert isinstance(send(there, replace(REPLY, verb="edit", item=own, text="Rättat")), Sent)
    assert there.rows[own]["text"] == "Rättat"
    told = send(there, replace(REPLY, verb="edit", item="Ug1", text="Nej"))
    assert isinstance(told, Refused)
    assert "author" in told.why
    delete = replace(REPLY, verb="delete", item=own, person=OURS, facts={"author": OURS})
    assert isinstance(send(there, delete), Sent)
    assert own not in there.rows
    assert isinstance(send(there, delete), Sent)


@pytest.mark.parametrize(
    ("verb", "status"),
    [("hide", "heldForReview"), ("unhide", "published"), ("delete", "rejected"), ("block", "rejected")],
)
def test_moderation_has_its_own_states(there: YouTubeSide, verb: Any, status: str) -> None:
    item = there.says("UCanna", "fult")
    assert isinstance(send(there, replace(REPLY, verb=verb)), Sent)
    assert there.rows[item]["status"] == status
    assert there.banned == ({"UCanna"} if verb == "block" else set())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(403, "commentsDisabled"), Refused),
        (refusal(400, "commentTextTooLong"), Refused),
        (refusal(403, "insufficientPermissions"), Refused),
        (refusal(403, "quotaExceeded"), Retry),
        (refusal(429, "rateLimitExceeded"), Retry),
        (refusal(500, "backendError"), Unsure),
    ],
)
def test_each_refusal_of_youtube_has_its_outcome(
    there: YouTubeSide, answer: httpx.Response, kind: type
) -> None:
    there.says("UCanna", "hej")
    there.next = [lambda request: answer]
    told = send(there)
    assert isinstance(told, kind)
    assert str(getattr(told, "why", ""))
    assert len(there.rows) == 1


def test_a_lost_answer_is_settled_by_looking_and_never_sent_twice(there: YouTubeSide) -> None:
    there.says("UCanna", "hej")
    there.now, there.lost = NOW, 1
    assert isinstance(send(there), Unsure)
    found = CONNECTOR.settle(client(there), side(), REPLY, NOW)
    assert isinstance(found, Sent)
    assert found.evidence == "read_back"
    assert there.rows[str(found.native)]["author"] == OURS
    assert len(there.rows) == 2


def test_what_never_came_is_sent_again_after_a_while_alone(there: YouTubeSide) -> None:
    there.says("UCanna", "hej")
    assert isinstance(CONNECTOR.settle(client(there), side(), REPLY, NOW), Unsure)
    assert isinstance(CONNECTOR.settle(client(there), side(), REPLY, NOW + timedelta(minutes=6)), Retry)
    assert isinstance(CONNECTOR.settle(client(there), side(), replace(REPLY, verb="hide"), NOW), Retry)


def test_an_older_answer_with_the_same_words_is_another_one(there: YouTubeSide) -> None:
    there.says("UCanna", "hej")
    there.says(OURS, REPLY.text, under="Ug1")
    found = CONNECTOR.settle(client(there), side(), REPLY, NOW + timedelta(minutes=6))
    assert isinstance(found, Retry)


def test_before_we_write_the_price_is_told_and_what_is_not_possible(there: YouTubeSide) -> None:
    told = CONNECTOR.can_reply(side(), REPLY, NOW, NOW)
    assert isinstance(told, Allowed)
    assert told.price is not None
    assert told.price.amount == 50
    private = CONNECTOR.can_reply(side(), replace(REPLY, visibility="private"), NOW, NOW)
    assert isinstance(private, Denied)
    assert private.instead == ("link",)
    closed = CONNECTOR.can_reply(side(), replace(REPLY, facts={"closed": True}), NOW, NOW)
    assert isinstance(closed, Denied)


# Connecting -----------------------------------------------------------------------------------------------------


def test_connecting_tells_whose_channel_it_is_and_what_reading_costs(there: YouTubeSide) -> None:
    found = CONNECTOR.connect(client(there), side(), NOW)
    assert (found.native, found.handle, found.name) == (OURS, "@nordbanan", "Nordbanan")
    assert "10000 quota units a day" in found.notes[0]
    assert found.expires_at is None


def test_an_access_that_will_end_or_reaches_too_short_is_told(there: YouTubeSide) -> None:
    there.grants.more = {"refresh_token_expires_in": 604_800, "scope": connecting.SCOPE}
    found = CONNECTOR.connect(client(there), side(), NOW)
    assert found.expires_at == NOW + timedelta(days=7)
    there.grants.more = {"scope": "https://www.googleapis.com/auth/youtube.readonly"}
    with pytest.raises(ConnectFailed, match=r"youtube\.force-ssl"):
        CONNECTOR.connect(client(there), side(), NOW)


def test_a_revoked_access_is_told_where_it_shows(there: YouTubeSide) -> None:
    there.grants.is_revoked = True
    told = send(there)
    assert isinstance(told, Refused)
    assert told.account_state == "token_revoked"
    with pytest.raises(Trouble) as trouble:
        polled(there)
    assert trouble.value.account_state == "token_revoked"
    with pytest.raises(ConnectFailed) as failed:
        CONNECTOR.connect(client(there), side(), NOW)
    assert failed.value.is_permanent
