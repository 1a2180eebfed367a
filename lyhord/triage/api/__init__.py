"""The API of how posts are judged. Split by noun; all routes stand on one router."""

from lyhord.triage.api import learning, posts, topics, tuning
from lyhord.triage.api.shared import router

__all__ = ["learning", "posts", "router", "topics", "tuning"]
