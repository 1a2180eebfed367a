"""`lyhord`: all commands. Each one is loaded only when it is called; the doors of doors.md run without Django."""

import importlib
import os
import sys
from collections.abc import Callable

from lyhord.lib.errors import LyhordError

# Without a database and without Django: JSON lines in and out.
DOORS: dict[str, tuple[str, str]] = {
    "triage": ("lyhord.triage.door", "what each post is, and why"),
    "check-reply": ("lyhord.triage.replies.door", "what a drafted reply lacks, and where"),
    "troll": ("lyhord.triage.troll_door", "how an author behaves in a thread, sign by sign"),
    "tone": ("lyhord.triage.tone_door", "whether a person's contacts grow angrier, and when to act"),
    "evaluate": (
        "lyhord.triage.evaluating.command",
        "every figure of what lyhord understands, beside a simple way",
    ),
    "models": ("lyhord.triage.models_command", "the models of triage: build, teach, show"),
    "parse": ("lyhord.channels.door", "what a network sent, told alike: parse CONNECTOR"),
}
ROLES: dict[str, tuple[str, str]] = {
    "serve": ("lyhord.roles", "migrate, then web, worker and push from one command"),
    "web": ("lyhord.roles", "the web process alone"),
    "work": ("lyhord.roles", "the worker alone"),
    "push": ("lyhord.roles", "the live stream alone"),
    "demo": ("lyhord.roles", "a demo brand with people and live traffic"),
}
OPERATIONS: dict[str, tuple[str, str]] = {
    "migrate": ("lyhord.operations.migrate", "bring the database to this version, under a lock"),
    "doctor": ("lyhord.operations.doctor", "what is well and what is not, and what to do"),
    "backup": ("lyhord.operations.backup", "a whole copy, taken while people work"),
    "restore": ("lyhord.operations.restore", "bring a copy back; nothing is sent again"),
    "export-person": ("lyhord.privacy.commands", "all that is kept about a person"),
    "retention": ("lyhord.privacy.commands", "let go what is older than its rule says"),
    "erase-person": ("lyhord.privacy.commands", "forget a person"),
    "export": ("lyhord.moving.commands", "everything of a brand as CSV or JSON lines"),
    "import": ("lyhord.moving.commands", "conversations, people and guidance from another system"),
    "check": ("lyhord.operations.check", "audit chain, files and database, whole or not"),
}


def main(argv: list[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else argv
    commands = DOORS | ROLES | OPERATIONS
    if not words or words[0] in {"-h", "--help", "help"}:
        print(overview(commands))  # noqa: T201
        return 0 if words else 2
    name, rest = words[0], words[1:]
    if name not in commands:
        sys.stderr.write(f"There is no command {name!r}. `lyhord --help` lists them.\n")
        return 2
    if name in DOORS:
        run_door: Callable[..., int] = importlib.import_module(commands[name][0]).main
        return run_door(rest, sys.stdin, sys.stdout)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyhord.settings")
    try:
        run: Callable[[str, list[str]], int] = importlib.import_module(commands[name][0]).main
        return run(name, rest)
    except LyhordError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


def overview(commands: dict[str, tuple[str, str]]) -> str:
    lines = [f"  {name:<15} {what}" for name, (_, what) in commands.items()]
    return "usage: lyhord COMMAND [--help]\n\n" + "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
