"""Files on their way: handed to the connector, kept for another try, gone with the person."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels import contract
from lyhord.channels.models import Account
from lyhord.channels.tests import fakes
from lyhord.channels.tests.fakes import Paper
from lyhord.lib.persons import Person
from lyhord.lib.tests.pictures import png
from lyhord.outbox import actions, personal_data, steps
from lyhord.outbox.models import Dispatch, Enclosure, State
from lyhord.outbox.tests.conftest import Queue
from lyhord.outbox.tests.test_sending import again, send_due
from lyhord.staff.models import User

MINUTE = timedelta(minutes=1)


@pytest.fixture
def enclosed(account: Account, paper: Paper, agent: User, now: datetime) -> Enclosure:
    paper.can = replace(paper.can, files={"image/png": 10_000})
    return actions.enclose(account, "vagn.png", png(4, 3), by=agent, now=now, alt="En vagn")


def seen(paper: Paper, *answers: fakes.Step) -> list[contract.Outgoing]:
    """What the network was given, each time that it was asked."""
    given: list[contract.Outgoing] = []

    def looking(step: fakes.Step) -> fakes.Step:
        def look(network: Paper, outgoing: contract.Outgoing) -> contract.Outcome:
            given.append(outgoing)
            return step(network, outgoing)

        return look

    paper.answers = [looking(step) for step in answers]
    return given


def test_the_connector_gets_name_bytes_and_description(
    queue: Queue, paper: Paper, enclosed: Enclosure, now: datetime
) -> None:
    given = seen(paper, fakes.takes)
    queue(files=[enclosed])
    send_due(now)
    ((file,),) = [outgoing.files for outgoing in given]
    assert (file.name, file.content_type, file.alt) == ("vagn.png", "image/png", "En vagn")
    assert file.content.startswith(b"\x89PNG")


def test_another_try_and_a_release_bring_the_same_files(
    queue: Queue, paper: Paper, enclosed: Enclosure, agent: User, now: datetime
) -> None:
    given = seen(paper, fakes.busy(at=now + MINUTE), fakes.refuses("No."), fakes.takes)
    dispatch = queue(files=[enclosed])
    send_due(now)
    send_due(now + MINUTE * 2)
    actions.release(again(dispatch), agent, now + MINUTE * 3)
    send_due(now + MINUTE * 3)
    assert again(dispatch).state == State.SENT
    assert [[file.alt for file in outgoing.files] for outgoing in given] == [["En vagn"]] * 3


def test_a_file_that_is_not_there_any_more_is_told_and_nothing_leaves(
    queue: Queue, paper: Paper, enclosed: Enclosure, settings: Any, now: datetime
) -> None:
    dispatch = queue(files=[enclosed])
    (Path(settings.MEDIA_ROOT) / enclosed.path).unlink()
    send_due(now)
    assert again(dispatch).state == State.REFUSED and "vagn.png" in again(dispatch).problem
    assert paper.asked == 0


def test_one_file_goes_with_one_dispatch(queue: Queue, enclosed: Enclosure) -> None:
    queue(files=[enclosed])
    with pytest.raises(actions.BadFile, match="sent or removed"):
        queue("Again", files=[enclosed])
    assert Dispatch.objects.count() == 1


def test_a_network_that_takes_no_files_says_so(queue: Queue, paper: Paper, enclosed: Enclosure) -> None:
    paper.can = replace(paper.can, files={})
    with pytest.raises(actions.BadFile, match="no files"):
        queue(files=[enclosed])


def test_what_left_cannot_be_described_anew(queue: Queue, enclosed: Enclosure) -> None:
    queue(files=[enclosed])
    actions.describe(enclosed, "Something else")
    enclosed.refresh_from_db()
    assert enclosed.alt == "En vagn"


def test_with_the_person_go_the_files_from_the_disk_too(
    queue: Queue, enclosed: Enclosure, settings: Any, now: datetime
) -> None:
    queue(files=[enclosed])
    anna = Person(native_ids=(("paper", "anna"),))
    assert [one["alt"] for one in personal_data.export(anna)["files"]] == ["En vagn"]
    personal_data.erase(anna, now)
    assert personal_data.export(anna)["files"] == []
    steps.remove_files(now)
    assert not (Path(settings.MEDIA_ROOT) / enclosed.path).exists()
    assert not Enclosure.objects.exists()
