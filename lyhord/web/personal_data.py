"""What the shell holds about a customer: nothing. Its rows name things by number, and for an hour only."""

from datetime import datetime
from typing import Any

from lyhord.lib.persons import Person

DECLARED = {
    "Change": "that a thing has a new version: its kind and number; kept for an hour; no personal data",
    "Mark": "how far a step has come; no personal data",
}


def export(person: Person) -> dict[str, Any]:
    return {}


def erase(person: Person, now: datetime) -> int:
    return 0
