"""The one way in which a dispatch changes its state: only from a state that allows it, and told to open pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F

from lyhord.outbox.models import Dispatch, Receipt, ReceiptAlias, State
from lyhord.web import changes


def move(dispatch: Dispatch, state: State, now: datetime, *, was: Iterable[State], **values: Any) -> bool:
    """Within a transaction. False, and nothing done, where the row is in none of `was` any more.

    `due_at` is None unless given: only what is to be looked at again keeps a time.
    """
    values = {"due_at": None, "problem": "", "state_at": now, **values}
    rows = Dispatch.objects.filter(pk=dispatch.pk, state__in=list(was))
    moved = rows.update(state=state, version=F("version") + 1, **values)
    dispatch.refresh_from_db()
    if moved:
        tell(dispatch, now)
    return bool(moved)


def tell(dispatch: Dispatch, now: datetime) -> None:
    changes.note("outbox", dispatch.pk, dispatch.version, audience=f"a{dispatch.account_id}", now=now)


def stands(
    dispatch: Dispatch,
    evidence: str,
    now: datetime,
    *,
    was: Iterable[State],
    native: str = "",
    link: str = "",
    aliases: Iterable[str] = (),
) -> bool:
    """It stands on the network: sent, with its receipt. Within a transaction."""
    if not move(dispatch, State.SENT, now, was=was, sent_at=now, hold_reason="", hold=None):
        return False
    if native and Receipt.objects.filter(account=dispatch.account_id, native=native).exists():
        native = ""  # a network that answers two of ours with one id; the first has it
    receipt = Receipt.objects.create(
        dispatch=dispatch,
        account_id=dispatch.account_id,
        native=native,
        link=link[:1000],
        evidence=evidence,
        at=now,
    )
    further = [alias for alias in dict.fromkeys(aliases) if alias and alias != native and len(alias) <= 500]
    ReceiptAlias.objects.bulk_create(
        [ReceiptAlias(receipt=receipt, account_id=dispatch.account_id, native=alias) for alias in further],
        ignore_conflicts=True,
    )
    return True
