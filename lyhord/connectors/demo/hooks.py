"""The hook of the demo network: signed bytes in, challenges answered."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from lyhord.channels.contract import Answer, Event, Request, Unreadable
from lyhord.connectors.demo import parser

SIGNATURE = "x-demo-signature"


def signature(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(request: Request, secrets: Mapping[str, str]) -> bool:
    """A GET carries the secret's own proof in its query; a POST is signed over its raw body."""
    secret = secrets.get("hook_secret", "")
    if not secret:
        return False
    if request.method == "GET":
        given = asked(request, "proof")
        return hmac.compare_digest(
            given.encode(), signature(asked(request, "challenge").encode(), secret).encode()
        )
    given = request.headers.get(SIGNATURE, "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), signature(request.body, secret).encode())


def answer(request: Request, secrets: Mapping[str, str]) -> Answer | None:
    """The challenge comes back; one who asks to be forgotten is told under which code to ask how it went."""
    if request.method == "GET":
        challenge = asked(request, "challenge")
        return Answer(200, challenge.encode()) if challenge else None
    if b'"erasure"' not in request.body:
        return None  # the network writes the word plainly; reading each hook took most of the door's time
    try:
        items = parser.parse(request.body)
    except Unreadable:
        return None
    keys = [item.key for item in items if isinstance(item, Event) and item.kind == "erasure"]
    if not keys:
        return None
    code = hashlib.sha256(keys[0].encode()).hexdigest()[:16]
    return Answer(200, json.dumps({"confirmation_code": code}).encode(), "application/json")


def asked(request: Request, name: str) -> str:
    return parse_qs(urlsplit(request.url).query).get(name, [""])[0]
