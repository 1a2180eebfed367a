"""The hook of a Meta app: one address for pages, Messenger and Instagram, and for the two callbacks about people.

Docs read 2026-11-22: Webhooks, Getting started; Data deletion request callback; Deauthorize callback.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from lyhord.channels.contract import Answer, Request
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

SIGNATURE = "x-hub-signature-256"
FORM = "application/x-www-form-urlencoded"
STATUS = "erasure"  # in the query of the address where a person asks how her deletion goes
ASKED = (
    "Your wish that we delete what we hold of you has reached us under the code {code}. The people who answer for "
    "this service carry it out within 30 days. If you hear nothing, write to them and name the code."
)


def verify(request: Request, secrets: Mapping[str, str]) -> bool:
    """The app's secret signs the raw body; of the two callbacks about people it signs the form's one field."""
    secret = secrets.get("app_secret", "")
    if not secret or request.method != "POST":
        return False
    signed = signed_request_in(request.body, request.headers)
    if signed:
        return opened(signed, secret) is not None
    wanted = "sha256=" + hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    given = request.headers.get(SIGNATURE, "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def answer(request: Request, secrets: Mapping[str, str]) -> Answer | None:
    """The challenge with which Meta tries the address; a code for one who wants to be forgotten."""
    asked = parse_qs(urlsplit(request.url).query)
    if request.method in {"GET", "HEAD"}:
        return challenged(asked, secrets.get("hook_secret", ""))
    signed = signed_request_in(request.body, request.headers)
    told = opened(signed, secrets.get("app_secret", "")) if signed else None
    if told is None or is_deauthorizing(request.url):
        return None
    code = code_of(told)
    place = urlsplit(request.url)._replace(query=f"{STATUS}={code}", fragment="").geturl()
    return Answer(200, orjson.dumps({"url": place, "confirmation_code": code}), "application/json")


def challenged(asked: Mapping[str, list[str]], token: str) -> Answer | None:
    code = asked.get(STATUS, [""])[0]
    if code.isalnum() and code.isascii() and len(code) == 16:
        return Answer(200, ASKED.format(code=code).encode())
    given, challenge = asked.get("hub.verify_token", [""])[0], asked.get("hub.challenge", [""])[0]
    if asked.get("hub.mode") != ["subscribe"] or not challenge or not token:
        return None
    if not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        return Answer(403, b"The verify token is not ours.")
    return Answer(200, challenge.encode())


def is_deauthorizing(url: str) -> bool:
    return "deauthorize" in parse_qs(urlsplit(url).query, keep_blank_values=True)


def signed_request_in(body: bytes, headers: Mapping[str, str]) -> str:
    """The field of the form; "": this is no such callback."""
    is_form = headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
    if not (is_form or body.startswith(b"signed_request=")) or len(body) > 20_000:
        return ""
    return parse_qs(body.decode("ascii", "replace")).get("signed_request", [""])[0]


def opened(signed: str, secret: str) -> Mapping[str, Any] | None:
    """What a signed_request says; None if the app's secret did not sign it."""
    mark, _dot, payload = signed.partition(".")
    wanted = hmac.new(secret.encode(), payload.encode("utf-8", "replace"), hashlib.sha256).digest()
    given = unpacked(mark)
    # Some alphabets of base64 have several spellings for one value; only the usual one is taken.
    if not secret or given is None or packed(given) != mark.rstrip("="):
        return None
    return said(signed) if hmac.compare_digest(given, wanted) else None


def said(signed: str) -> Mapping[str, Any] | None:
    """The words of a signed_request, whoever signed it."""
    payload = unpacked(signed.partition(".")[2])
    try:
        told = jsons.read(payload) if payload is not None else None
    except BadJson:
        return None
    return told if isinstance(told, Mapping) else None


def code_of(told: Mapping[str, Any]) -> str:
    """The same code for the same wish, which comes again if our answer was lost."""
    wish = f"{told.get('user_id')}:{told.get('issued_at')}"
    return hashlib.sha256(wish.encode("utf-8", "replace")).hexdigest()[:16]


def unpacked(told: str) -> bytes | None:
    try:
        bare = told.rstrip("=")
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
