"""Every address under which something is changed leaves its event in the audit (S19); or stands here with the reason why not.

That the database refuses to change an event, that tampering is found and that writers at once keep one chain, is held
in `staff/tests/test_audit.py`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from lyhord.staff.models import AuditEvent
from tests.access import law, walk
from tests.access.routes import Route, routes
from tests.access.walk import ROLES, Walk

LAW = law.read()
UNTOLD = {
    "POST api/v1/notifications/read": "What somebody has read is her own; nothing of a customer's changes.",
    "POST notifications/read/": "The same, from the page.",
    "POST api/v1/conversations/<int:pk>/read": "What somebody has read is her own; nothing of a customer's changes.",
    "POST conversation/<int:pk>/read/": "The same, from the page.",
    "PUT api/v1/conversations/<int:pk>/drafts/<kind>": "Half a thought is nobody's business; what is sent is told.",
    "POST conversation/<int:pk>/draft/": "The same, from the page.",
    "POST api/v1/conversations/<int:pk>/thank": "It writes a draft and no more; what is sent is told.",
    "POST conversation/<int:pk>/thank/": "The same, from the page.",
    "PUT api/v1/conversations/<int:pk>/presence": "Who looks is shown for a minute and kept nowhere.",
    "POST conversation/<int:pk>/presence/": "The same, from the page.",
    "POST api/v1/outbox/resume-all": "Nothing was stopped in this world; what is lifted is told.",
}


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[Walk]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield walk.begin()
        transaction.set_rollback(True)


def writing() -> list[tuple[Route, str]]:
    """Each address that changes something, and the first role that may."""
    found = []
    for route in routes():
        told = LAW.get(route.line, {})
        if role := next((one for one in ROLES if told.get(one) == "done"), ""):
            found.append((route, role))
    return found


def events(here: Walk, route: Route, role: str) -> list[tuple[str, int]]:
    """(verb, who) of what one request leaves behind; then it is undone."""
    with transaction.atomic():
        newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        here.ask(route, role)
        found = list(AuditEvent.objects.filter(pk__gt=newest).values_list("verb", "actor"))
        transaction.set_rollback(True)
    return found


@pytest.mark.timeout(300)  # some three hundred addresses
@pytest.mark.django_db  # so that there is a database; `here` fills it before the test's own transaction begins
def test_every_address_that_changes_something_leaves_an_event(here: Walk) -> None:
    asked = writing()
    told = {route.line: events(here, route, role) for route, role in asked}
    silent = {line for line, found in told.items() if not found}
    assert sorted(silent - set(UNTOLD)) == []
    assert sorted(set(UNTOLD) - silent) == []  # nothing stands here that is told by now
    assert len(asked) > 100
    who = {route.line: here.world.people[role].pk for route, role in asked if role in here.world.people}
    unsigned = [line for line in who.keys() - silent if who[line] not in dict(told[line]).values()]
    assert unsigned == []
    print(f"{len(asked)} addresses that write, {len(silent)} without an event")
