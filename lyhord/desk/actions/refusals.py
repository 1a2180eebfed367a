"""Why the desk may say no."""

from datetime import datetime

from django.utils.translation import gettext as _

from lyhord.desk.models import Conversation, Turn
from lyhord.lib.errors import LyhordError


class NewerTurn(LyhordError):
    """Something was said after the writer began. `turns` are the newer ones, oldest first."""

    def __init__(self, turns: list[Turn]) -> None:
        self.turns = turns
        ours = next((turn for turn in reversed(turns) if turn.dispatch_id is not None), None)
        if ours is not None:
            super().__init__(answered(ours))
        else:
            super().__init__(
                _("The customer has written again since you began. Read it, then send once more.")
            )


def answered(turn: Turn) -> str:
    name = str(turn.by) if turn.by is not None else _("A colleague")
    text = turn.dispatch.text if turn.dispatch is not None else ""
    start = text if len(text) <= 80 else text[:79] + "…"
    return _(
        "%(name)s has answered since you began: “%(text)s”. Your text is kept; send it if it is still needed."
    ) % {
        "name": name,
        "text": start,
    }


class Closed(LyhordError):
    def __init__(self, conversation: Conversation) -> None:
        super().__init__(
            _("Conversation %(number)s is closed. Reopen it to answer.") % {"number": conversation.number}
        )


class NotPossible(LyhordError):
    """The network, or the state of things, does not allow it."""


class CannotSee(LyhordError):
    def __init__(self, name: str, account: str) -> None:
        super().__init__(
            _("%(name)s does not see %(account)s and cannot take this. Choose somebody of a team that does.")
            % {"name": name, "account": account}
        )


class NothingToUndo(LyhordError):
    def __init__(self, why: str = "") -> None:
        super().__init__(why or _("There is nothing of yours to undo."))


class ChangedSince(LyhordError):
    def __init__(self, number: int, at: datetime) -> None:
        self.at = at
        super().__init__(
            _("Conversation %(number)s was changed again since, so it stays as it is now.")
            % {"number": number}
        )
