"""What was judged by words alone is judged again by meaning, in its turn."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from lyhord.channels.models import Account
from lyhord.intake.models import PostChange
from lyhord.triage import deepening, steps
from lyhord.triage.learned import serving
from lyhord.triage.models import Assessment
from lyhord.triage.tests.test_steps import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def meaning(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An embedding model that says the same of all texts; gives the texts that it was asked for."""
    asked: list[str] = []

    def embed(texts: list[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        asked.extend(texts)
        return np.full((len(texts), 768), 0.05, np.float32)

    monkeypatch.setattr(serving.serving, "embed", embed)
    return asked


def test_the_newest_are_read_by_meaning_after_the_line(
    account: Account, now: datetime, meaning: list[str]
) -> None:
    post = write(account, now)
    steps.assess(now)
    told = Assessment.objects.get(post=post)
    assert (told.is_shallow, told.model[:6]) == (True, "plain-")
    assert meaning == []  # the line itself does not wait for it
    assert deepening.deepen(now) == 1
    assert deepening.deepen(now) == 0  # asked for, not taken yet
    steps.reassess(now)
    told = Assessment.objects.get(post=post)
    assert (told.is_shallow, told.model[:5]) == (False, "full-")
    assert post.text in meaning
    assert deepening.deepen(now) == 0


def test_without_embeddings_nothing_is_asked_for(
    account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving.serving, "embed", lambda texts: None)
    write(account, now)
    steps.assess(now)
    assert deepening.deepen(now) == 0
    assert not PostChange.objects.filter(what="judge").exists()


def test_what_is_older_than_two_days_is_left_as_it_is(
    account: Account, now: datetime, meaning: list[str]
) -> None:
    write(account, now)
    steps.assess(now)
    assert deepening.deepen(now + timedelta(days=3)) == 0


def test_a_flood_is_read_in_parts(account: Account, now: datetime, meaning: list[str]) -> None:
    for _ in range(deepening.MOST + 5):
        write(account, now)
    steps.assess(now)
    assert deepening.deepen(now) == deepening.MOST
    steps.reassess(now)
    assert Assessment.objects.filter(is_shallow=True).count() == 5
    assert deepening.deepen(now) == 5
