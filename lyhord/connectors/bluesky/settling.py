"""After a lost answer: does it stand there? Our repository is asked for the very record."""

from lyhord.channels.contract import Outcome, Refused, Retry, Sent, Unsure
from lyhord.connectors.bluesky import private, sender
from lyhord.connectors.bluesky.names import POST
from lyhord.connectors.bluesky.work import Stop, Work
from lyhord.lib.text import N_


def settle(work: Work) -> Sent | Unsure | Retry:
    try:
        return found(work)
    except Stop as stop:
        return unsure(stop.outcome)


def found(work: Work) -> Sent | Unsure | Retry:
    outgoing = work.outgoing
    if outgoing.verb == "report":
        return Unsure(N_("Reports cannot be read back. Look whether Bluesky confirmed it by mail."))
    if outgoing.verb not in {"reply", "post"}:
        return Retry(N_("Asking twice for this does no harm."))
    if outgoing.visibility == "private":
        return private.settled(work)
    told = work.own(POST, work.key)
    if told.code == "RecordNotFound":
        return Retry(
            N_("It is not in our repository, and its key is always the same: the same again is safe.")
        )
    return sender.standing(work) or Unsure(N_("Our own posts cannot be read now."))


def unsure(outcome: Outcome) -> Unsure:
    """What hinders the look says nothing about the post."""
    return Unsure(outcome.why if isinstance(outcome, Refused | Retry | Unsure) else "")
