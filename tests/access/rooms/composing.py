"""What helps to write: saved replies, macros, replies at a later time, a server that helps with words."""

from tests.access.rooms.shapes import Bodies, Meanings, Things

SAVED: Things = {"name": "New", "brand": "$brand", "team": "$team", "texts": [{"lang": "sv", "text": "Hej!"}]}
SAVED_FORM: Things = {
    "name": "New",
    "brand": "$brand",
    "reach": "team:$team",
    "lang": "sv",
    "connector": "",
    "text": "Hej!",
}
MACRO: Things = {"name": "New", "brand": "$brand", "team": "$team", "steps": [{"verb": "tag", "value": "x"}]}
MACRO_FORM: Things = {
    "name": "New",
    "brand": "$brand",
    "reach": "team:$team",
    "step": "tag",
    "value": "x",
    "is_on": "on",
}
ENDPOINT: Things = {"name": "New", "protocol": "openai", "url": "https://words.example"}
ENDPOINT_FORM: Things = {**ENDPOINT, "per_day": "10", "seconds": "2"}
MEANINGS: Meanings = {
    "api/v1/saved-replies/": {"pk": "saved_reply"},
    "api/v1/macros/": {"pk": "macro"},
    "api/v1/assist/endpoints/": {"pk": "assist"},
    "api/v1/conversations/<int:pk>/saved-replies/": {"reply": "saved_reply"},
    "api/v1/conversations/<int:pk>/macros/": {"macro": "macro"},
    "api/v1/conversations/<int:pk>/scheduled-replies/": {"number": "scheduled"},
    "api/v1/conversations/<int:pk>/posts/": {"post": "post"},
    "conversation/<int:pk>/tools/": {"saved": "saved_reply", "macro": "macro"},
    "conversation/<int:pk>/scheduled/": {"row": "scheduled"},
    "previews/": {"digest": f"={'0' * 64}"},
    "settings/replies/": {"pk": "saved_reply"},
    "settings/macros/": {"pk": "macro"},
    "settings/assist/": {"pk": "assist"},
}
BODIES: Bodies = {
    "POST api/v1/saved-replies": SAVED,
    "PUT api/v1/saved-replies/<int:pk>": SAVED,
    "PUT api/v1/saved-replies/<int:pk>/review": {"review": "adapt"},
    "POST api/v1/saved-replies/<int:pk>/restore": {"version": 1},
    "POST api/v1/macros": MACRO,
    "PUT api/v1/macros/<int:pk>": MACRO,
    "POST api/v1/assist/endpoints": ENDPOINT,
    "PUT api/v1/assist/endpoints/<int:pk>": ENDPOINT,
    "POST api/v1/conversations/<int:pk>/scheduled-replies": {
        "text": "Later",
        "send_at": "$tomorrow",
        "is_public": True,
        "seen": "$seen",
    },
    "PATCH api/v1/conversations/<int:pk>/scheduled-replies/<int:number>": {
        "text": "Other",
        "send_at": "$tomorrow",
        "seen": "$seen",
    },
    "POST api/v1/conversations/<int:pk>/help": {"what": "draft"},
    "POST api/v1/conversations/<int:pk>/posts/<int:post>/translate": {"to": "fi"},
    "POST api/v1/conversations/<int:pk>/preview": {"url": "https://pages.example/x"},
    "POST settings/replies/new/": SAVED_FORM,
    "POST settings/replies/<int:pk>/": SAVED_FORM,
    "POST settings/replies/<int:pk>/review/": {"review": "adapt"},
    "POST settings/replies/<int:pk>/restore/": {"number": "1"},
    "POST settings/macros/new/": MACRO_FORM,
    "POST settings/macros/<int:pk>/": MACRO_FORM,
    "POST settings/assist/": ENDPOINT_FORM,
    "POST settings/assist/<int:pk>/": ENDPOINT_FORM,
    "POST conversation/<int:pk>/tools/macro/<int:macro>/": {"form_key": "$uuid"},
    "POST conversation/<int:pk>/templates/send/": {
        "strand": "$strand",
        "seen": "$seen",
        "form_key": "$uuid",
        "name": "none",
        "language": "sv",
    },
    "POST conversation/<int:pk>/schedule/": {
        "strand": "$strand",
        "kind": "public",
        "text": "Later",
        "seen": "$seen",
        "form_key": "$uuid",
        "until": "week",
    },
    "POST conversation/<int:pk>/scheduled/<int:row>/": {"text": "Other", "until": "week"},
    "POST conversation/<int:pk>/help/": {"what": "draft"},
    "POST conversation/<int:pk>/preview/": {"url": "https://pages.example/x"},
}
