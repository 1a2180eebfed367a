"""What can be done with what comes in. Callers write `actions.receive(...)`."""

from lyhord.intake.actions.putting_off import put_off
from lyhord.intake.actions.quarantine import retry, retry_all
from lyhord.intake.actions.receive import receive, without_doubles
from lyhord.intake.actions.taking import Reading, set_aside, take, take_all

__all__ = [
    "Reading",
    "put_off",
    "receive",
    "retry",
    "retry_all",
    "set_aside",
    "take",
    "take_all",
    "without_doubles",
]
