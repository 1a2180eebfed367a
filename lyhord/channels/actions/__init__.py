"""What can be done with accounts. Callers write `actions.connect(...)`."""

from lyhord.channels.actions.checking import Retired, check, renew, test
from lyhord.channels.actions.connecting import AlreadyConnected, ElsewhereBelonging, Place, connect
from lyhord.channels.actions.gaps import forget_heard, note_heard, note_unknown, watch
from lyhord.channels.actions.health import note_problem, note_success
from lyhord.channels.actions.history import history_account
from lyhord.channels.actions.keeping import (
    WrongName,
    pause,
    rename,
    resume,
    retire,
    set_language,
    set_owner,
    set_purpose,
    set_teams,
)
from lyhord.channels.actions.sealed import hook_url, http_client, secrets_of, side_of

__all__ = [
    "AlreadyConnected",
    "ElsewhereBelonging",
    "Place",
    "Retired",
    "WrongName",
    "check",
    "connect",
    "forget_heard",
    "history_account",
    "hook_url",
    "http_client",
    "note_heard",
    "note_problem",
    "note_success",
    "note_unknown",
    "pause",
    "rename",
    "renew",
    "resume",
    "retire",
    "secrets_of",
    "set_language",
    "set_owner",
    "set_purpose",
    "set_teams",
    "side_of",
    "test",
    "watch",
]
