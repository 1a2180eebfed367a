"""What can be asked of the outbox. Callers write `actions.queue(...)`."""

from lyhord.outbox.actions.asking import hold_answers
from lyhord.outbox.actions.deciding import (
    TooLate,
    done_by_hand,
    drop,
    drop_bounced,
    hand_over,
    release,
    settle,
    undo,
)
from lyhord.outbox.actions.enclosing import describe, enclose, give_up, untie
from lyhord.outbox.actions.holding import (
    hold,
    hold_account,
    lift,
    lift_as,
    lift_lane,
    require,
    resume_all,
    stop_all,
)
from lyhord.outbox.actions.queueing import CannotSend, KeyReused, TooLong, queue
from lyhord.outbox.actions.templating import Chosen, NoSuchTemplate, WrongValues
from lyhord.outbox.files import BadFile

__all__ = [
    "BadFile",
    "CannotSend",
    "Chosen",
    "KeyReused",
    "NoSuchTemplate",
    "TooLate",
    "TooLong",
    "WrongValues",
    "describe",
    "done_by_hand",
    "drop",
    "drop_bounced",
    "enclose",
    "give_up",
    "hand_over",
    "hold",
    "hold_account",
    "hold_answers",
    "lift",
    "lift_as",
    "lift_lane",
    "queue",
    "release",
    "require",
    "resume_all",
    "settle",
    "stop_all",
    "undo",
    "untie",
]
