"""Keys to the API: who asks, within which scopes, how often, and once only where an Idempotency-Key says so."""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from lyhord.lib import crypto
from lyhord.lib.errors import LyhordError
from lyhord.staff import keyring
from lyhord.staff.actions.keys import PREFIX
from lyhord.staff.limits import API_WRONG_KEY, Limit, Taken, network_of, take_some
from lyhord.staff.models import ApiKey, Kept, User
from lyhord.web import api

GetResponse = Callable[[HttpRequest], HttpResponse]

# These ask a network first and then write in a transaction of their own: one around it all would hold SQLite's write lock
# for as long as the network takes.
TALKING = re.compile(r"^/api/v1/accounts(/\d+/(test|renew))?/?$")
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN_EVERY = timedelta(minutes=1)
AHEAD = 10  # calls that a process takes from the bucket at once
AT_WORK = timedelta(minutes=2)  # longer than any request may take; then the one before was killed
KEY_MOST = 100
# Refusals that say nothing of the wish itself: the same wish may well be granted a moment later.
PASSING = frozenset({401, 408, 425, 429})


class ScopeMissing(LyhordError):
    """The key may not do this, although its owner may."""

    status = 403


class Bearer(HttpBearer):
    """`Authorization: Bearer lyh_...`. Without a scope of its own a route asks for read or write by its method.

    `request.auth` and `request.user` are the key's owner, whose mandates hold as in the pages.
    """

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        key = key_of(request)
        if key is None:
            return None
        require_scopes(request, [self.scope or ("read" if request.method in READING else "write")])
        request.user = key.user
        return key.user


def require_scopes(request: HttpRequest, scopes: Iterable[str]) -> None:
    """Raises ScopeMissing unless the key that is called with has all of them."""
    key = key_of(request)
    lacking = sorted(set(scopes) - set(key.scopes if key is not None else []))
    if lacking:
        raise ScopeMissing(
            _("This key lacks the scope %(scope)s. Make one that has it.") % {"scope": ", ".join(lacking)}
        )


def key_of(request: HttpRequest) -> ApiKey | None:
    """The living key that the request carries. Looked up once a request."""
    if not hasattr(request, "api_key"):
        scheme, _space, plain = request.headers.get("Authorization", "").partition(" ")
        found = living(plain.strip(), timezone.now()) if scheme.lower() == "bearer" else None
        request.api_key = found  # type: ignore[attr-defined]
    key: ApiKey | None = request.api_key  # type: ignore[attr-defined]
    return key


