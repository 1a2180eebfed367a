"""Moving in and out: exports, imports, and what is adapted before it is used."""

from tests.access.rooms.shapes import Bodies, Meanings

MEANINGS: Meanings = {
    "api/v1/imports/": {"pk": "run"},
    "api/v1/guidance/": {"pk": "guidance"},
    "settings/moving/runs/": {"pk": "run"},
    "settings/moving/guidance/": {"pk": "guidance"},
}
BODIES: Bodies = {
    "POST api/v1/exports": {"kind": "tags", "brand": "$brand"},
    "PUT api/v1/guidance/<int:pk>": {"name": "New", "text": "Hej!", "lang": "sv"},
    "POST settings/moving/export/": {"kind": "tags", "form": "csv", "brand": "$brand"},
    "POST settings/moving/try/": {"system": "csv", "brand": "$brand"},
    "POST settings/moving/guidance/<int:pk>/": {
        "what": "approve",
        "g$guidance-name": "New",
        "g$guidance-lang": "sv",
        "g$guidance-text": "Hej!",
    },
}
