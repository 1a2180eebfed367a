"""What the tests of this room share."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def own_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = "lyhord.staff.tests.urls"
