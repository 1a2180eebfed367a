"""Webhook bodies that others recorded: each becomes a right post, or is left out with a reason."""

import json
from pathlib import Path

import pytest

from lyhord.channels.contract import Event, Item, Unsupported
from lyhord.connectors.whatsapp import CONNECTOR
from lyhord.connectors.whatsapp.tests import spec

FIXTURES = Path(__file__).parents[1] / "fixtures"
FOLDER = spec.DATA / "webhook-updates"
DATA = FOLDER if FOLDER.is_dir() else FIXTURES
KARI = "US.13491208655302741918"
# name -> kind, text, media kind
TOLD = {
    "callback_button--quick_reply": ("created", "title", ""),
    "callback_selection--callback": ("created", "title", ""),
    "deleted_message--revoke": ("deleted", "", ""),
    "flow_completion--completion": ("created", "comment_text: Comment Text", ""),
    "message--animated_sticker": ("created", "", "picture"),
    "message--chosen_location": ("created", "Facebook HQ\n1 Hacker Way, Menlo Park, CA 94025\n37.4611978, -122.2164385", ""),
    "message--current_location": ("created", "12.25089, 43.90539", ""),
    "message--forwarded": ("created", "forwarded text", ""),
    "message--image": ("created", "", "picture"),
    "message--media_with_url": ("created", "", "picture"),
    "message--reaction": ("reaction", "😮", ""),
    "message--reply": ("created", "replied text", ""),
    "message--text": ("created", "Body Text", ""),
    "message--unreaction_no_emoji": ("reaction", "", ""),
    "message--voice": ("created", "", "sound"),
    "message_status--failed": ("delivered", "Meta leaves this person out of offers, for an experiment of its own.", ""),
    "message_status--played": ("read", "", ""),
    "message_status--sent": ("delivered", "", ""),
    "outgoing_message--delete": ("deleted", "", ""),
    "outgoing_message--text": ("created", "Test message", ""),
    "system--phone_number_change": ("author_changed", "", ""),
    "user_marketing_preferences--resume": ("author_changed", "", ""),
    "account_update--account_deleted": ("account", "disabled", ""),
    "account_update--account_offboarded": ("account", "permission_lost", ""),
    "account_update--partner_removed_wa_app_disconnection": ("account", "permission_lost", ""),
}  # fmt: skip


def read(name: str) -> list[Item]:
    return CONNECTOR.parse((DATA / f"{name}.json").read_bytes(), {}, "/hooks/whatsapp/x/", "POST")


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("*.json")))
def test_every_recording_is_told_or_left_out_with_a_reason(name: str) -> None:
    (item,) = read(name)
    if name not in TOLD:
        assert isinstance(item, Unsupported) and item.why
        return
    assert isinstance(item, Event)
    kind, text, media = TOLD[name]
    assert (item.kind, item.text.partition("\ndelivery")[0]) == (kind, text)
    assert [each.kind for each in item.media] == ([media] if media else [])
    assert item.at is not None
    if item.kind != "account":
        assert item.visibility == "private" and item.account
    if item.kind in {"created", "reaction", "deleted"}:
        assert item.author is not None and item.item and item.thread
        assert item.is_own is name.startswith("outgoing")
        if not item.is_own:
            assert (item.author.native, item.thread) == (KARI, KARI)
    assert item == read(name)[0]


@pytest.mark.parametrize(
    "name", ["message--text", "message--image", "message_status--failed", "deleted_message--revoke"]
)
def test_our_own_copies_are_the_recordings(name: str) -> None:
    if DATA == FIXTURES:
        pytest.skip("The recordings are not here.")
    assert json.loads((FIXTURES / f"{name}.json").read_bytes()) == json.loads(
        (DATA / f"{name}.json").read_bytes()
    )
