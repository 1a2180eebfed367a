"""Signatures of Standard Webhooks, both ways (standardwebhooks.com, specification 1.0.0; read 2026-11). Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

PREFIX = "whsec_"
LEAST_CHARACTERS = 24
TOLERANCE = 300  # seconds by which the two clocks may differ
LONGEST = 2_000  # of a header; more signatures than a change of secrets needs


def key_of(secret: str) -> bytes:
    """whsec_ and base64, as Standard Webhooks has it; any other secret counts by its own characters."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            return b""
    return secret.encode("utf-8", "surrogatepass")


def signature(key: bytes, ident: str, at: int, body: bytes) -> str:
    signed = f"{ident}.{at}.".encode("utf-8", "surrogatepass") + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secret: str, ident: str, at: int, body: bytes) -> dict[str, str]:
    return {
        "webhook-id": ident,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(key_of(secret), ident, at, body),
    }


def is_signed(secret: str, told: Mapping[str, str], body: bytes, now: float) -> bool:
    """One of the signatures given is right, and the time is near ours: what was caught cannot be sent again later."""
    off = seconds_off(secret, told, body, now)
    return off is not None and abs(off) <= TOLERANCE


def seconds_off(secret: str, told: Mapping[str, str], body: bytes, now: float) -> float | None:
    """How far the sender's time is ahead of ours; None if no signature is right."""
    key, ident, stamp = key_of(secret), told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    if not key or not ident or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return None
    given = told.get("webhook-signature", "")[:LONGEST].split(" ")
    expected = signature(key, ident, int(stamp), body).encode()
    # All are compared, so that the time tells nothing of which was right.
    found = [hmac.compare_digest(each.encode("utf-8", "replace"), expected) for each in given]
    return int(stamp) - now if any(found) else None


def is_bearer(secret: str, told: Mapping[str, str]) -> bool:
    scheme, _blank, given = told.get("authorization", "").partition(" ")
    is_right = hmac.compare_digest(
        given.strip().encode("utf-8", "replace"), secret.encode("utf-8", "replace")
    )
    return bool(secret) and scheme.lower() == "bearer" and is_right
