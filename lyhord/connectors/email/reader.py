"""What we read of a mailbox: what is new, what was, one mail, and the wait for news.

A place in a folder is UIDVALIDITY:UID (RFC 3501, 2.3.1.1). A folder that counts anew is read anew by date; the ledger
knows what came before.
"""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from imapclient.exceptions import IMAPClientError

from lyhord.channels.contract import AccountSide, Arrival, Found, Headers, Hidden, Trouble
from lyhord.connectors.email import client, fields, imap, mime, oauth, tokens
from lyhord.connectors.email.client import BadServer, Broken, NotLetIn, NotReached
from lyhord.connectors.email.imap import Imap
from lyhord.lib.text import N_

AT_FIRST = timedelta(days=1)  # what lies in the box when it is connected; the rest is for backfill
ANEW = timedelta(days=14)  # after a folder began to count anew
MOST_BYTES = 25 * 1024 * 1024  # of one mail; what providers take
A_TURN = 45.0  # seconds of a poll; the next one goes on from there
IDLE_FOR = 600.0  # seconds; a server may end it after 29 minutes (RFC 2177)
LOOK_EVERY = 10.0  # seconds between signs of life
BATCH = 50


@dataclass(frozen=True)
class Spot:
    """How far we have come in one folder. `validity` 0: not begun."""

    validity: int = 0
    uid: int = 0

    @classmethod
    def read(cls, told: str) -> "Spot":
        validity, _colon, uid = told.partition(":")
        try:
            return cls(int(validity), int(uid))
        except ValueError:
            return cls()

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}"


@dataclass(frozen=True)
class Folder:
    name: str
    is_sent: bool = False


def entered(http: httpx.Client, account: AccountSide) -> AccountSide:
    """With an access token that is good now, where we renew them. Raises Trouble."""
    try:
        return oauth.entered(http, account)
    except NotLetIn as problem:
        raise Trouble(str(problem), account_state="token_revoked" if problem.is_final else "") from None
    except (BadServer, NotReached) as problem:
        raise Trouble(str(problem)) from None


@contextlib.contextmanager
def opened(account: AccountSide, seconds: float | None) -> Iterator[Imap]:
    """The mailbox, with what goes wrong told as trouble."""
    try:
        with imap.mailbox(account, seconds) as box:
            yield box
    except NotLetIn as problem:
        raise Trouble(str(problem), account_state="token_revoked" if problem.is_final else "") from None
    except (BadServer, NotReached, Broken) as problem:
        raise Trouble(str(problem)) from None


def folders(account: AccountSide) -> list[Folder]:
    """What was sent comes first, so that answers to it find it."""
    inbox, sent = str(account.settings.get("inbox") or "INBOX"), sent_name(account)
    return [*([Folder(sent, True)] if sent else []), Folder(inbox)]


def sent_name(account: AccountSide) -> str:
    return str(account.settings.get("sent") or account.state.get("sent") or "")


# Polling --------------------------------------------------------------------------------------------------------


