"""Keeping what came in, before anybody reads it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
import regex

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
    """Keep raw bytes as an envelope; None if the same bytes from the same place were read already.

    `account` is None for a hook that serves all accounts of the app. The hook door writes the same rows by itself.
    """
    digest = rules.envelope_digest(account.pk if account else None, url, raw)
    if Envelope.objects.filter(due_at=None, digest=digest).exists():
        return None
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


def without_doubles(envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Take out what came again while the first waited, or was kept by another process in the same moment.

    Two workers that hold one of two equal envelopes each may both go on: then the ledger of seen keys lets nothing
    happen twice.
    """
    digests = [envelope.digest for envelope in envelopes]
    known = set(Envelope.objects.filter(due_at=None, digest__in=digests).values_list("digest", flat=True))
    kept: list[Envelope] = []
    doubles: list[Envelope] = []
    for envelope in envelopes:
        (doubles if envelope.digest in known else kept).append(envelope)
        known.add(envelope.digest)
    if doubles:
        Envelope.objects.filter(pk__in=[envelope.pk for envelope in doubles]).delete()
    return kept


def headers_as_text(headers: Mapping[str, str]) -> str:
    """Headers as JSON. What only proves who sent it is left out: it was checked, and it is a secret."""
    kept = {name.lower(): value for name, value in headers.items() if not CREDENTIAL.fullmatch(name.lower())}
    try:
        return orjson.dumps(kept).decode()
    except TypeError:  # half characters
        return orjson.dumps({name: text.clean(value) for name, value in kept.items()}).decode()


# Telegram sends our own secret back, in X-Telegram-Bot-Api-Secret-Token.
CREDENTIAL = regex.compile(r"authorization|cookie|proxy-authorization|.*secret.*")
