"""The rig: installations that cost nothing to make, processes of theirs to kill, and a platform that keeps its own ledger."""

from tests.experiments.answers import ASKED, FORGETFUL, REPLY, STATES, asked, doubts, signed_off
from tests.experiments.homes import LAPSE, Home, Running, members
from tests.experiments.installing import Hatchery
from tests.experiments.kills import has_strace, sample, traced
from tests.experiments.ledger import STATE, Ledger, Storm, event, faults
from tests.experiments.saboteurs import caught

__all__ = [
    "ASKED",
    "FORGETFUL",
    "LAPSE",
    "REPLY",
    "STATE",
    "STATES",
    "Hatchery",
    "Home",
    "Ledger",
    "Running",
    "Storm",
    "asked",
    "caught",
    "doubts",
    "event",
    "faults",
    "has_strace",
    "members",
    "sample",
    "signed_off",
    "traced",
]
