"""Writing down what no program reads: posts in other people's places, calls, and that an answer was posted there."""

import base64
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels.models import Account
from lyhord.desk.queries.by_hand import BY_HAND, PHONE, PLACE
from lyhord.intake import actions as intake
from lyhord.intake.models import Post
from lyhord.lib.errors import LyhordError
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch
from lyhord.staff import audit, mandates
from lyhord.staff.models import User


class NotByHand(LyhordError):
    """The account is of a network that brings its own news."""


@transaction.atomic
def write_seen(account: Account, words: dict[str, Any], *, form_key: UUID, by: User, now: datetime) -> None:
    """Keep what somebody saw. The same form twice is one post. Raises NotYours and NotByHand."""
    require(account, PLACE, by)
    picture = words.get("picture")
    told = {name: value for name, value in words.items() if value not in (None, "", False)}
    told |= {"at": (words.get("at") or now).isoformat()}
    if picture:
        told |= {"picture": base64.b64encode(picture).decode(), "picture_name": "picture"}
    put(account, told, form_key, now)
    audit.record("account.seen_by_hand", account, by=by, now=now)


@transaction.atomic
def write_call(account: Account, words: dict[str, Any], *, form_key: UUID, by: User, now: datetime) -> None:
    """Keep a note of a call. The same form twice is one call. Raises NotYours and NotByHand."""
    require(account, PHONE, by)
    told = {name: value for name, value in words.items() if value not in (None, "")}
    told |= {"at": (words.get("at") or now).isoformat(), "country": country(account)}
    put(account, told, form_key, now)
    audit.record("account.call_noted", account, by=by, now=now)


@transaction.atomic
def bring_log(account: Account, log: bytes, *, by: User, now: datetime) -> bool:
    """Keep the log of a telephone exchange; False if the same was read before. Raises NotYours and NotByHand."""
    require(account, PHONE, by)
    headers = {
        "content-type": "text/csv",
        "x-account": account.native,
        "x-country": country(account),
        "x-zone": settings.TIME_ZONE,
        "x-line": account.native.removeprefix("tel:"),
    }
    envelope = intake.receive(account.app, account, log, headers, "/by-hand/log/", "POST", now)
    audit.record("account.call_log", account, by=by, now=now, size=len(log))
    return envelope is not None


@transaction.atomic
def looked(post: Post, outcome: str, *, form_key: UUID, by: User, now: datetime) -> None:
    """Somebody looked again: it "stands" there or is "gone". Raises NotYours and NotByHand."""
    require(post.account, PLACE, by)
    told = {"what": "looked", "item": post.native, "outcome": outcome, "at": now.isoformat()}
    put(post.account, told, form_key, now)
    audit.record("account.looked_again", post.account, by=by, now=now, outcome=outcome)


def posted(dispatch: Dispatch, link: str, *, by: User, now: datetime) -> None:
    """An answer was posted, or a caller called back. A place that can be linked to needs its link as proof."""
    mandates.require(by, "reply", dispatch)
    if dispatch.account.connector not in BY_HAND:
        raise NotByHand(_("This network is spoken with by lyhord itself."))
    if dispatch.account.connector == PLACE and not link:
        raise NotByHand(_("Give the link to where it stands; it is the proof."))
    outbox.done_by_hand(dispatch, by, now, link)


def require(account: Account, connector: str, by: User) -> None:
    mandates.require(by, "reply", account)
    if account.connector != connector:
        raise NotByHand(_("This network is spoken with by lyhord itself."))


def country(account: Account) -> str:
    return str(account.settings.get("country") or "46")


def put(account: Account, words: dict[str, Any], form_key: UUID, now: datetime) -> None:
    told = words | {"form_key": str(form_key), "account": account.native}
    raw = json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    intake.receive(account.app, account, raw, {"content-type": "application/json"}, "/by-hand/", "POST", now)
