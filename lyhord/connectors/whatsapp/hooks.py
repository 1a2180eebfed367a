"""WhatsApp's webhook: Meta's challenge once, then signed bytes."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from lyhord.channels.contract import Answer, Request

SIGNATURE = "x-hub-signature-256"
SCHEME = "sha256="


def signature(body: bytes, secret: str) -> str:
    return SCHEME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(request: Request, secrets: Mapping[str, str]) -> bool:
    """A GET names the token that we gave to Meta; a POST is signed with the app's secret over its raw bytes."""
    if request.method == "GET":
        token = secrets.get("verify_token", "")
        is_asking = asked(request, "hub.mode") == "subscribe"
        return bool(token) and is_asking and same(asked(request, "hub.verify_token"), token)
    secret = secrets.get("app_secret", "")
    if request.method != "POST" or not secret:
        return False
    return same(request.headers.get(SIGNATURE, ""), signature(request.body, secret))


def same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


def answer(request: Request) -> Answer | None:
    """The challenge comes back as it was."""
    challenge = asked(request, "hub.challenge") if request.method == "GET" else ""
    return Answer(200, challenge.encode("utf-8", "replace")) if challenge else None


def asked(request: Request, name: str) -> str:
    return parse_qs(urlsplit(request.url).query).get(name, [""])[0]
