"""What this room holds about a person: that she asked, and when. No name, no word."""

from datetime import datetime
from typing import Any

from lyhord.lib.persons import Person
from lyhord.privacy.models import Wish

DECLARED = {
    "Wish": "that customer number so-and-so asked for access or erasure, when, and what was done; stays as proof",
    "Rule": "how long each kind is kept; no personal data",
}


def export(person: Person) -> dict[str, Any]:
    wishes = Wish.objects.filter(customer__in=person.customer_ids).order_by("pk")
    return {"wishes": list(wishes.values("kind", "came_at", "due_at", "done_at", "extended_for"))}


def erase(person: Person, now: datetime) -> int:
    """The proof that we answered stays (GDPR article 5(2)); it holds a number that leads to nobody any more."""
    return 0
