"""Connectors of one family share an app, so that one hook of the network carries them all."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels import actions, registry
from lyhord.channels.contract import Field
from lyhord.channels.models import App
from lyhord.channels.tests.fakes import Paper
from lyhord.staff.models import Brand, User


@dataclass(frozen=True)
class Told:
    brand: Brand
    by: User
    now: datetime

    def connect(self, name: str, app_id: str = "47") -> Any:
        values = {"place": "table", "token": "right", "app_id": app_id}
        return actions.connect(name, self.brand, [], name, values, self.by, self.now)


@pytest.fixture
def told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, brand: Brand, administrator: User, now: datetime
) -> Told:
    networks = {}
    for name, family in (("paper", "press"), ("letters", "press"), ("stone", "")):
        network: Any = Paper(tmp_path / name)
        network.name, network.family = name, family
        network.app_fields = (Field("app_id", "App ID"),)
        networks[name] = network
    monkeypatch.setattr(registry, "connectors", lambda: networks)
    return Told(brand, administrator, now)


def test_the_family_shares_the_app_with_the_same_credentials(told: Told) -> None:
    first, second = told.connect("paper"), told.connect("letters")
    assert first.app == second.app
    assert (first.connector, second.connector) == ("paper", "letters")
    assert (first.native, second.native) == ("page1", "page1")
    assert actions.hook_url(second.app).split("/")[-3] == "paper"


def test_another_app_or_another_family_is_not_shared(told: Told) -> None:
    first = told.connect("paper")
    assert told.connect("letters", app_id="48").app != first.app
    assert told.connect("stone").app != first.app
    assert App.objects.count() == 3
