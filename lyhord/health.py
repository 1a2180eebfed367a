"""Liveness, and figures for Prometheus. Who may read the figures: this machine, or who has LYHORD_METRICS_TOKEN."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lyhord.channels.models import Account
from lyhord.desk.actions.clocks import BREACHES
from lyhord.desk.models import IN_WORK, Conversation, Tally
from lyhord.intake.models import Envelope
from lyhord.lib import crypto
from lyhord.outbox.models import OPEN, Dispatch, State
from lyhord.web import marks

LOOPBACK = {"127.0.0.1", "::1"}


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers. Tells nothing else, so anybody may ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def metrics(request: HttpRequest) -> HttpResponse:
    if not may_read(request):
        return HttpResponse("Not here.\n", status=403, content_type="text/plain; charset=utf-8")
    text = "".join(figure(name, what, rows) for name, what, rows in figures(timezone.now()))
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def may_read(request: HttpRequest) -> bool:
    wanted = settings.LYHORD_METRICS_TOKEN
    if wanted:
        return crypto.same(request.headers.get("Authorization", ""), f"Bearer {wanted}")
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not request.headers.get("X-Forwarded-For")


Rows = list[tuple[str, float]]


def figures(now: datetime) -> list[tuple[str, str, Rows]]:
    beat = marks.get("worker.beat")
    return [
        (
            "lyhord_worker_seen_seconds",
            "Since a worker was last seen.",
            [("", (now - datetime.fromtimestamp(beat, UTC)).total_seconds())],
        ),
        ("lyhord_envelopes", "Envelopes that wait or are set aside.", envelopes()),
        ("lyhord_dispatches", "Dispatches that are not at an end.", dispatches()),
        ("lyhord_conversations", "Conversations by status.", conversations()),
        (
            "lyhord_clock_breaches",
            "Conversations of which a promised time has passed, since the beginning.",
            [("", float(marks.get(BREACHES)))],
        ),
        ("lyhord_clocks_late", "Conversations in work whose time has passed.", late()),
        ("lyhord_account_up", "1: the account works; 0: a person must act.", accounts()),
    ]


def envelopes() -> Rows:
    states = (Envelope.WAITING, Envelope.QUARANTINED)
    return [(f'state="{state}"', Envelope.objects.filter(state=state).count()) for state in states]


def dispatches() -> Rows:
    return [
        (f'state="{state}"', Dispatch.objects.filter(state=state).count()) for state in (*OPEN, State.REFUSED)
    ]


def conversations() -> Rows:
    sums: dict[str, int] = {}
    for status, n in Tally.objects.values_list("status", "n"):
        sums[status] = sums.get(status, 0) + n
    return [(f'status="{status}"', n) for status, n in sorted(sums.items())]


def late() -> Rows:
    running = Conversation.objects.filter(IN_WORK, due_at__isnull=False)
    return [
        ('stage="breached"', running.filter(due_stage=2).count()),
        ('stage="too_late"', Conversation.objects.filter(IN_WORK, due_stage=3).count()),
    ]


def accounts() -> Rows:
    rows = Account.objects.exclude(state="retired").values_list("pk", "connector", "state")
    return [
        (f'account="{pk}",connector="{connector}"', float(state in {"active", "paused"}))
        for pk, connector, state in rows
    ]


def figure(name: str, what: str, rows: Rows) -> str:
    lines = [f"{name}{{{labels}}} {value:g}" if labels else f"{name} {value:g}" for labels, value in rows]
    return "\n".join([f"# HELP {name} {what}", f"# TYPE {name} gauge", *lines]) + "\n"
