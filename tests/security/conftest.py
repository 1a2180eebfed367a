"""An installation whose every field holds hostile strings, and one beside it whose pages do not escape them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.journeys.conftest import chromium, home
from tests.journeys.installation import ROOT, Installation, free_port, until
from tests.security import corpus

__all__ = ["chromium", "home"]

FILL = "from tests.security import filling; out = filling.fill({facts!r}, {path!r})"


@pytest.fixture(scope="module")
def texts(request: pytest.FixtureRequest) -> list[str]:
    """A sample, or everything where the module is the long one."""
    return corpus.everything() if getattr(request.module, "IS_WHOLE", False) else corpus.sample()


@pytest.fixture(scope="module")
def filled(texts: list[str], home: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    path = tmp_path_factory.mktemp("hostile") / "texts.json"
    path.write_text(json.dumps(texts), "utf-8")
    home.facts["pages"] = home.run(FILL.format(facts=home.facts, path=str(path)))
    return home


@pytest.fixture(scope="module")
def unescaped(filled: Installation) -> Iterator[Installation]:
    """A second web process over the same data, its pages sabotaged: words are put into them as they are."""
    port = free_port()
    there = replace(
        filled,
        port=port,
        environment={
            **filled.environment,
            "LYHORD_PUBLIC_URL": f"http://localhost:{port}",
            "LYHORD_PUSH_URL": f"http://localhost:{port + 1}",
            "LYHORD_TESTING": "1",
            "LYHORD_SABOTAGE": "web.no_autoescape",
        },
    )
    with (filled.folder / "unescaped.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "lyhord.cli", "web", "--port", str(port)],
            env=there.environment, cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            until(lambda: is_up(there), f"the pages at {there.url}", seconds=150)
            yield there
        finally:
            process.terminate()
            process.wait(20)


def is_up(there: Installation) -> bool:
    import urllib.request

    try:
        urllib.request.urlopen(f"{there.url}/healthz", timeout=2)
    except OSError:
        return False
    return True
