"""Webhooks, told as events: by Meta's pages, where no recording shows it."""

import json
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.whatsapp import CONNECTOR
from lyhord.connectors.whatsapp.tests import spec

KEY = "7d0c0f4e-5a4b-4b0e-9df5-1c62a1f0aa11"
KARI = {"profile": {"name": "Kari Nord", "username": "kari"}, "wa_id": "46701112233", "user_id": "SE.1349"}
NAMELESS = {"profile": {"name": "Kari Nord", "username": "kari"}, "user_id": "SE.1349"}
META = {"display_phone_number": "46701234567", "phone_number_id": "1065"}


def hook(field: str = "messages", **value: Any) -> bytes:
    whole = {"messaging_product": "whatsapp", "metadata": META, **value}
    return json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1022", "time": 1_790_000_000, "changes": [{"field": field, "value": whole}]}],
        }
    ).encode()


def message(**fields: Any) -> dict[str, Any]:
    return {
        "from": "46701112233",
        "id": "wamid.A",
        "timestamp": "1790000000",
        "type": "text",
        "text": {"body": "Hej"},
        **fields,
    }


def parsed(raw: bytes) -> list[Item]:
    return CONNECTOR.parse(raw, {}, "/hooks/whatsapp/x/", "POST")


def one(**fields: Any) -> Event:
    (event,) = parsed(hook(contacts=[KARI], messages=[message(**fields)]))
    assert isinstance(event, Event)
    return event


def test_a_person_is_known_by_her_scoped_id_and_the_number_is_an_alias() -> None:
    event = one()
    assert event.author is not None
    assert (event.author.native, event.author.aliases, event.author.handle) == (
        "SE.1349",
        ("46701112233",),
        "kari",
    )
    assert (event.thread, event.account, event.extra) == (
        "SE.1349",
        "1065",
        {"number": "46701112233", "of": "SE.1349"},
    )


def test_a_message_without_a_number_is_read_all_the_same() -> None:
    part = message(from_user_id="SE.1349")
    del part["from"]
    (event,) = parsed(hook(contacts=[NAMELESS], messages=[part]))
    assert isinstance(event, Event) and event.author is not None
    assert (event.author.native, event.author.aliases, event.extra) == ("SE.1349", (), {})


def test_two_people_in_one_webhook_are_not_mixed_up() -> None:
    other = {"profile": {"name": "Ola"}, "wa_id": "4790", "user_id": "NO.22"}
    raw = hook(contacts=[KARI, other], messages=[message(), message(**{"from": "4790", "id": "wamid.B"})])
    assert [event.author.name for event in parsed(raw) if isinstance(event, Event) and event.author] == [
        "Kari Nord",
        "Ola",
    ]


def test_a_new_number_and_a_new_id_are_the_same_person() -> None:
    system = {"type": "user_changed_user_id", "body": "x", "user_id": "SE.2", "previous_user_id": "SE.1"}
    part = {"id": "wamid.S", "timestamp": "1790000000", "type": "system", "system": system}
    (event,) = parsed(hook(messages=[part]))
    assert isinstance(event, Event) and event.kind == "author_changed" and event.author is not None
    assert (event.author.native, event.author.aliases) == ("SE.2", ("SE.1",))


def test_an_edit_carries_the_new_words_and_each_is_one_of_its_own() -> None:
    def edit(ident: str, new: dict[str, Any]) -> Event:
        return one(id=ident, type="edit", edit={"original_message_id": "wamid.A", "message": new})

    first = edit("wamid.E1", {"type": "text", "text": {"body": "Hej då"}})
    caption = edit(
        "wamid.E2",
        {"type": "image", "image": {"id": "9", "caption": "Ny", "mime_type": "image/jpeg", "sha256": "x"}},
    )
    assert (first.kind, first.item, first.text) == ("edited", "wamid.A", "Hej då")
    assert (caption.text, [each.url for each in caption.media]) == ("Ny", ["ask:9"])
    assert first.key != caption.key


