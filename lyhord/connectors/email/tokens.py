"""Marks by which we know our own mails again, and the address of each case. Pure.

Both are signed with 128 bits of an HMAC under a secret of this account: a Message-ID or an address that somebody made up
is a stranger's (FreeScout CVE-2026-47123, Zendesk CVE-2024-49193).
"""

import base64
import hashlib
import hmac
import re

from lyhord.channels.contract import AccountSide
from lyhord.connectors.email.fields import addresses
from lyhord.connectors.email.mime import Part

OWN = re.compile(
    r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([0-9a-f]{32})@[^<>\s@]{1,190}>",
    re.IGNORECASE,
)
SOFT_BREAK = re.compile(rb"=\r?\n|\r?\n[ \t]")  # what cuts a long id in a mail that is returned to us
TOKEN = re.compile(r"c([a-z2-7]{37})")
LOCAL = 64  # longest local part (RFC 5321, 4.5.3.1.1)
MOST = 200
REACH = 2 * 1024 * 1024  # bytes of a mail in which our ids are looked for


def secret(account: AccountSide) -> str:
    """Made for the account when it was registered here; "" for one that is not yet."""
    return account.app.get("hook_secret", "")


def sign(account: AccountSide, purpose: str, data: bytes) -> bytes:
    key = secret(account).encode()
    return hmac.digest(key, purpose.encode() + b"\0" + data, "sha256")[:16]


def own_address(account: AccountSide) -> str:
    return str(account.settings.get("address") or "").strip().lower()


def message_id(account: AccountSide, key: str) -> str:
    """The same at each attempt, so that a mail sent twice is one to whoever gets it."""
    domain = own_address(account).rpartition("@")[2]
    return f"<{key.lower()}.{sign(account, 'message-id', key.lower().encode()).hex()}@{domain}>"


def is_own(account: AccountSide, told: str) -> bool:
    found = OWN.fullmatch(told)
    if found is None or not secret(account):
        return False
    right = sign(account, "message-id", found[1].lower().encode()).hex()
    return hmac.compare_digest(right, found[2].lower())


def own_ids(account: AccountSide, raw: bytes) -> list[str]:
    """Ids in a mail that are certainly ours; all others that look so are a stranger's."""
    text = SOFT_BREAK.sub(b"", raw[:REACH]).decode("ascii", "replace")
    found = dict.fromkeys(match[0] for match in OWN.finditer(text))
    return [each for each in list(found)[:MOST] if is_own(account, each)]


def key_of(told: str) -> str:
    """The key of the dispatch in an id of ours; the caller knows that it is."""
    found = OWN.fullmatch(told)
    return found[1].lower() if found else ""


# One address a case ---------------------------------------------------------------------------------------------


def token(account: AccountSide, thread: str, person: str) -> str:
    """37 signs: which case and whom (56 bits of a digest), and 128 bits that nobody guesses."""
    case = hashlib.sha256(f"{thread}\0{person}".encode()).digest()[:7]
    return base64.b32encode(case + sign(account, "case", case)).decode().rstrip("=").lower()


def case_address(account: AccountSide, thread: str, person: str) -> str:
    """The address at which answers of this person in this case arrive, as in help+c2f...@brand.example.

    "" where the account has none: not every server takes such addresses, and a name may be too long for one.
    """
    local, _at, domain = own_address(account).rpartition("@")
    if not account.settings.get("plus_addressing") or not local or not secret(account):
        return ""
    mailbox = f"{local}+c{token(account, thread, person)}"
    return f"{mailbox}@{domain}" if len(mailbox) <= LOCAL else ""


def case_of(account: AccountSide, told: str) -> str:
    """The token of an address of a case of ours, "" if it is none or was made up."""
    local, _at, domain = told.lower().rpartition("@")
    ours, _at, our_domain = own_address(account).rpartition("@")
    name, _plus, given = local.rpartition("+")
    found = TOKEN.fullmatch(given)
    if found is None or name != ours or domain != our_domain or not secret(account):
        return ""
    data = base64.b32decode(found[1].upper() + "===")
    return found[1] if hmac.compare_digest(sign(account, "case", data[:7]), data[7:23]) else ""


def case_named(account: AccountSide, mail: Part, names: tuple[str, ...]) -> str:
    """The token of the first address of a case among those headers."""
    told = (each.address for name in names for value in mail.all(name) for each in addresses(value))
    return next((found for address in told if (found := case_of(account, address))), "")
