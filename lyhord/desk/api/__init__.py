"""The API of conversations. Split by noun; all routes stand on one router."""

from lyhord.desk.api import (
    conversations,
    customers,
    enclosing,
    referrals,
    threads,
    use,
    verbs,
    views,
    writing,
)
from lyhord.desk.api.shared import router

__all__ = [
    "conversations",
    "customers",
    "enclosing",
    "referrals",
    "router",
    "threads",
    "use",
    "verbs",
    "views",
    "writing",
]
