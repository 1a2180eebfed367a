"""What each network can do, as a table: docs/networks/README.md, written by `python -m lyhord.channels.table`.

Read off the connectors' abilities for an account that was never connected; what a server of its own allows further shows when one is.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lyhord.channels import registry
from lyhord.channels.contract import Abilities, AccountSide, Connector, Length, Verb

PAGE = Path(__file__).parents[2] / "docs" / "networks" / "README.md"
BEGIN, END = "<!-- begin: table -->", "<!-- end: table -->"
NOBODY = AccountSide(0, "", "", {}, {})
WAYS = {"hook": "webhook", "stream": "stream", "poll": "asked for"}
DEEDS: Mapping[str, tuple[Verb, ...]] = {
    "Edit": ("edit",), "Delete": ("delete",), "Hide": ("hide", "unhide"), "Like": ("like",), "Block": ("block",),
    "Report": ("report",), "New post": ("post",),
}  # fmt: skip
NEWS = {
    "edited": "edits", "deleted": "deletions", "hidden": "hiding", "reaction": "reactions", "read": "read marks",
    "erasure": "erasures",
}  # fmt: skip
UNITS = {
    "codepoints": "characters",
    "graphemes": "signs",
    "utf16": "UTF-16 units",
    "bytes": "bytes",
    "weighted": "weighted",
}
PROOFS = {
    "real-server": "real server", "contract+sdk": "contract and client", "recordings": "recordings",
    "documentation": "documentation",
}  # fmt: skip


def table(connectors: Iterable[Connector]) -> str:
    """Two tables in Markdown: what comes in and how, and what can be done there."""
    known = sorted(
        ((each, each.abilities(NOBODY)) for each in connectors), key=lambda pair: pair[0].label.casefold()
    )
    came = [coming(each, can) for each, can in known]
    done = [doing(each, can) for each, can in known if can.verbs]
    return "\n\n".join((
        "## What comes in",
        drawn(("Network", "Comes by", "Told of", "History", "Interface", "Proved by"), came),
        "## What can be done there",
        drawn(("Network", "In public", "In private", "Within", *DEEDS), done),
    ))  # fmt: skip


def coming(connector: Connector, can: Abilities) -> tuple[str, ...]:
    ways = ", ".join(WAYS[way] for way in can.receive) or "by hand"
    told = ", ".join(word for kind, word in NEWS.items() if kind in can.signals)
    return connector.label, ways, told, history(can.backfill), can.api_version, PROOFS[can.evidence]


def doing(connector: Connector, can: Abilities) -> tuple[str, ...]:
    deeds = ("yes" if set(verbs) <= can.verbs else "" for verbs in DEEDS.values())
    return (
        connector.label,
        length(can.reply.get("public")),
        length(can.reply.get("private")),
        within(can),
        *deeds,
    )


def history(told: str) -> str:
    kind, _colon, number = told.partition(":")
    return {"": "", "full": "all", "days": f"{number} days", "items": f"the last {number}"}[kind]


def length(told: Length | None) -> str:
    return f"{told.limit} {UNITS[told.unit]}" if told else ""


def within(can: Abilities) -> str:
    """How long after the customer's word."""
    found = []
    if can.window is not None:
        more = [f"{hours} h as {name}" for name, hours in can.window.tags.items()]
        found = [f"{can.window.hours} h", *more, *(["then templates"] if can.window.has_templates else [])]
    if can.private_reply_days is not None:
        found.append(f"one private reply within {can.private_reply_days} days")
    return "; ".join(found)


def drawn(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def replaced(page: str, made: str) -> str:
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no place for the table: write {BEGIN} and {END} into it.")
    return f"{before}{begin}\n{made}\n{end}{after}"


def main() -> None:
    import django

    django.setup()
    PAGE.write_text(replaced(PAGE.read_text("utf-8"), table(registry.connectors().values())), "utf-8")
    sys.stdout.write(f"{PAGE.name} written.\n")


if __name__ == "__main__":
    main()
