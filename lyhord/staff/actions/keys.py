"""Keys to the API."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.lib import crypto
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.actions.shared import name_of
from lyhord.staff.models import ApiKey, User

PREFIX = "lyh_"
SCOPES = ("read", "write", "admin")
OVERLAP_MOST = timedelta(days=30)


class BadKey(LyhordError):
    """A key that cannot be made so."""

    status = 422


@transaction.atomic
def make_api_key(
    *, by: User, name: str, scopes: Collection[str], expires_at: datetime | None, now: datetime
) -> tuple[ApiKey, str]:
    """A key that does what its owner may, within `scopes`. The plain key is given once and not kept."""
    mandates.require(by, "make_api_key")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise BadKey(_("Choose at least one of the scopes read, write and admin."))
    if "admin" in scopes:
        mandates.require_administrator(by)
    if expires_at is not None and expires_at <= now:
        raise BadKey(_("The key would end before it begins. Choose a later day."))
    plain = PREFIX + crypto.token()
    key = ApiKey.objects.create(
        user=by,
        name=name_of(name),
        prefix=plain[: len(PREFIX) + 4],
        digest=crypto.digest(plain),
        scopes=sorted(set(scopes)),
        made_at=now,
        expires_at=expires_at,
    )
    audit.record("api_key.made", key, by=by, now=now, name=key.name, scopes=key.scopes)
    return key, plain


@transaction.atomic
def rotate_api_key(key: ApiKey, *, by: User, overlap: timedelta, now: datetime) -> tuple[ApiKey, str]:
    """A new key for the same work; the one before goes on for `overlap`, so that no program stands still.

    The new one lives as long as the one before was meant to. Raises BadKey for a dead key or an overlap beyond 30 days.
    """
    if key.user_id != by.pk:
        raise BadKey(_("A key is renewed by its owner."))
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise BadKey(_("This key is dead. Make a new one."))
    if not timedelta(0) <= overlap <= OVERLAP_MOST:
        raise BadKey(_("The old key can go on for at most 30 days."))
    expires_at = now + (key.expires_at - key.made_at) if key.expires_at is not None else None
    made = make_api_key(by=by, name=key.name, scopes=key.scopes, expires_at=expires_at, now=now)
    ends_at = min(key.expires_at, now + overlap) if key.expires_at is not None else now + overlap
    ApiKey.objects.filter(pk=key.pk).update(expires_at=ends_at)
    audit.record("api_key.rotated", key, by=by, now=now, name=key.name, new=made[0].pk)
    return made


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: User, now: datetime) -> None:
    """Dead at once. One's own, or anybody's for an administrator."""
    if key.user_id != by.pk:
        mandates.require_administrator(by)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        key.revoked_at = now
        audit.record("api_key.revoked", key, by=by, now=now, name=key.name)
