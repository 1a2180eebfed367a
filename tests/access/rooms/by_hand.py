"""What people write down of calls and of places that no program reads."""

from tests.access.rooms.shapes import Bodies, Meanings

MEANINGS: Meanings = {
    "by-hand/posts/": {"pk": "post"},
    "by-hand/answers/": {"pk": "unsure"},
    "by-hand/": {"pk": "account"},
}
BODIES: Bodies = {
    "POST by-hand/<int:pk>/seen/": {
        "link": "https://forum.example/1",
        "author": "x",
        "text": "x",
        "form_key": "$uuid",
    },
    "POST by-hand/<int:pk>/call/": {"number": "0701234567", "direction": "in", "form_key": "$uuid"},
    "POST by-hand/posts/<int:pk>/looked/": {"outcome": "stands", "form_key": "$uuid"},
    "POST by-hand/answers/<int:pk>/posted/": {"link": "https://forum.example/1"},
}
