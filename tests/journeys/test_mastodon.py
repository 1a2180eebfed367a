"""The line against a Mastodon that nobody here wrote: stream, direct message, edit, deletion, 429."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from lyhord.connectors.mastodon.tests import serving
from lyhord.connectors.mastodon.tests.serving import Running
from tests.journeys import installation
from tests.journeys.conftest import Visit
from tests.journeys.installation import PEOPLED, Installation, until
from tests.journeys.test_line import answer, row

pytestmark = pytest.mark.browser

CONNECTED = """
from lyhord.channels.actions import connect
from lyhord.staff.models import Brand, User
from lyhord.channels.models import Account
Account.objects.update(state="paused")
account = connect("mastodon", Brand.objects.get(), [], "Our Mastodon", {{"server": {server!r}, "access_token": "brand_token"}}, User.objects.get(is_administrator=True), now)
out = account.handle
"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving.server(tmp_path_factory.mktemp("mastodon")) as running:
        yield running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, network: Running) -> Iterator[Installation]:
    place = network.base.removeprefix("http://")
    there = installation.make(tmp_path_factory.mktemp("desk"), LYHORD_ALLOW_HOSTS=place)
    assert there.command("migrate").returncode == 0
    there.facts = there.run(PEOPLED)
    there.facts["handle"] = there.run(CONNECTED.format(server=place))
    with there.serving():
        yield there


def asked(network: Running, words: str, *, visibility: str = "public") -> Any:
    """A customer mentions us."""
    return network.customer("alice").status_post(f"@brand {words}", visibility=visibility)


def answers_to(network: Running, status: Any) -> list[Any]:
    return [one for one in network.statuses_of("brand") if str(one["in_reply_to_id"]) == str(status["id"])]


def test_a_mention_comes_by_stream_and_is_answered_once(
    desk: Installation, network: Running, visit: Visit
) -> None:
    page = visit(desk, "linnea@example.com")
    words = f"does the 17.05 stop in Tranby? {uuid4().hex[:6]}"
    status = asked(network, words)
    row(page, words).click()
    answer(page, "It does, at 17.32.")
    expect(page.locator(".turn.out .turn-state")).to_contain_text("Sent")
    [ours] = answers_to(network, status)
    assert ours["visibility"] == "public"
    assert "It does, at 17.32. /Linnea" in ours["content"]
    assert "@alice" in ours["content"].replace("<span>", "").replace("</span>", "")
    # Our own answer comes back by the stream; it is an echo and no second turn.
    expect(page.locator(".turn.out")).to_have_count(1)


def test_a_direct_message_is_answered_to_her_alone(
    desk: Installation, network: Running, visit: Visit
) -> None:
    words = f"my card was charged twice {uuid4().hex[:6]}"
    status = asked(network, words, visibility="direct")
    page = visit(desk, "linnea@example.com")
    row(page, words).click()
    expect(page.locator("#visibility")).to_contain_text("Private")
    answer(page, "One of them is on its way back.")
    found = until(lambda: answers_to(network, status), "the private answer", desk.log)
    assert [one["visibility"] for one in found] == ["direct"]


def test_an_edit_and_a_deletion_are_seen_while_it_is_open(
    desk: Installation, network: Running, visit: Visit
) -> None:
    mark = uuid4().hex[:6]
    status = asked(network, f"before {mark}")
    page = visit(desk, "linnea@example.com")
    found = row(page, f"before {mark}")
    expect(found).to_be_visible()
    network.customer("alice").status_update(status["id"], f"@brand after {mark}")
    found.click()
    expect(page.locator("#turns")).to_contain_text(f"after {mark}", timeout=90_000)
    network.customer("alice").status_delete(status["id"])
    expect(page.locator("#turns")).to_contain_text("Deleted by its author or the network.", timeout=120_000)
    expect(page.locator("#turns")).not_to_contain_text(mark)


def test_a_429_waits_and_then_sends_once(desk: Installation, network: Running, visit: Visit) -> None:
    words = f"is there a café on board? {uuid4().hex[:6]}"
    status = asked(network, words)
    page = visit(desk, "linnea@example.com")
    row(page, words).click()
    expect(page.locator("#composer-text")).to_be_visible()
    network.fault({"status": 429, "headers": {"Retry-After": "2"}}, "/api/v1/statuses")
    answer(page, "In carriage 3.")
    expect(page.locator(".turn.out .turn-state")).to_contain_text("Sent", timeout=90_000)
    assert len(answers_to(network, status)) == 1
