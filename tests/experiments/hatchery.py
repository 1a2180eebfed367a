"""A process with everything imported that hatches processes of ours in milliseconds: web, workers, single walks.

Each child is a real process of its own, in a session of its own, on the folder and database that it is told; it dies by
SIGKILL like any other. A kill that costs milliseconds and not seconds is what makes hundreds of them affordable.
Orders come in as lines of JSON, answers go out as lines of JSON.
"""

import contextlib
import ctypes
import functools
import importlib
import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.experiments import hanging

Order = dict[str, Any]
# Django and granian import these at the first request; every child would pay for them again.
HEAVY = ("lyhord.urls", "lyhord.worker", "lyhord.roles", "granian.server", "lyhord.triage.judge", "ninja")
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import django

    django.setup()
    for name in HEAVY:
        importlib.import_module(name)
    say(answers, {"ready": os.getpid()})
    children: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "wait":
            children.discard(order["pid"])
            say(answers, {"status": waited(order["pid"])})
            continue
        pid = os.fork()
        if pid == 0:
            hatched(order)
        children.add(pid)
        say(answers, {"pid": pid})
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def say(answers: Any, told: Order) -> None:
    answers.write(json.dumps(told) + "\n")
    answers.flush()


def waited(pid: int) -> int:
    """The exit status; negative: the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def hatched(order: Order) -> None:
    os.setsid()
    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
    with Path(order["folder"], "log").open("ab") as log, Path("/dev/null").open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        placed(order)
        DEEDS[order["do"]](order)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def placed(order: Order) -> None:
    """Give the child its folder, database, clock, fail points and saboteurs."""
    from django.conf import settings
    from django.db import connections

    from lyhord import worker
    from lyhord.lib import failpoints, http

    os.environ["LYHORD_TESTING"] = "1"
    os.environ["LYHORD_SABOTAGE"] = order.get("sabotage", "")
    failpoints.PLAN = failpoints.parse(order.get("plan", ""))
    settings.LYHORD_DATA = Path(order["folder"])
    settings.LYHORD_ALLOW_HOSTS = frozenset(order.get("allow", ()))
    socket.getaddrinfo = hanging.lookup_that_hangs(socket.getaddrinfo, 2 * order.get("call_seconds", 30.0))  # type: ignore[assignment]
    http.client = functools.partial(http.client, timeout_total=order.get("call_seconds", 30.0))
    settings.MEDIA_ROOT = Path(order["folder"]) / "media"
    connections.settings["default"]["NAME"] = order["database"]
    # Pages are drawn here, files never served: nothing need be collected for it.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    shift = timedelta(seconds=order.get("shift", 0))
    worker.clock = lambda: datetime.now(UTC) + shift
    sabotaged(order.get("sabotage", "").split(","))


def sabotaged(names: list[str]) -> None:
    """Saboteurs of defences that lie in a library or in a default, and so need no switch in the house."""
    from django.db import connections, models, transaction

    from lyhord.connectors import api as api_channel
    from lyhord.connectors.api import signing
    from lyhord.intake import steps as reading
    from lyhord.lib import http, network, work
    from lyhord.staff import api_auth
    from lyhord.web import api

    if "normal_sync" in names:
        options = connections.settings["default"]["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=NORMAL")
    if "no_lease" in names:
        work.claim_batch = functools.partial(work.claim_batch, lease=timedelta(days=36_500))
        reading.LONGEST_WAIT = timedelta(days=40_000)  # the second defence, against clocks that ran ahead
    if "no_kept" in names:
        api_auth.once = lambda request, user, wish, work, *, now: work(request)
    if "no_form_key" in names:
        setattr(api, "uuid5", lambda *_: uuid4())  # noqa: B010 - not exported
    if "eight_tries" in names:
        api_channel.TRIES_FOR = None  # type: ignore[assignment]
    if "no_signature" in names:
        signing.signature = lambda *_: "v1,none"
    if "no_pin" in names:
        place = http.client
        http.Pinned.handle_request = network.BoundedTransport.handle_request  # type: ignore[method-assign]
        network.CheckedBackend.addresses = lambda self, host, port: [host]  # type: ignore[method-assign]
        http.client = lambda *given, **more: followed(place(*given, **more))
    if "no_transactions" in names:
        # PostgreSQL refuses to lock rows outside a transaction: steps would fail at once, and there would be nothing to tear.
        setattr(models.QuerySet, "select_for_update", lambda rows, **_: rows.all())  # noqa: B010 - a saboteur
        atomic: Any = transaction.Atomic
        atomic.__enter__ = lambda self: None
        atomic.__exit__ = lambda self, *problem: None


def followed(client: Any) -> Any:
    client.follow_redirects = True
    return client


class Counting:
    """SIGKILL before the `at`-th statement of this thread.

    A kill leaves what was committed, and every commit has a next statement: a sweep over all statements passes through
    every state of the database in which a kill can leave it. Or before the first statement that begins with `before`.
    """

    def __init__(self, at: int, before: str, folder: str) -> None:
        self.at, self.before, self.passes = at, before, 0
        self.place = Path(folder, "statements")

    def __call__(self, execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        self.passes += 1
        if self.passes == self.at or (self.before and sql.startswith(self.before)):
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *given)

    def tell(self) -> None:
        self.place.write_text(str(self.passes))


# What a child can be ------------------------------------------------------------------------------------------------


def web(order: Order) -> None:
    from lyhord import roles

    roles.main("web", ["--port", str(order["port"]), "--threads", "12"])


def work(order: Order) -> None:
    from lyhord import worker

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.Worker(stop=stop).run()


def once(order: Order) -> None:
    from django.db import connection

    from lyhord import worker

    counting = Counting(order.get("kill_at", 0), order.get("kill_before", ""), order["folder"])
    connection.execute_wrappers.append(counting)
    worker.Worker().run_until_idle()
    counting.tell()


def code(order: Order) -> None:
    told: dict[str, Any] = {"now": datetime.now(UTC), "given": order.get("given"), "out": None}
    exec(compile(order["code"], "an order", "exec"), told)
    place = Path(order["result"])
    place.with_suffix(".new").write_text(json.dumps(told["out"], default=str))
    place.with_suffix(".new").replace(place)


DEEDS: dict[str, Callable[[Order], None]] = {"web": web, "work": work, "once": once, "code": code}

if __name__ == "__main__":
    main()
