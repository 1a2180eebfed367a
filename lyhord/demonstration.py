"""The demo: a fictional railway with people who serve its customers. All of it is invented."""

import signal
import threading
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from lyhord.channels.actions import connect
from lyhord.channels.models import Account
from lyhord.connectors.demo import script
from lyhord.staff.models import Brand, Membership, Team, User

PASSWORD = "nordbanan-demo"  # noqa: S105 - known to everybody; the demo listens on this machine only
BRAND = "Nordbanan"
# Name, address, role in the team, languages spoken, language of the pages.
PEOPLE = (
    ("Linnea Nyström", "linnea@demo.example", "agent", "sv fi en", "sv"),
    ("Petri Lahtinen", "petri@demo.example", "agent", "fi sv en", "fi"),
    ("Ingrid Solbakken", "ingrid@demo.example", "senior", "nb da sv en", "nb"),
    ("Mads Kjærgaard", "mads@demo.example", "agent", "da nb en", "da"),
    ("Ida Forsberg", "ida@demo.example", "lead", "sv en", "en"),
    ("Aino Rautio", "aino@demo.example", "communications", "fi sv en", "fi"),
)
ADMINISTRATOR = ("Robin Ek", "admin@demo.example")


def fill(seed: int) -> None:
    """Make brand, people, accounts and two days of history, once."""
    if User.objects.exists():
        return
    now = datetime.now(UTC)
    with transaction.atomic():
        brand = Brand.objects.create(name=BRAND)
        team = Team.objects.create(brand=brand, name="Kundtjänst")
        administrator = person(*ADMINISTRATOR, now=now, is_administrator=True)
        for name, email, role, speaks, language in PEOPLE:
            user = person(name, email, now=now, speaks=speaks, language=language)
            Membership.objects.create(user=user, team=team, role=role)
        Membership.objects.create(user=administrator, team=team, role="administrator")
    script.fill(str(settings.LYHORD_DATA), now, seed)
    connect_accounts(brand, administrator, now)
    walk()


def person(name: str, email: str, *, now: datetime, **fields: object) -> User:
    return User.objects.create_user(
        email, PASSWORD, name=name, is_demo=True, is_on_duty=True, on_duty_since=now, **fields
    )


def connect_accounts(brand: Brand, by: User, now: datetime) -> list[Account]:
    """The railway's page on the demo network, and the ask form."""
    page = connect("demo", brand, [], "Nordbanan", {}, by, now, is_demo=True, language="sv")
    form = connect("webform", brand, [], "Ask form", {}, by, now, is_demo=True)
    return [page, form]


def walk() -> None:
    """File the history, so that the first page is full."""
    from lyhord.worker import Worker

    Worker().run_until_idle(200)


def traffic(seed: int) -> int:
    """Let the demo network's customers write until told to stop."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    while not stop.wait(1):
        script.go_on(str(settings.LYHORD_DATA), datetime.now(UTC), seed)
    return 0


def welcome(port: int) -> str:
    rows = [
        *((email, name, role) for name, email, role, *_ in PEOPLE),
        (ADMINISTRATOR[1], ADMINISTRATOR[0], "administrator"),
    ]
    people = "\n".join(f"  {email:<22} {name}, {role}" for email, name, role in rows)
    return (
        f"\nlyhord demo: http://localhost:{port}\n\n"
        f"Log in as any of these (all fiction); the password is {PASSWORD}\n{people}\n\n"
        "New posts arrive by themselves. Ctrl+C ends it.\n\n"
    )
