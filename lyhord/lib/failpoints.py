"""Places where a test may end, fail or stop the process. Without LYHORD_FAILPOINTS they do nothing.

LYHORD_FAILPOINTS="outbox.after_send=kill,outbox.before_claim=raise:3" acts at the first, and at the third pass.
"""

import os
import signal
import time
from dataclasses import dataclass


class FailPoint(RuntimeError):
    """Raised where a test asked for it."""


@dataclass
class Step:
    """What to do at the `at`-th pass."""

    deed: str  # kill | raise | hang
    at: int = 1
    passes: int = 0


def parse(told: str) -> dict[str, Step]:
    steps = {}
    for part in filter(None, told.split(",")):
        name, _, deed = part.strip().partition("=")
        deed, _, at = deed.partition(":")
        steps[name] = Step(deed, int(at or 1))
    return steps


PLAN = parse(os.environ.get("LYHORD_FAILPOINTS", ""))


def failpoint(name: str) -> None:
    if PLAN and name in PLAN:
        act(name, PLAN[name])


def act(name: str, step: Step) -> None:
    step.passes += 1
    if step.passes != step.at:
        return
    if step.deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if step.deed == "hang":
        time.sleep(3600)
    raise FailPoint(name)