def test_a_revocation_by_hook_twice_is_one() -> None:
    told = one(type="revoke", revoke={"original_message_id": "wamid.A"})
    assert (told.kind, told.item, told.key) == ("deleted", "wamid.A", "deleted:wamid.A")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"type": "document", "document": {"id": "7", "filename": "kvitto.pdf", "caption": "Här"}}, "Här"),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ola"}, "phones": [{"phone": "+47 90"}]}]}, "Ola, +47 90"),
        ({"type": "order", "order": {"catalog_id": "1", "text": "Ja tack", "product_items": [{"product_retailer_id": "T1", "quantity": 2, "item_price": 9.5, "currency": "SEK"}]}}, "Ja tack\n2 × T1 9.5 SEK"),
        ({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Ja"}}}, "Ja"),
        ({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{", "body": "Sent"}}}, "Sent"),
    ],
)  # fmt: skip
def test_what_is_no_text_says_something_too(fields: dict[str, Any], text: str) -> None:
    assert one(**fields).text == text


def test_where_it_came_from_is_kept() -> None:
    event = one(
        context={"id": "wamid.Q", "frequently_forwarded": True}, referral={"source_url": "https://fb.me/x"}
    )
    assert (event.parent, event.extra["is_forwarded"], event.extra["from_advertisement"]) == (
        "wamid.Q",
        True,
        "https://fb.me/x",
    )


def test_a_group_is_a_talk_of_its_own() -> None:
    assert one(group_id="Y2FwaQ").thread == "group:Y2FwaQ"


@pytest.mark.parametrize(
    ("fields", "kind", "item", "ok"),
    [
        ({"status": "sent", "biz_opaque_callback_data": KEY}, "delivered", KEY, True),
        ({"status": "sent", "biz_opaque_callback_data": "other"}, "delivered", "wamid.A", True),
        ({"status": "delivered", "biz_opaque_callback_data": KEY}, "delivered", "wamid.A", True),
        ({"status": "read"}, "read", "wamid.A", True),
        ({"status": "failed", "biz_opaque_callback_data": KEY, "errors": [{"code": 131042}]}, "delivered", KEY, False),
    ],
)  # fmt: skip
def test_a_status_tells_of_our_own_and_by_our_key_settles_a_lost_answer(
    fields: dict[str, Any], kind: str, item: str, ok: bool
) -> None:
    status = {
        "id": "wamid.A",
        "timestamp": "1790000000",
        "recipient_id": "46701112233",
        "recipient_user_id": "SE.1349",
        **fields,
    }
    (event,) = parsed(hook(contacts=[KARI], statuses=[status]))
    assert isinstance(event, Event) and event.author is not None
    assert (event.kind, event.item, event.ok, event.author.native) == (kind, item, ok, "SE.1349")
    assert bool(event.text) is (not ok)


def test_what_the_app_held_before_is_context() -> None:
    theirs, ours = message(), message(id="wamid.B", **{"from": "46701234567"})
    raw = hook("history", history=[{"threads": [{"id": "46701112233", "messages": [theirs, ours]}]}])
    told = [item for item in parsed(raw) if isinstance(item, Event)]
    assert [(event.is_own, event.thread, event.is_spoken_to) for event in told] == [
        (False, "46701112233", False), (True, "46701112233", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, "disabled"),
        ({"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"}]}, "disabled"),
        ({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}}, ""),
        ({"event": "VERIFIED_ACCOUNT"}, ""),
    ],
)  # fmt: skip
def test_what_ends_our_sending_is_told_as_such(value: dict[str, Any], state: str) -> None:
    (item,) = parsed(hook("account_update", **value))
    assert (item.text if isinstance(item, Event) else "") == state


def test_what_we_do_not_use_is_left_out_with_a_reason() -> None:
    fields = [
        "calls",
        "phone_number_quality_update",
        "message_template_status_update",
        "security",
        "flows",
        "new_in_2027",
    ]
    told = [parsed(hook(field, event="x"))[0] for field in fields]
    assert all(isinstance(item, Unsupported) and item.why for item in told)


@pytest.mark.parametrize(
    "bad",
    [{"text": 7}, {"text": {"body": 7}}, {"id": None}, {"timestamp": "soon"}, {"timestamp": "9" * 40}, {"type": None},
     {"type": "edit", "edit": {}}, {"type": "location", "location": {}}, {"context": []}, {"type": "reaction", "reaction": {}}],
)  # fmt: skip
def test_one_bad_message_does_not_spoil_its_batch(bad: dict[str, Any]) -> None:
    raw = hook(contacts=[KARI], messages=[message(), message(**bad), message(id="wamid.C")])
    assert [type(item) for item in parsed(raw)] == [Event, Unreadable, Event]


def test_the_tests_own_webhooks_are_as_meta_describes_them() -> None:
    told = spec.document()
    if told is None:
        pytest.skip("The description is not here.")
    # The document mixes up incoming and outgoing kinds of the same name, so each part is held against its own.
    text = told.schema("TextMessage_2")["allOf"][1]
    status = {"id": "wamid.A", "timestamp": "1790000000", "recipient_id": "46701112233", "status": "read"}
    assert told.faults(told.schema("BaseMessageProperties_1"), message(), "message") == []
    assert told.faults(text, message(), "message") == []
    assert told.faults(told.schema("Statuses"), status, "status") == []
    assert (
        told.faults(told.schema("ContactProfile"), {"profile": {"name": "x"}, "wa_id": "1"}, "contact") == []
    )
    assert told.faults(text, message(text={}), "message") == ["message.text lacks body"]
