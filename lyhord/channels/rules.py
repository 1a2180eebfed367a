"""What is wrong with an account, judged from plain values. Texts are marked here and translated where shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from lyhord.lib.text import N_

EXPIRES_SOON = timedelta(days=14)
SILENT_FOR = timedelta(minutes=15)  # a network that stops talking is noticed before the customer does (R11)
MANY_FAILURES = 3
MUCH_UNKNOWN = 0.01
FEWEST_UNKNOWN = 5  # below that a share says nothing


@dataclass(frozen=True)
class Facts:
    """An account as the warnings see it. None: the network did not say."""

    state: str
    state_why: str = ""
    admins: int | None = None
    is_verified: bool | None = None
    expires_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: int = 0
    has_owner: bool = True
    is_asked: bool = True  # polled or streamed: silence means something
    heard: int = 0  # posts of the last day
    unknown: int = 0  # news of the last day that were not understood
    missed: int | None = None  # posts that were due while none came; None: all is as usual


@dataclass(frozen=True)
class Warning:  # noqa: A001 - the word of the page
    kind: Literal["bad", "warn"]
    name: str  # for tests and the API
    why: str
    values: Mapping[str, Any] = field(default_factory=dict)


def warnings(facts: Facts, now: datetime) -> list[Warning]:
    """What its owner should look at, the worst first (CH-17). A retired account has nothing to warn of."""
    if facts.state == "retired":
        return []
    found = [*working(facts, now), *token(facts, now), *standing(facts)]
    return sorted(found, key=lambda warning: warning.kind)


def working(facts: Facts, now: datetime) -> list[Warning]:
    found = []
    if facts.state == "broken":
        found.append(Warning("bad", "broken", N_("It does not work. Test it, and renew its credentials.")))
    if facts.state == "active" and facts.failures >= MANY_FAILURES:
        told = N_("The network failed us %(failures)s times in a row.")
        found.append(Warning("bad", "failing", told, {"failures": facts.failures}))
    elif facts.state == "active" and facts.is_asked and is_silent(facts, now):
        found.append(
            Warning("warn", "silent", N_("Nothing was heard from the network for more than 15 minutes."))
        )
    if facts.state == "active" and facts.missed is not None:
        told = N_("Nothing came in, though about %(posts)s posts were due. Look at the network itself.")
        found.append(Warning("bad", "quiet", told, {"posts": facts.missed}))
    if share_unknown(facts) > MUCH_UNKNOWN:
        told = N_(
            "%(share)s per cent of what it sent in a day was not understood. It is kept in quarantine; the network may have changed."
        )
        found.append(Warning("bad", "unknown", told, {"share": round(100 * share_unknown(facts))}))
    return found


def share_unknown(facts: Facts) -> float:
    """Of the last day's news; 0 while they are too few to tell."""
    total = facts.heard + facts.unknown
    return facts.unknown / total if facts.unknown >= FEWEST_UNKNOWN else 0.0


def is_silent(facts: Facts, now: datetime) -> bool:
    return facts.last_success_at is not None and now - facts.last_success_at > SILENT_FOR


def token(facts: Facts, now: datetime) -> list[Warning]:
    if facts.expires_at is None:
        return []
    if facts.expires_at <= now:
        return [Warning("bad", "expired", N_("The token has expired. Renew it."))]
    left = facts.expires_at - now
    if left <= EXPIRES_SOON:
        told = N_("The token expires in %(days)s days. Renew it in time.")
        return [Warning("warn", "expires", told, {"days": left.days})]
    return []


def standing(facts: Facts) -> list[Warning]:
    """How it stands on the network: who could lock us out, and who could pose as us."""
    found = []
    if facts.admins == 1:
        told = N_("Only one person administers it on the network. Add a second one there.")
        found.append(Warning("warn", "one_admin", told))
    if facts.is_verified is False:
        told = N_("The network has not verified the name, so others may pose as you. Have it verified.")
        found.append(Warning("warn", "unverified", told))
    if not facts.has_owner:
        found.append(Warning("warn", "no_owner", N_("Nobody here answers for it. Choose an owner.")))
    return found
