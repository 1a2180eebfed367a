"""Sessions: an access token lives two hours, and what a step learns about it must serve the next one.

What `connect` brought is kept with the account's secrets and renewed there every six hours. Between those the
process keeps the newest in memory. Log-ins are few and counted (30 in five minutes, 300 a day), renewals are not.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lyhord.channels.contract import AccountSide
from lyhord.lib.errors import LyhordError

MOST = 1_000


@dataclass(frozen=True)
class Session:
    access: str
    refresh: str
    told: Mapping[str, Any] = field(default_factory=dict)  # the whole answer: id, handle, document

    def __repr__(self) -> str:
        return "Session(…)"


class Entry(Protocol):
    """Where sessions come from."""

    account: AccountSide
    entry: str
    identifier: str
    password: str

    def log_in(self) -> Session: ...

    def refresh(self, session: Session) -> Session: ...


class Sessions:
    """The newest session of each account, one renewal at a time."""

    def __init__(self) -> None:
        self.known: OrderedDict[str, Session] = OrderedDict()
        self.lock = threading.Lock()
        self.turns: dict[str, threading.Lock] = {}

    def current(self, entry: Entry) -> Session:
        key = self.key(entry)
        found = self.known.get(key)
        if found is not None:
            return found
        with self.turn(key):
            return self.known.get(key) or self.keep(key, stored(entry.account) or entry.log_in())

    def renewed(self, entry: Entry, old: Session) -> Session:
        """A session after `old`, which the server refused."""
        key = self.key(entry)
        with self.turn(key):
            newest = self.known.get(key)
            if newest is not None and newest.access != old.access:
                return newest
            self.known.pop(key, None)
            return self.keep(key, refreshed(entry, old) or entry.log_in())

    def keep(self, key: str, session: Session) -> Session:
        with self.lock:
            self.known[key] = session
            self.known.move_to_end(key)
            while len(self.known) > MOST:
                self.turns.pop(self.known.popitem(last=False)[0], None)
        return session

    def forget(self) -> None:
        with self.lock:
            self.known.clear()

    def turn(self, key: str) -> threading.Lock:
        with self.lock:
            return self.turns.setdefault(key, threading.Lock())

    @staticmethod
    def key(entry: Entry) -> str:
        """Another password is another session: who renews it must not go on with the old one."""
        parts = "\n".join((entry.entry, entry.identifier, entry.password))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


def stored(account: AccountSide) -> Session | None:
    access, refresh = account.secrets.get("access"), account.secrets.get("refresh")
    return Session(access, refresh) if access and refresh else None


def refreshed(entry: Entry, old: Session) -> Session | None:
    """By the refresh token; None if that has ended too, and the password must do."""
    try:
        return entry.refresh(old) if old.refresh else None
    except LyhordError:
        return None


SESSIONS = Sessions()
