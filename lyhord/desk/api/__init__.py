"""The API of conversations. Split by noun; all routes stand on one router."""

from lyhord.desk.api import conversations, verbs, views, writing
from lyhord.desk.api.shared import router

__all__ = ["conversations", "router", "verbs", "views", "writing"]
