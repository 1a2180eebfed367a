"""R02: the answer 200 leaves after the commit is on the disk (SQLite; PostgreSQL syncs in a process of its own)."""

import re
from pathlib import Path

import pytest

from tests.experiments.conftest import Make
from tests.experiments.rig import Home, Ledger, event, traced

pytestmark = [pytest.mark.server, pytest.mark.kills, pytest.mark.timeout(300)]

CALLS = "fdatasync,fsync,sendto,sendmsg,write,writev"
SYNCED = re.compile(r"(?:fdatasync|fsync)(?:\(.*| resumed>\)?.*)= 0$")
ANSWERED = re.compile(r'(?:sendto|sendmsg|write|writev)\(.*"HTTP/1\.1 200')


def unsynced(home: Home, requests: int) -> list[int]:
    """Numbers of the answers 200 that no sync of their own came before. One request at a time, so each needs one."""
    ledger = Ledger(home)
    trace = home.folder / "trace"
    words = ["-s", "40", "-e", f"trace={CALLS}", "-o", str(trace)]
    with home.running("web") as web, traced(web.server(), *words):
        connection = ledger.connect()
        sent = [ledger.send([event(f"s{number}")], connection) for number in range(requests)]
        connection.close()
    assert sent == [200] * requests
    return answers_without_sync(trace, requests)


def answers_without_sync(trace: Path, requests: int) -> list[int]:
    found, answers, syncs = [], 0, 0
    for line in trace.read_text("utf-8", "replace").splitlines():
        if SYNCED.search(line):
            syncs += 1
        elif ANSWERED.search(line):
            if syncs == 0:
                found.append(answers)
            answers, syncs = answers + 1, 0
    assert answers == requests, f"{answers} answers seen of {requests}"
    return found


@pytest.mark.parametrize("requests", [50, pytest.param(1000, marks=pytest.mark.whole)])
def test_a_sync_lies_before_every_200(make: Make, on_sqlite: None, strace: None, requests: int) -> None:
    assert unsynced(make(), requests) == []


def test_the_saboteur_who_syncs_now_and_then_is_caught(make: Make, on_sqlite: None, strace: None) -> None:
    assert len(unsynced(make("normal_sync"), 50)) > 30
