"""The paper network, in place of those of the settings."""

from pathlib import Path

import pytest

from lyhord.channels import registry
from lyhord.channels.tests.fakes import Paper


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    network = Paper(tmp_path / "paper.jsonl")
    monkeypatch.setattr(registry, "connectors", lambda: {"paper": network})
    return network
