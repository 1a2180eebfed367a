"""From the network to the agent and back, in a real browser with real processes."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation, question, until

pytestmark = pytest.mark.browser


def hook(there: Installation, event: dict[str, Any], *, secret: str | None = None) -> int:
    """The demo network brings news by its hook, signed."""
    app = there.run(
        "from lyhord.channels.models import Account; from lyhord.channels.actions import secrets_of\n"
        f"app = Account.objects.get(pk={there.facts['account']}).app\nout = [app.endpoint, secrets_of(app)]"
    )
    body = json.dumps(event).encode()
    key = secret or app[1]["hook_secret"]
    mac = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(
        f"{there.url}/hooks/demo/{app[0]}/",
        data=body,
        headers={"Content-Type": "application/json", "X-Demo-Signature": mac},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        return problem.code


def row(page: Page, words: str) -> Any:
    return page.locator("#rows a.row", has_text=words)


def answer(page: Page, words: str) -> None:
    expect(page.locator("#composer-text")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer-text")).to_have_value("")


def test_a_hook_shows_in_the_open_inbox_and_is_answered_once(home: Installation, visit: Visit) -> None:
    page = visit(home, "linnea@example.com")
    expect(page.locator("#live-mark")).to_have_attribute("data-state", "live")
    words = f"Where is train 814 to Granvik? {uuid4().hex[:6]}"
    post = home.network.happen(question(words))
    assert hook(home, post) == 200
    expect(row(page, words)).to_be_visible()  # nobody loaded the page again
    row(page, words).click()
    expect(page.locator("#turns")).to_contain_text(words)
    answer(page, "It left Tranby 10.15 and is in Granvik 10.40.")
    expect(page.locator(".turn.out .turn-state")).to_contain_text("Sent")
    [done] = [done for done in home.answers() if done["item"] == post["item"]]
    assert done["text"] == "It left Tranby 10.15 and is in Granvik 10.40. /Linnea"
    expect(page.locator(".turn.out")).to_have_count(1)


def test_the_same_hook_again_changes_nothing_and_a_forged_one_is_refused(
    home: Installation, visit: Visit
) -> None:
    words = f"Only once, please {uuid4().hex[:6]}"
    post = home.network.happen(question(words, who="erik"))
    assert [hook(home, post) for _ in range(3)] == [200, 200, 200]
    assert hook(home, {**post, "id": "forged", "item": "forged", "text": "forged"}, secret="guessed") == 401
    page = visit(home, "linnea@example.com")
    expect(row(page, words)).to_have_count(1)
    count = "from lyhord.intake.models import Post; out = Post.objects.filter(text=%r).count()"
    assert home.run(count % words) == 1
    assert home.run(count % "forged") == 0


def test_a_direct_message_is_answered_in_private(home: Installation, visit: Visit) -> None:
    words = f"My booking is gone {uuid4().hex[:6]}"
    thread = f"dm-{uuid4().hex[:6]}"
    home.network.happen(question(words, who="maja", thread=thread, private=True))
    page = visit(home, "linnea@example.com")
    row(page, words).click()
    expect(page.locator("#visibility")).to_contain_text("Private")
    answer(page, "I have found it.")
    done = until(
        lambda: [done for done in home.answers() if done.get("thread") == thread], "the private answer"
    )
    assert [(one["visibility"], one["text"]) for one in done] == [("private", "I have found it. /Linnea")]


def test_edits_and_deletions_reach_the_open_conversation(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    post = home.network.happen(question(f"Before {mark}", who="omar"))
    page = visit(home, "linnea@example.com")
    row(page, f"Before {mark}").click()
    home.network.happen(
        {
            "kind": "edited",
            "account": "nordbanan",
            "item": post["item"],
            "author": post["author"],
            "text": f"After {mark}",
        }
    )
    expect(page.locator("#turns")).to_contain_text(f"After {mark}")
    expect(page.locator("#turns")).to_contain_text("edited")
    home.network.happen(
        {"kind": "deleted", "account": "nordbanan", "item": post["item"], "author": post["author"]}
    )
    expect(page.locator("#turns")).to_contain_text("Deleted by its author or the network.")
    expect(page.locator("#turns")).not_to_contain_text(mark)


def test_two_agents_cannot_both_answer(home: Installation, visit: Visit) -> None:
    words = f"Who takes this? {uuid4().hex[:6]}"
    post = home.network.happen(question(words, who="kaisa"))
    first, second = visit(home, "linnea@example.com"), visit(home, "petri@example.com")
    for page in (first, second):
        row(page, words).click()
        expect(page.locator("#composer-text")).to_be_visible()
    first.locator("#composer-text").fill("Linnea answers.")
    second.locator("#composer-text").fill("Petri answers.")
    expect(second.locator("#presence")).to_contain_text("Linnea Nyström is writing a reply")
    first.locator("#composer-text").press("Control+Enter")
    expect(first.locator("#composer-text")).to_have_value("")
    second.locator("#composer-text").press("Control+Enter")
    expect(second.locator("#refusal")).to_contain_text("Linnea")
    expect(second.locator("#composer-text")).to_have_value("Petri answers.")
    until(lambda: [done for done in home.answers() if done["item"] == post["item"]], "the first answer")
    assert [done["text"] for done in home.answers() if done["item"] == post["item"]] == [
        "Linnea answers. /Linnea"
    ]


def test_a_send_is_taken_back_within_its_time(home: Installation, visit: Visit) -> None:
    words = f"Wait a moment {uuid4().hex[:6]}"
    post = home.network.happen(question(words, who="ville"))
    home.run(
        "from lyhord.staff.models import User; User.objects.filter(email='petri@example.com').update(undo_seconds=30)"
    )
    page = visit(home, "petri@example.com")
    row(page, words).click()
    page.locator("#composer-text").fill("Too fast")
    page.locator("#composer-text").press("Control+Enter")
    expect(page.locator("#composer-text")).to_have_value("")
    expect(page.locator(".turn.out .turn-state")).to_contain_text("Waiting to be sent")
    page.locator("#toasts [data-undo]").click()
    expect(page.locator("#composer-text")).to_have_value("Too fast /Petri")
    expect(page.locator(".turn.out .turn-state")).to_contain_text("Undone")
    assert not [done for done in home.answers() if done["item"] == post["item"]]


def test_a_draft_is_there_when_the_page_is_opened_again(home: Installation, visit: Visit) -> None:
    words = f"Long story {uuid4().hex[:6]}"
    home.network.happen(question(words, who="sanna"))
    page = visit(home, "linnea@example.com")
    row(page, words).click()
    page.locator("#composer-text").fill("Half an answer")
    expect(page.locator("#saved")).to_contain_text("saved")
    page.reload()
    expect(page.locator("#composer-text")).to_have_value("Half an answer")
    other = visit(home, "petri@example.com", page.url.removeprefix(home.url))
    expect(other.locator("#composer")).to_contain_text("Draft by Linnea Nyström")


def test_a_429_waits_as_the_network_says_and_then_sends_once(home: Installation, visit: Visit) -> None:
    words = f"Busy network {uuid4().hex[:6]}"
    post = home.network.happen(question(words, who="jonas"))
    page = visit(home, "linnea@example.com")
    row(page, words).click()
    home.network.fail("429", retry_after=2)
    answer(page, "Patience.")
    expect(page.locator(".turn.out .turn-state")).to_contain_text("Sent", timeout=30_000)
    assert len([done for done in home.answers() if done["item"] == post["item"]]) == 1


def test_a_lost_answer_is_found_by_looking_and_not_sent_again(home: Installation, visit: Visit) -> None:
    words = f"Lost answer {uuid4().hex[:6]}"
    post = home.network.happen(question(words, who="birthe"))
    page = visit(home, "linnea@example.com")
    row(page, words).click()
    home.network.fail("lost_answer")
    answer(page, "Said once.")
    expect(page.locator(".turn.out .turn-state")).to_contain_text("Sent", timeout=60_000)
    assert len([done for done in home.answers() if done["item"] == post["item"]]) == 1


def test_the_ask_form_gives_a_ticket_whose_page_shows_the_answer(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    visitor = visit(home, "", "/en/help/")
    visitor.get_by_label("Your question in one line").fill(f"Lost umbrella {mark}")
    visitor.get_by_label("More details").fill("Blue, with a wooden handle.")
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.locator("h1")).to_contain_text("Ticket")
    agent = visit(home, "linnea@example.com")
    row(agent, mark).click()
    answer(agent, "It waits for you in Granvik.")
    expect(agent.locator(".turn.out .turn-state")).to_contain_text("Sent")
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("It waits for you in Granvik.")
    visitor.get_by_label("Write more").fill(f"Thank you! {mark}")
    visitor.get_by_role("button", name="Send").click()
    expect(agent.locator("#turns")).to_contain_text(f"Thank you! {mark}")
