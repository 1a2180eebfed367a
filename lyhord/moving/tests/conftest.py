"""Two brands with people of each role, and one of everything."""

from datetime import datetime

import pytest

from tests import world as worlds
from tests.world import World


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return worlds.build(now)
