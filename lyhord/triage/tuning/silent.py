"""How many are not content and never say so (ME-10): each complaint stands for many."""

from dataclasses import dataclass
from datetime import datetime

from lyhord.staff.models import User
from lyhord.triage.tuning import preview

DAYS = 30


@dataclass(frozen=True)
class Silent:
    """An estimate, and what it rests on."""

    days: int
    rate: float
    complaints: int
    people: int  # who complained

    @property
    def stands_for(self) -> int:
        """How many dissatisfied customers one complaint stands for."""
        return round(1 / self.rate)

    @property
    def dissatisfied(self) -> int:
        return round(self.complaints / self.rate)

    @property
    def silent(self) -> int:
        return self.dissatisfied - self.complaints

    @property
    def at_risk(self) -> int:
        """People who may leave without having said a word."""
        return round(self.people / self.rate) - self.people


def estimate(person: User, rate: float, now: datetime, days: int = DAYS) -> Silent:
    """Of the accounts that the person may see."""
    complaints = preview.judged(person, None, days, now).filter(kind="complaint")
    people = complaints.exclude(post__author="").values("post__account__connector", "post__author").distinct()
    return Silent(days, rate, complaints.count(), people.count())