def living(plain: str, now: datetime) -> ApiKey | None:
    if not plain.startswith(PREFIX):
        return None
    # By its digest: how long the look-up takes tells nothing of other keys.
    keys = ApiKey.objects.select_related("user").filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        digest=crypto.digest(plain), revoked_at=None, user__is_active=True,
    )  # fmt: skip
    key = keys.first()
    if key is not None and (key.last_used_at is None or key.last_used_at <= now - SEEN_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


# How often ------------------------------------------------------------------------------------------------------


def api_limit() -> Limit:
    """LYHORD_API_BURST calls at once, refilled at LYHORD_API_PER_SECOND."""
    burst = settings.LYHORD_API_BURST
    return Limit("api key", burst, timedelta(seconds=burst / settings.LYHORD_API_PER_SECOND))


class Pace:
    """How often a key may call, for all processes together.

    Each process takes some calls ahead from the bucket in the database and spends them from memory, so that most calls
    cost no write. What it took and did not spend within a second is lost to the key, never won.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.ahead: dict[
            int, tuple[int, float, Taken]
        ] = {}  # key -> calls ahead, until when, as the bucket stood
        self.lock = threading.Lock()

    def take(self, key: int, now: datetime) -> Taken:
        limit, at = api_limit(), self.clock()
        with self.lock:
            left, until, seen = self.ahead.get(key, (0, 0.0, Taken(True, 0, 0, 0)))
            if left and at < until:
                self.ahead[key] = (left - 1, until, seen)
                return replace(seen, left=seen.left + left - 1)
            self.ahead = {one: held for one, held in self.ahead.items() if held[1] > at}
        some = max(1, min(AHEAD, limit.size // 10))
        taken = take_some(limit, str(key), now, some)
        if not taken.is_allowed and some > 1:
            return take_some(limit, str(key), now, 1)
        with self.lock:
            self.ahead[key] = (some - 1, at + 1, taken)
        return replace(taken, left=taken.left + some - 1)


class ApiDoor:
    """Middleware for `/api/`: pace, one outcome for each Idempotency-Key, and nothing for caches on the way."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.pace = Pace()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        response = self.answered(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def answered(self, request: HttpRequest) -> HttpResponse:
        key, now = key_of(request), timezone.now()
        if key is None:
            return self.without_key(request, now)
        taken = self.pace.take(key.pk, now)
        if taken.is_allowed:
            wish = request.headers.get("Idempotency-Key", "")
            is_plain = not wish or request.method in READING
            response = (
                self.get_response(request)
                if is_plain
                else once(request, key.user, wish, self.get_response, now=now)
            )
        else:
            response = too_many(_("Too many calls with this key. Wait a moment."), taken)
        # draft-ietf-httpapi-ratelimit-headers-07, the last with a header each; what programs know today.
        response.headers["RateLimit-Limit"] = str(settings.LYHORD_API_BURST)
        response.headers["RateLimit-Remaining"] = str(taken.left if taken.is_allowed else 0)
        response.headers["RateLimit-Reset"] = str(ceil(taken.reset))
        return response

    def without_key(self, request: HttpRequest, now: datetime) -> HttpResponse:
        """Wrong keys are counted by network; a right one from there still works."""
        if "Authorization" in request.headers:
            taken = take_some(API_WRONG_KEY, network_of(request), now, 1)
            if not taken.is_allowed:
                return too_many(
                    _("Too many calls with a wrong key. Check the key, and wait a moment."), taken
                )
        return self.get_response(request)


def too_many(words: str, taken: Taken) -> HttpResponse:
    response: HttpResponse = api.problem("too_many", words, 429)
    response.headers["Retry-After"] = str(max(ceil(taken.wait), 1))
    return response


# Once only ------------------------------------------------------------------------------------------------------


class Undo(Exception):
    """Carries the answer of work that must leave no trace."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def once(request: HttpRequest, user: User, wish: str, work: GetResponse, *, now: datetime) -> HttpResponse:
    """Do `work` and keep its outcome for a day, or give the outcome that was kept.

    Work and outcome are one transaction: a killed process leaves neither. A failure of ours (5xx) is not kept, so the
    same key may try again; a refusal is, and leaves nothing else behind.
    """
    if len(wish) > KEY_MOST:
        told = _("The Idempotency-Key has %(length)s characters; at most %(most)s are kept.")
        return api.problem("invalid", told % {"length": len(wish), "most": KEY_MOST}, 422)
    asked = asked_for(request)
    row, is_ours = reserved(user, wish, asked, now)
    if row.request != asked:
        told = _("This Idempotency-Key was used for another request. Make a new key for each request.")
        return api.problem("key_reused", told, 422)
    if row.status is not None:
        return kept_answer(row)
    if not is_ours:
        told = _("A request with this Idempotency-Key is at work. Ask again in a moment.")
        return api.problem("at_work", told, 409)
    return worked(request, row, work)


def asked_for(request: HttpRequest) -> str:
    whole = b"\n".join([str(request.method).encode(), request.get_full_path().encode(), request.body])
    return hashlib.sha256(whole).hexdigest()


def reserved(user: User, wish: str, asked: str, now: datetime) -> tuple[Kept, bool]:
    """The row of this key, and whether the work is ours to do."""
    row, is_new = Kept.objects.get_or_create(user=user, key=wish, defaults={"request": asked, "at": now})
    if is_new:
        return row, True
    if row.status is None and row.at <= now - AT_WORK and row.request == asked:
        # Who began it was killed, and its transaction with it.
        took = Kept.objects.filter(pk=row.pk, status=None, at=row.at).update(at=now)
        row.at = now if took else row.at
        return row, bool(took)
    return row, False


def worked(request: HttpRequest, row: Kept, work: GetResponse) -> HttpResponse:
    try:
        with nullcontext() if TALKING.match(request.path) else transaction.atomic():
            response = work(request)
            if response.status_code >= 400:
                raise Undo(response)
            if response.streaming:  # a file is made anew each time it is asked for
                Kept.objects.filter(pk=row.pk, status=None, at=row.at).delete()
            else:
                keep(row, response)
    except Undo as undone:
        response = undone.response
        if response.status_code >= 500 or response.status_code in PASSING:
            Kept.objects.filter(pk=row.pk, status=None, at=row.at).delete()
        else:
            keep(row, response)
    except BaseException:
        Kept.objects.filter(pk=row.pk, status=None, at=row.at).delete()
        raise
    return response


def keep(row: Kept, response: HttpResponse) -> None:
    done = Kept.objects.filter(pk=row.pk, status=None, at=row.at).update(
        status=response.status_code,
        # Sealed: an answer may hold a fresh API key, which is shown once and kept nowhere.
        body=keyring.ring().seal(response.content.decode(), table="staff_kept", column="body", row=row.pk),
        kind=response.headers.get("Content-Type", "")[:100],
    )
    if not done:
        raise IntegrityError("Another process took this Idempotency-Key over; what was done here is undone.")


def kept_answer(row: Kept) -> HttpResponse:
    body = keyring.ring().open(row.body, table="staff_kept", column="body", row=row.pk)
    response = HttpResponse(body, status=row.status, content_type=row.kind or "application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response
