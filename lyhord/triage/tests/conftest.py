"""What the tests of this room share."""

from datetime import datetime

import pytest

from lyhord.channels.models import Account, App
from lyhord.conftest import MakeUser
from lyhord.staff.models import Brand, User


@pytest.fixture
def account(brand: Brand, now: datetime) -> Account:
    app = App.objects.create(connector="demo", name="Demo", endpoint="x", made_at=now)
    return Account.objects.create(
        app=app, brand=brand, connector="demo", name="Norrtåg", language="sv", made_at=now
    )


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user("lead", email="lead@example.com")


@pytest.fixture
def agent(make_user: MakeUser) -> User:
    return make_user("agent", email="agent@example.com")
