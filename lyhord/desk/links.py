"""The link by which a department answers: a secret that only we can make again, so that it is kept nowhere."""

from django.conf import settings
from django.urls import reverse

from lyhord.desk.models import Request
from lyhord.lib import crypto


def secret(row: Request) -> str:
    """240 bits of a digest of the question's key under our own; another round gives another secret."""
    key = crypto.derived(settings.SECRET_KEY, "request")
    return crypto.mac(row.key.bytes + row.round.to_bytes(2, "big"), key)[:40]


def link(row: Request) -> str:
    return settings.LYHORD_PUBLIC_URL.rstrip("/") + reverse("desk:answer", args=[secret(row)])


def inside(row: Request) -> str:
    """For people of ours, who log in."""
    return settings.LYHORD_PUBLIC_URL.rstrip("/") + reverse("desk:request", args=[row.pk])


def case(row: Request) -> str:
    return settings.LYHORD_PUBLIC_URL.rstrip("/") + reverse("desk:conversation", args=[row.conversation_id])
