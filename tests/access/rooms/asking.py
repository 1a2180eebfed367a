"""Departments and what they are asked, mentions, notes to the next shift, purposes."""

from tests.access.rooms.shapes import NO_TOKEN, Bodies, Meanings

MEANINGS: Meanings = {
    "api/v1/departments/": {"pk": "department"},
    "api/v1/mentions/": {"pk": "mention"},
    "mentions/": {"pk": "mention"},
    "shifts/": {"pk": "team"},
    "purpose/": {"pk": "brand"},
    "api/v1/requests/": {"pk": "request", "turn": "request_answer"},
    "settings/departments/": {"pk": "department"},
    "requests/files/": {"token": f"={NO_TOKEN}"},
    "requests/": {"pk": "request", "turn": "request_answer"},
    "answer/": {"token": "request_token"},
}
BODIES: Bodies = {
    "POST api/v1/mentions/<int:pk>/answer": {"text": "x"},
    "POST api/v1/teams/<int:pk>/shift-notes": {"text": "x"},
    "POST api/v1/teams/<int:pk>/shift-notes/read": {"upto": "$shift_note"},
    "PUT api/v1/brands/<int:pk>/purpose": {"why": "x"},
    "POST mentions/<int:pk>/answer/": {"text": "x", "form_key": "$uuid"},
    "POST shifts/<int:pk>/write/": {"text": "x", "form_key": "$uuid"},
    "POST shifts/<int:pk>/read/": {"upto": "$shift_note"},
    "POST purpose/<int:pk>/change/": {"why": "x"},
    "POST api/v1/departments": {"brand": "$brand", "name": "New"},
    "PUT api/v1/departments/<int:pk>": {"name": "New", "people": ["$person"]},
    "POST api/v1/conversations/<int:pk>/requests": {"department": "$department", "question": "x"},
    "POST api/v1/requests/<int:pk>/further": {"text": "x"},
    "POST api/v1/requests/<int:pk>/answer": {"text": "x"},
    "POST conversation/<int:pk>/ask/": {"department": "$department", "question": "x", "form_key": "$uuid"},
    "POST requests/<int:pk>/further/": {"text": "x", "form_key": "$uuid"},
    "POST requests/<int:pk>/answer/": {"text": "x", "form_key": "$uuid"},
    "POST answer/<str:token>/": {"text": "x", "form_key": "$uuid"},
    "POST settings/departments/create/": {"brand": "$brand", "name": "New"},
    "POST settings/departments/<int:pk>/": {"name": "New", "target": "2", "target_unit": "hours"},
}
