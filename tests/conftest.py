"""What the journeys share: the fixtures of the rooms, and a whole installation in processes of its own."""

from lyhord.conftest import *  # noqa: F403 - pytest finds fixtures by name
