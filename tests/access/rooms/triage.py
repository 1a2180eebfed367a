"""How posts are judged: lines, weights, topics, models."""

from lyhord.triage.tuning.laying import WEIGHTS
from tests.access.rooms.shapes import Bodies, Meanings, Queries

MEANINGS: Meanings = {
    "api/v1/triage/models/": {"pk": "=1"},
    "api/v1/triage/topics/": {"pk": "topic", "example": "example"},
    "settings/triage/models/": {"pk": "=1"},
    "settings/triage/topics/": {"pk": "topic", "post": "post", "example": "example", "correction": "=1"},
}
BODIES: Bodies = {
    "POST api/v1/posts/<int:pk>/assessment/correct": {"head": "kind", "label": "praise"},
    "POST api/v1/triage/models/<int:pk>/adopt": {"reason": "x"},
    "PUT api/v1/triage/lines": {"thresholds": {}, "lines": {"spam": 0.5}},
    "POST api/v1/triage/lines/apply": {},
    "POST api/v1/triage/lines/as-installation": {"brand": "$brand"},
    "PUT api/v1/triage/weights": {"weights": {"praise": 7}},
    "PUT api/v1/triage/silent": {"rate": 0.1},
    "POST api/v1/triage/topics": {"name": "New"},
    "PATCH api/v1/triage/topics/<int:pk>": {"name": "New"},
    "PUT api/v1/triage/topics/chance": {"chance": 0.6},
    "POST api/v1/triage/topics/examples": {"examples": [{"text": "New words", "topic": "Seats"}]},
    "POST api/v1/triage/topics/<int:pk>/examples": {"texts": ["New words"]},
    "POST settings/triage/rate/": {"rate": "10"},
    "POST settings/triage/lines/as-installation/": {"brand": "$brand"},
    "POST settings/triage/lines/save/": {"on-spam": "on", "at-spam": "0.5"},
    "POST settings/triage/priority/": {**WEIGHTS, "influence_from": 1000},
    "POST settings/triage/priority/weigh/": {**WEIGHTS},
    "POST settings/triage/models/<int:pk>/adopt/": {"reason": "x"},
    "POST settings/triage/topics/create/": {"name": "New"},
    "POST settings/triage/topics/threshold/": {"chance": "0.6"},
    "POST settings/triage/topics/<int:pk>/change/": {"name": "New"},
    "POST settings/triage/topics/<int:pk>/move/": {"way": "up"},
    "POST settings/triage/topics/<int:pk>/examples/": {"texts": "New words"},
    "POST settings/triage/topics/<int:pk>/posts/<int:post>/": {"label": "none"},
}
QUERIES: Queries = {
    "GET api/v1/triage/lines/preview": {"what": "answer", "value": "0.5"},
    "GET settings/triage/lines/preview/": {"what": "answer", "at-answer": "0.5"},
}
