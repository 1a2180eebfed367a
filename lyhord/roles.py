"""The processes: which command starts which."""

import gc
import importlib
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

from lyhord.lib.commands import parser
from lyhord.lib.errors import LyhordError


class NotMigrated(LyhordError):
    pass


class NotOnLoopback(LyhordError):
    pass


def main(name: str, words: list[str]) -> int:
    run = {"serve": serve, "web": web, "work": work, "push": push, "demo": demo}[name]
    return run(words)


def serve(words: list[str]) -> int:
    """Migrate, then web, worker and push until told to stop."""
    options = parser("serve", "Web, worker and push from one command.")
    options.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    options.add_argument(
        "--port", type=int, default=8000, help="port of the pages; the live stream takes the next one"
    )
    options.add_argument("--workers", type=int, default=1, help="web processes")
    options.add_argument("--no-migrate", action="store_true", help="leave the database as it is")
    options.add_argument("--traffic", action="store_true", help="scripted traffic on the demo network")
    given = options.parse_args(words)
    from lyhord import serve as supervision

    load()
    if not given.no_migrate and (code := supervision.aside(prepare)):
        return code
    gc.collect()
    gc.freeze()  # what is loaded is kept out of collections, which would write to the shared pages
    place = ["--host", given.host, "--port"]
    children = [
        supervision.Child("web", lambda: web([*place, str(given.port), "--workers", str(given.workers)])),
        supervision.Child("work", lambda: work([])),
        supervision.Child("push", lambda: supervision.become("push", *place, str(given.port + 1))),
    ]
    if given.traffic:
        children.append(supervision.Child("demo", lambda: demo(["--traffic-only"])))
    return supervision.Supervisor(children).run()


def load() -> None:
    """What web and worker share, loaded once before they are forked. No thread, no connection, no file."""
    import django

    django.setup()
    importlib.import_module(settings_value("ROOT_URLCONF"))
    for name in settings_value("MIDDLEWARE"):
        importlib.import_module(name.rpartition(".")[0])


def settings_value(name: str) -> Any:
    from django.conf import settings

    return getattr(settings, name)


def prepare() -> None:
    """Everything that must stand before the first process: database, assets, catalogues."""
    import django

    django.setup()
    from lyhord.operations import collect, migrate

    migrate.migrate()
    collect.collect()


def web(words: list[str]) -> int:
    options = parser("web", "The web process: pages, API and the door of the hooks.")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--threads", type=int, default=24, help="requests at work at once in a process")
    given = options.parse_args(words)
    import django

    django.setup()
    require_migrated()
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "lyhord.wsgi:application",
        address=given.host,
        port=given.port,
        interface=Interfaces.WSGI,
        workers=given.workers,
        blocking_threads=given.threads,
        backlog=2048,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()
    return 0


def require_migrated() -> None:
    """Raise NotMigrated where the database is older than this version."""
    from django.db import connections

    from lyhord.operations import migrate

    migrate.require_sound_sqlite()
    missing = migrate.pending()
    connections.close_all()
    if missing:
        raise NotMigrated(
            f"The database lacks {len(missing)} migrations (first: {missing[0]}). Run `lyhord migrate`."
        )


def work(words: list[str]) -> int:
    options = parser("work", "The worker: walks the steps, polls, streams and sends.")
    options.add_argument("--slots", type=int, default=16, help="calls to networks at once")
    options.add_argument("--once", action="store_true", help="walk until nothing is due, then stop")
    given = options.parse_args(words)
    import django

    django.setup()
    require_migrated()
    from lyhord import worker

    stop = threading.Event()

    def end(sign: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    crew = worker.Worker(slots=given.slots, stop=stop)
    if given.once:
        crew.run_until_idle()
    else:
        crew.run()
    return 0


def push(words: list[str]) -> int:
    options = parser("push", "The live stream to open pages.")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8001)
    given = options.parse_args(words)
    from lyhord import push as stream

    stream.run(given.host, given.port)
    return 0


def demo(words: list[str]) -> int:
    """A fictional railway with people, a history and live traffic; serves it on loopback."""
    options = parser("demo", "A demo brand with people and live traffic, on this machine only.")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--traffic-only", action="store_true", help="only let the demo network's customers write"
    )
    options.add_argument("--fill-only", action="store_true", help="only fill the data, do not serve")
    given = options.parse_args(words)
    if given.host not in {"127.0.0.1", "localhost", "::1"}:
        raise NotOnLoopback(
            f"The demo's log-ins are known to everybody, so it listens on this machine only, not on {given.host}."
        )
    os.environ["LYHORD_DEMO"] = "1"
    os.environ.setdefault("LYHORD_PUBLIC_URL", f"http://localhost:{given.port}")
    from lyhord import serve as supervision

    load()
    import lyhord.demonstration as demonstration

    if given.traffic_only:
        return demonstration.traffic(given.seed)

    def fill() -> None:
        prepare()
        demonstration.fill(given.seed)

    if code := supervision.aside(fill):
        return code
    sys.stdout.write(demonstration.welcome(given.port))
    sys.stdout.flush()
    if given.fill_only:
        return 0
    return serve(["--host", given.host, "--port", str(given.port), "--no-migrate", "--traffic"])
