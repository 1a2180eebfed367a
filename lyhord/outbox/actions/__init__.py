"""What can be asked of the outbox. Callers write `actions.queue(...)`."""

from lyhord.outbox.actions.deciding import TooLate, drop, hand_over, release, settle, undo
from lyhord.outbox.actions.holding import hold, hold_account, lift, lift_as, lift_lane, resume_all, stop_all
from lyhord.outbox.actions.queueing import CannotSend, KeyReused, TooLong, queue

__all__ = [
    "CannotSend",
    "KeyReused",
    "TooLate",
    "TooLong",
    "drop",
    "hand_over",
    "hold",
    "hold_account",
    "lift",
    "lift_as",
    "lift_lane",
    "queue",
    "release",
    "resume_all",
    "settle",
    "stop_all",
    "undo",
]
