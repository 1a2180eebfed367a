"""What can be done here. Callers write `actions.want(...)`."""

from lyhord.moving.actions.guidance import NeedsWords, approve, change_guidance, drop, keep_guidance
from lyhord.moving.actions.importing import Import, bring_all, dry_run
from lyhord.moving.actions.runs import (
    MOST_BYTES,
    NotWanted,
    TooBig,
    carry_on,
    forget_files,
    give_up,
    too_big,
    try_files,
    want,
)

__all__ = [
    "MOST_BYTES",
    "Import",
    "NeedsWords",
    "NotWanted",
    "TooBig",
    "approve",
    "bring_all",
    "carry_on",
    "change_guidance",
    "drop",
    "dry_run",
    "forget_files",
    "give_up",
    "keep_guidance",
    "too_big",
    "try_files",
    "want",
]
