"""Files beside a department's answer: looked at by their bytes, kept under random names."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from lyhord.channels.contract import Abilities
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import RequestFile, RequestTurn
from lyhord.outbox import files as outbox

MEGABYTE = 1_000_000
KINDS = {
    "image/jpeg": 5 * MEGABYTE, "image/png": 5 * MEGABYTE, "image/gif": 5 * MEGABYTE, "image/webp": 5 * MEGABYTE,
    "application/pdf": 5 * MEGABYTE, "text/plain": MEGABYTE,
}  # fmt: skip
MOST = 3
TAKES = Abilities(receive=(), verbs=frozenset(), signals=frozenset(), reply={}, files=KINDS, most_files=MOST)


def keep(turn: RequestTurn, files: Sequence[tuple[str, bytes]], now: datetime) -> list[RequestFile]:
    """Raises NotPossible, or outbox.BadFile with what is taken."""
    if len(files) > MOST:
        raise NotPossible(_("At most %(n)s files go with one answer.") % {"n": MOST})
    return [keep_one(turn, name, content, now) for name, content in files]


def keep_one(turn: RequestTurn, name: str, content: bytes, now: datetime) -> RequestFile:
    looked = outbox.look(name, content, TAKES, "lyhord")
    path, token = outbox.write(looked)
    return RequestFile.objects.create(
        turn=turn, name=looked.name, content_type=looked.content_type, size=len(looked.content), path=path,
        token=token, made_at=now,
    )  # fmt: skip
