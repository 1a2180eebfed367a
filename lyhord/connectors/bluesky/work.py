"""One order on its way: the questions before it, the write itself, and what each answer means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from lyhord.channels.contract import AccountSide, Outgoing, Refused, Retry, Unsure
from lyhord.connectors.bluesky import client, names
from lyhord.connectors.bluesky.client import LoginFailed, Lost, NotSent, Service, Told
from lyhord.lib.text import N_

GONE = N_("There is no such post or person there any more, or we may not see it.")


class Stop(Exception):
    """The order ends here, with this outcome. No fault: it is how a question on the way answers for the whole."""

    def __init__(self, outcome: Refused | Retry | Unsure) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome


@dataclass(frozen=True)
class Work:
    """One order, the server it goes to, and the moment."""

    service: Service
    account: AccountSide
    outgoing: Outgoing
    now: datetime

    def read(self, method: str, proxy: str = "", **params: Any) -> Told:
        """A question on the way: whatever fails here, nothing was done yet."""
        try:
            told = self.service.get(method, proxy, **params)
        except (NotSent, Lost) as problem:
            raise Stop(Retry(str(problem))) from None
        except LoginFailed as problem:
            raise Stop(shut_out(problem, self.now)) from None
        if told.status == 429 or told.status >= 500 or told.is_session_dead:
            raise Stop(refusal(told, self))
        return told

    def write(self, method: str, body: Mapping[str, Any], proxy: str = "", *, once: bool = False) -> Told:
        """`once`: a second one would be a second one. An answer that says no is returned."""
        try:
            told = self.service.post(method, body, proxy)
        except NotSent as problem:
            raise Stop(Retry(str(problem))) from None
        except Lost as problem:
            raise Stop(Unsure(str(problem)) if once else Retry(str(problem))) from None
        except LoginFailed as problem:
            raise Stop(shut_out(problem, self.now)) from None
        if told.status >= 500 and told.status != 503 and once:
            raise Stop(Unsure(f"The server broke down over it ({told.status})."))
        return told

    @property
    def key(self) -> str:
        return names.key_of(self.outgoing.key, self.outgoing.made_at)

    @property
    def written_at(self) -> str:
        at = (self.outgoing.made_at or self.now).astimezone(UTC)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def put(
        self, collection: str, key: str, record: Mapping[str, Any], swap: str | None, *, once: bool = False
    ) -> Told:
        """Write a record. `swap` is the digest of the one that it replaces, None where none may stand."""
        body = {"repo": self.account.native, "collection": collection, "rkey": key, "record": record}
        return self.write("com.atproto.repo.putRecord", {**body, "swapRecord": swap}, once=once)

    def own(self, collection: str, key: str) -> Told:
        """A record of ours as it lies in our repository."""
        asked = {"repo": self.account.native, "collection": collection, "rkey": key}
        return self.read("com.atproto.repo.getRecord", **asked)


def refusal(told: Told, work: Work) -> Refused | Retry:
    """Of an answer that is no yes."""
    if told.status == 429:
        at = client.wait_until(told.headers, work.now) or work.now + client.USUAL_WAIT
        return Retry(N_("The server asks us to wait."), at)
    if told.status >= 500:
        return Retry(N_("The server is not available."), client.wait_until(told.headers, work.now))
    code = told.code or str(told.status)
    if told.code in client.CLOSED:
        return Refused(N_("Bluesky has closed or deactivated this account."), code, "disabled")
    if told.is_session_dead:
        return Refused(N_("The server refuses our session. Renew the app password."), code, "token_revoked")
    said = work.service.hushed(told.error)
    if said.startswith("Bad token"):
        return Refused(
            N_("The app password does not open this. Make one that allows it."), code, "permission_lost"
        )
    if told.status == 404 or told.code in {"NotFound", "RecordNotFound"}:
        return Refused(GONE, code)
    return Refused(f"The server refuses it: {said or f'no reason given ({code})'}", code)


def shut_out(problem: LoginFailed, now: datetime) -> Refused | Retry:
    """There was no session, so nothing was done."""
    told = problem.told
    if told.status == 429 or told.status >= 500:
        return Retry(str(problem), client.wait_until(told.headers, now) or now + client.USUAL_WAIT)
    return Refused(str(problem), told.code or str(told.status), cast(Any, client.state_of(told)))
