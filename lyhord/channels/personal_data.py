"""What channels holds about customers: nothing. Its rows are of our own apps and accounts."""

from datetime import datetime
from typing import Any

from lyhord.lib.persons import Person

DECLARED = {
    "App": "our registration with a network, with its sealed credentials; of no customer",
    "Account": "our own page, mailbox or profile; of no customer",
    "Heard": "how many posts an account brought within an hour; of no customer",
    "Gap": "when an account brought nothing; of no customer",
}


def export(person: Person) -> dict[str, Any]:
    return {}


def erase(person: Person, now: datetime) -> int:
    return 0
