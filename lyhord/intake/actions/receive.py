"""Keeping what came in, before anybody reads it."""

from collections.abc import Mapping
from datetime import datetime

import orjson
from django.db import IntegrityError, transaction

from lyhord.channels.models import Account, App
from lyhord.intake import rules
from lyhord.intake.models import Envelope
from lyhord.lib import text


def receive(
    app: App,
    account: Account | None,
    raw: bytes,
    headers: Mapping[str, str],
    url: str,
    method: str,
    now: datetime,
) -> Envelope | None:
    """Keep raw bytes as an envelope; None if the same bytes from the same place are here already.

    `account` is None for a hook that serves all accounts of the app. The hook door writes the same rows by itself.
    """
    digest = rules.envelope_digest(account.pk if account else None, url, raw)
    if Envelope.objects.filter(app=app, digest=digest).exists():
        return None
    try:
        with transaction.atomic():
            return Envelope.objects.create(
                app=app,
                account=account,
                connector=account.connector if account else app.connector,
                method=method,
                url=url,
                headers=headers_as_text(headers),
                raw=raw,
                digest=digest,
                received_at=now,
                due_at=now,
            )
    except IntegrityError:
        return None


def headers_as_text(headers: Mapping[str, str]) -> str:
    """Headers as JSON. What only proves who sent it is left out: it was checked, and it is a secret."""
    kept = {name.lower(): value for name, value in headers.items() if name.lower() not in CREDENTIALS}
    try:
        return orjson.dumps(kept).decode()
    except TypeError:  # half characters
        return orjson.dumps({name: text.clean(value) for name, value in kept.items()}).decode()


CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