def poll(account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    spots = spots_of(cursor)
    until = time.monotonic() + A_TURN
    with opened(account, A_TURN + 30) as box:
        for folder in folders(account):
            selected = select(box, folder)
            if selected is None:
                continue
            key = "sent" if folder.is_sent else "inbox"
            spot = spots.get(key, Spot())
            uids = new_in(box, spot, selected, now)
            for uid in uids:
                spots[key] = Spot(selected, uid)
                yield from taken(box, account, folder, uid, json.dumps({k: str(v) for k, v in spots.items()}))
                if time.monotonic() > until:
                    return
            if not uids and spot.validity != selected:
                spots[key] = Spot(selected, last_uid(box))
                yield Arrival(raw=b"", cursor=json.dumps({k: str(v) for k, v in spots.items()}))


def spots_of(cursor: str) -> dict[str, Spot]:
    try:
        told = json.loads(cursor or "{}")
        return {name: Spot.read(str(told[name])) for name in ("inbox", "sent") if name in told}
    except (ValueError, TypeError):
        return {}


def select(box: Imap, folder: Folder) -> int | None:
    """UIDVALIDITY of the folder, now selected. A Sent folder may be missing, the inbox may not."""
    try:
        told = box.select_folder(folder.name, readonly=True)
        return int(told[b"UIDVALIDITY"])
    except (IMAPClientError, KeyError) as problem:
        if folder.is_sent:
            return None
        raise Broken(f"The folder {folder.name} cannot be opened: {client.words(problem)}") from None


def new_in(box: Imap, spot: Spot, validity: int, now: datetime) -> list[int]:
    if spot.validity == validity:
        # "n:*" names the last mail even where it is older than n.
        found = box.search([b"UID", f"{spot.uid + 1}:*".encode()])
        return sorted(uid for uid in found if uid > spot.uid)
    since = now - (ANEW if spot.validity else AT_FIRST)
    return sorted(box.search(["SINCE", since.date()]))


def last_uid(box: Imap) -> int:
    return max(box.search([b"UID", b"*"]), default=0)


def taken(box: Imap, account: AccountSide, folder: Folder, uid: int, cursor: str) -> Iterator[Arrival]:
    """The mail, unless it went away meanwhile. What is too big is fetched as far as the limit goes."""
    part = f"BODY.PEEK[]<0.{MOST_BYTES}>".encode()
    told = box.fetch([uid], [b"RFC822.SIZE", b"INTERNALDATE", part]).get(uid, {})
    raw = next((value for name, value in told.items() if name.startswith(b"BODY[]")), None)
    if raw is None:
        return
    headers = around(account, folder, raw, told)
    yield Arrival(raw=raw, cursor=cursor, url=f"imap:{folder.name}", headers=headers)


def around(account: AccountSide, folder: Folder, raw: bytes, told: dict[Any, Any]) -> Headers:
    """What only we know: who we are, where it lay, and which marks in it are certainly ours."""
    head, _notes = mime.read(raw[: mime.HEADERS_BYTES])
    named = ("reply-to",) if folder.is_sent else ("delivered-to", "x-original-to", "to", "cc")
    case = tokens.case_named(account, head, named)
    size = int(told.get(b"RFC822.SIZE") or 0)
    stored = told.get(b"INTERNALDATE")
    found = {
        "content-type": "message/rfc822",
        "x-account": tokens.own_address(account),
        "x-account-names": names(account),
        "x-authserv": str(account.settings.get("authserv_id") or "").strip(),
        "x-folder": "sent" if folder.is_sent else "inbox",
        "x-own": " ".join(tokens.own_ids(account, raw)),
        "x-case": f"case:{case}" if case else "",
        "x-stored-at": moment(stored) if isinstance(stored, datetime) else "",
        "x-cut-from": str(size) if size > MOST_BYTES else "",
    }
    return {name: value for name, value in found.items() if value}


def names(account: AccountSide) -> str:
    """All our addresses: the account's, and the one that it logs in with."""
    told = (tokens.own_address(account), str(account.settings.get("user") or "").strip().lower())
    return " ".join(dict.fromkeys(each for each in told if fields.mail_address(each)))


def moment(at: datetime) -> str:
    return (at if at.tzinfo else at.astimezone()).astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")


# Waiting for news -----------------------------------------------------------------------------------------------


def stream(account: AccountSide, cursor: str) -> Iterator[Arrival]:
    """IDLE on the inbox, from now on; what came before is the poll's. Ends when the connection does."""
    folder = folders(account)[-1]
    with opened(account, None) as box:
        if not box.has_capability("IDLE"):
            raise Trouble(N_("The server cannot wait for mail (IDLE); it is asked once a minute."))
        validity = select(box, folder) or 0
        known = Spot.read(cursor)
        spot = known if known.validity == validity else Spot(validity, last_uid(box))
        yield Arrival(raw=b"", cursor=str(spot))
        while True:
            for is_news in waited(box):
                if not is_news:
                    yield Arrival(raw=b"", cursor=str(spot))
            for uid in new_in(box, spot, validity, datetime.now(UTC)):
                spot = Spot(validity, uid)
                yield from taken(box, account, folder, uid, str(spot))


def waited(box: Imap) -> Iterator[bool]:
    """False for each sign of life; ends with news, or when the wait must be renewed."""
    box.idle()
    begun = time.monotonic()
    try:
        while time.monotonic() < begun + IDLE_FOR:
            told = box.idle_check(timeout=LOOK_EVERY)
            if any(len(each) > 1 and each[1] in {b"EXISTS", b"RECENT"} for each in told):
                yield True
                return
            if any(each and each[0] == b"BYE" for each in told):
                raise Broken("The server ended the wait.")
            if not told and not is_alive(box):
                raise Broken("The connection is gone.")
            yield False  # Dovecot's "* OK Still here" is no news either
    finally:
        with contextlib.suppress(IMAPClientError, OSError):
            box.idle_done()


def is_alive(box: Imap) -> bool:
    return bool(box.socket().fileno() >= 0)


# What was -------------------------------------------------------------------------------------------------------


def backfill(account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """All since then, folder by folder, oldest first. The cursor names the folder and the place in it."""
    at, _bar, told = cursor.partition("|")
    begun = Spot.read(told)
    with opened(account, None) as box:
        for number, folder in enumerate(folders(account)):
            validity = select(box, folder)
            if validity is None or (at.isdecimal() and number < int(at)):
                continue
            known = begun.uid if at == str(number) and begun.validity == validity else 0
            for uid in sorted(uid for uid in box.search(["SINCE", since.date()]) if uid > known):
                yield from taken(box, account, folder, uid, f"{number}|{Spot(validity, uid)}")


def fetch(account: AccountSide, item: str, now: datetime) -> Found | Hidden:
    """One mail, wherever it lies in our folders. That it is in none says nothing: people move mails."""
    if fields.ids(item) != [item] or not item.isascii():
        return Hidden(N_("That is no mail that can be asked for."))
    with opened(account, A_TURN) as box:
        for folder in folders(account):
            if select(box, folder) is None:
                continue
            for uid in box.search(["HEADER", "Message-ID", item])[:1]:
                if found := list(taken(box, account, folder, uid, "")):
                    return Found(tuple(found))
    return Hidden(N_("The mail lies in none of the folders that we read."))
