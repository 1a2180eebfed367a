"""What people set for themselves: profile, duty, sessions."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.staff import audit
from lyhord.staff.actions.shared import forget_sessions, name_of, rights_changed
from lyhord.staff.models import LogIn, User
from lyhord.web import changes

CHOICES: dict[str, frozenset[Any]] = {
    "theme": frozenset({"auto", "light", "dark"}),
    "density": frozenset({"comfortable", "normal", "compact"}),
    "undo_seconds": frozenset({0, 5, 10, 30}),
    "sends_with_enter": frozenset({True, False}),
    "has_keys": frozenset({True, False}),
}
FREE = frozenset({"name", "signature", "speaks", "language", "time_zone", "keys"})
SIGNATURE_MOST = 60


class BadSetting(LyhordError):
    """A setting that cannot have this value."""

    status = 422


@transaction.atomic
def change_profile(user: User, *, now: datetime, **fields: Any) -> User:
    """Set some of: name signature speaks language time_zone theme density undo_seconds sends_with_enter has_keys keys."""
    for field, value in fields.items():
        setattr(user, field, checked(field, value))
    user.save(update_fields=list(fields))
    audit.record("person.profile", user, by=user, now=now, fields=sorted(fields))
    return user


def checked(field: str, value: Any) -> Any:
    if field == "name":
        return name_of(value)
    if field in CHOICES and value in CHOICES[field]:
        return value
    if field in FREE:
        return FREE_FIELDS[field](value)
    raise BadSetting(_("%(field)s cannot be %(value)s.") % {"field": field, "value": value})


def signature(value: str) -> str:
    text = " ".join(clean(value).split())
    if len(text) > SIGNATURE_MOST:
        over = {"length": len(text), "most": SIGNATURE_MOST}
        raise BadSetting(
            _("The signature has %(length)s characters; at most %(most)s fit. Shorten it.") % over
        )
    return text


def language(value: str) -> str:
    if value and value not in dict(settings.LANGUAGES):
        raise BadSetting(_("Pages are not translated to this language."))
    return value


def time_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key if value else ""
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise BadSetting(_("There is no such time zone. Write it like Europe/Helsinki.")) from problem


def speaks(value: str) -> str:
    """Language codes with spaces between: "sv fi en"."""
    codes = list(dict.fromkeys(value.lower().replace(",", " ").split()))
    if any(
        not (code.replace("-", "").isascii() and code.replace("-", "").isalpha() and len(code) <= 8)
        for code in codes
    ):
        raise BadSetting(_("Write languages as codes with spaces between, like sv fi en."))
    if len(" ".join(codes)) > 60:
        raise BadSetting(_("At most 60 characters of language codes are stored. Name fewer."))
    return " ".join(codes)


def keys(value: Any) -> dict[str, str]:
    """command -> key, where it differs from the usual map. Two commands cannot have one key."""
    if not isinstance(value, dict) or len(value) > 100:
        raise BadSetting(_("Shortcuts are pairs of a command and a key."))
    pairs = {clean(str(command))[:40]: clean(str(key)).strip()[:12] for command, key in value.items()}
    taken = [key for key in pairs.values() if key]
    if len(set(taken)) < len(taken):
        twice = next(key for key in taken if taken.count(key) > 1)
        raise BadSetting(_("The key %(key)s is given to two commands. Give each its own.") % {"key": twice})
    return pairs


FREE_FIELDS = {
    "signature": signature,
    "language": language,
    "time_zone": time_zone,
    "speaks": speaks,
    "keys": keys,
}


# Duty -----------------------------------------------------------------------------------------------------------


def go_on_duty(user: User, *, now: datetime) -> None:
    """From now on new conversations may come to the person."""
    switch(user, True, now)


def go_off_duty(user: User, *, now: datetime) -> None:
    switch(user, False, now)


@transaction.atomic
def switch(user: User, is_on: bool, now: datetime) -> None:
    since = now if is_on else None
    if (
        not User.objects.filter(pk=user.pk, is_active=True)
        .exclude(is_on_duty=is_on)
        .update(is_on_duty=is_on, on_duty_since=since)
    ):
        return  # she is already: clicking twice changes nothing
    user.is_on_duty, user.on_duty_since = is_on, since
    audit.record("person.on_duty" if is_on else "person.off_duty", user, by=user, now=now)
    changes.note("roster", user.pk, now=now)


# Sessions -------------------------------------------------------------------------------------------------------


BEGAN, SEEN = "staff.began", "staff.seen"  # in the session: seconds since 1970
NOTE_EVERY = 300  # seconds; a session is not written anew at each request


def note_log_in(user: User, store: SessionBase, *, browser: str, network: str, now: datetime) -> None:
    store[BEGAN] = store[SEEN] = now.timestamp()
    store.save()  # the key of a fresh session is made when it is stored
    LogIn.objects.update_or_create(
        session=str(store.session_key),
        defaults={
            "user": user, "began_at": now, "seen_at": now, "browser": clean(browser)[:200], "address": network[:45],
        },
    )  # fmt: skip


def note_seen(store: SessionBase, now: datetime) -> None:
    if now.timestamp() - store[SEEN] >= min(
        NOTE_EVERY, settings.LYHORD_SESSION_IDLE_HOURS * 900 or NOTE_EVERY
    ):
        store[SEEN] = now.timestamp()
        LogIn.objects.filter(session=str(store.session_key)).update(seen_at=now)


def is_over(store: SessionBase, now: datetime) -> bool:
    """Too old, or idle too long. 0 hours: no limit."""
    at, old, idle = now.timestamp(), settings.LYHORD_SESSION_HOURS, settings.LYHORD_SESSION_IDLE_HOURS
    return bool((old and at - store[BEGAN] > old * 3600) or (idle and at - store[SEEN] > idle * 3600))


def renew_session(request: HttpRequest, user: User) -> None:
    """After a change that ends all sessions, this one goes on; under a new key, in the list too."""
    before = str(request.session.session_key)
    update_session_auth_hash(request, user)
    request.session.save()
    LogIn.objects.filter(session=before).update(session=str(request.session.session_key))


@transaction.atomic
def end_session(user: User, log_in: LogIn, *, now: datetime) -> None:
    """Log out one browser of the person's own."""
    if log_in.user_id != user.pk:
        raise BadSetting(_("This session is not yours."))
    Session.objects.filter(session_key=log_in.session).delete()
    log_in.delete()
    audit.record("person.session_ended", user, by=user, now=now)
    rights_changed(user, now)


@transaction.atomic
def end_sessions(user: User, *, now: datetime, but: str = "") -> None:
    """Log out everywhere, or everywhere but in the session `but`, which the view then renews."""
    forget_sessions(user, but=but)
    audit.record("person.sessions_ended", user, by=user, now=now)
    rights_changed(user, now)
