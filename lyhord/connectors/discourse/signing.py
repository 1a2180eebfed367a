"""Whether the forum itself sent a webhook.

X-Discourse-Event-Signature is `sha256=` and the hex HMAC-SHA256 of the raw body under the webhook's secret (source of
Discourse: jobs/regular/emit_web_hook_event.rb; read 2026-11-22).
"""

import hashlib
import hmac

from lyhord.channels.contract import Request

HEADER = "x-discourse-event-signature"


def is_signed(request: Request, secret: str) -> bool:
    if not secret or request.method != "POST":
        return False
    given = request.headers.get(HEADER, "").encode("utf-8", "replace")
    return hmac.compare_digest(given, signature(request.body, secret).encode())


def signature(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
