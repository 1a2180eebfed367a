"""Whether LinkedIn itself speaks: its challenge, and the signature of its news (docs: Webhook validation; read 2026-11-22).

Both are hex HMAC-SHA256 under the app's client secret: of the challenge code as it is, of news with "hmacsha256=" before the body.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from lyhord.channels.contract import Answer, Request

HEADER = "x-li-signature"
LONGEST = 200  # of a challenge code, a UUID


def signed(secret: str, content: bytes) -> str:
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def is_signed(request: Request, secrets: Mapping[str, str]) -> bool:
    secret = secrets.get("client_secret", "")
    if not secret or request.method != "POST":
        return False
    given = request.headers.get(HEADER, "").strip().removeprefix("hmacsha256=")
    right = signed(secret, b"hmacsha256=" + request.body)
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


def challenged(request: Request, secrets: Mapping[str, str]) -> Answer | None:
    """LinkedIn asks at registration and every two hours, and wants to hear within three seconds."""
    secret = secrets.get("client_secret", "")
    if request.method != "GET" or not secret:
        return None
    try:
        code = parse_qs(urlsplit(request.url).query).get("challengeCode", [""])[0]
    except ValueError:
        return None
    if not code or len(code) > LONGEST:
        return None
    told = {"challengeCode": code, "challengeResponse": signed(secret, code.encode("utf-8", "replace"))}
    return Answer(200, json.dumps(told).encode(), "application/json")
