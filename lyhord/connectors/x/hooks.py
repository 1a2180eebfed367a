"""X's webhook: the challenge that proves that we hold the consumer secret, and signed bytes.

X: Webhooks, Challenge-response checks and Securing webhooks (read 2026-11-22).
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from lyhord.channels.contract import Answer, Request

SIGNATURE = "x-twitter-webhooks-signature"
CONSUMER = "consumer_secret"
# X signs its challenge and its news with one secret in one way: who may choose the challenge could have a body signed. No
# body of X's is made of these letters alone, so what we sign here is never taken for one.
CHALLENGE = re.compile(r"[A-Za-z0-9_=-]{1,300}")


def signature(body: bytes, secret: str) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def verify(request: Request, secrets: Mapping[str, str]) -> bool:
    """A GET proves nothing of who asks: X signs it not. It gets a proof that only the secret gives, and no other word."""
    secret = secrets.get(CONSUMER, "")
    if not secret:
        return False
    if request.method == "GET":
        return bool(asked(request))
    given = request.headers.get(SIGNATURE, "")
    return request.method == "POST" and hmac.compare_digest(
        given.encode("utf-8", "replace"), signature(request.body, secret).encode()
    )


def answer(request: Request, secrets: Mapping[str, str]) -> Answer | None:
    if request.method != "GET" or not asked(request) or not secrets.get(CONSUMER):
        return None
    token = signature(asked(request).encode("utf-8", "replace"), secrets[CONSUMER])
    return Answer(200, json.dumps({"response_token": token}).encode(), "application/json")


def asked(request: Request) -> str:
    token = parse_qs(urlsplit(request.url).query).get("crc_token", [""])[0]
    return token if CHALLENGE.fullmatch(token) else ""
