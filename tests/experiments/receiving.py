"""The receiving side in this process: networks that bring signed hooks, a door to bring them to, and a whole worker's walk.

What these experiments ask needs no process to be killed; they run on the database of the test run, either kind.
"""

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import time_machine
from django.apps import apps
from django.utils import timezone

from lyhord import worker
from lyhord.channels import registry
from lyhord.channels.actions import sealed
from lyhord.channels.contract import Connector
from lyhord.channels.models import Account, App
from lyhord.intake.door import Door
from lyhord.intake.tests import makes
from lyhord.staff.models import Brand
from tests.experiments.hooked import ASKED, OURS, Headers, Hooked

SECRET, OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2VjcmV0IG9mIGFub3RoZXIgYXBw"
RESTLESS = {
    "Mark",
    "Heard",
    "Source",
    "Gap",
    "AuditEvent",
    "AuditDetail",
}  # what time alone brings about; no words


def with_hooks() -> set[str]:
    """Connectors that take hooks at all, as the house has them."""
    return {name for name, each in registry.connectors().items() if type(each).verify is not Connector.verify}


# An installation that is told of news ---------------------------------------------------------------------------------


@dataclass
class Desk:
    """One network with one account, and the door before it."""

    hooked: Hooked
    account: Account
    door: Door = field(default_factory=lambda: Door(lambda environ, start: [b"django"]))

    @property
    def app(self) -> App:
        return self.account.app

    def bring(self, body: bytes, headers: Mapping[str, str] | None = None, **environ: Any) -> "Heard":
        """Bring bytes to the door; without `headers` they are signed rightly."""
        if headers is None:
            headers = self.signed(body)
        named = {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in headers.items()
            if name[0] != ASKED
        }
        asked = [
            f"{name[1:]}={quote(value, safe='', errors='surrogateescape')}"
            for name, value in headers.items()
            if name[0] == ASKED
        ]
        usual = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/hooks/{self.app.connector}/{self.app.endpoint}/",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "QUERY_STRING": "&".join(asked),
            "wsgi.input": io.BytesIO(body),
        }
        heard = Heard()
        heard.body = b"".join(self.door(usual | named | environ, heard.start))
        return heard

    def signed(self, body: bytes, secret: str = SECRET) -> Headers:
        return self.hooked.sign(secret, body, timezone.now().timestamp())


@dataclass
class Heard:
    """What the network hears."""

    status: int = 0
    headers: Headers = field(default_factory=dict)
    body: bytes = b""

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = int(status[:3]), dict(headers)


def desk_of(hooked: Hooked, brand: Brand, now: datetime, secret: str = SECRET) -> Desk:
    account = makes.make_account(
        brand, now, hooked.name, native=hooked.native, handle=OURS, learnt={"way": "hook"}
    )
    sealed.seal(account.app, {hooked.secret: secret} if secret else {})
    account.app.save()
    return Desk(hooked, account)


def walk(now: datetime, rounds: int = 50) -> int:
    """Everything that a worker started at that moment does until nothing is due; networks are asked too."""
    with time_machine.travel(now, tick=False):
        return worker.Worker().run_until_idle(rounds)


def steps_only(now: datetime) -> int:
    """As `walk`, but no network is asked."""
    total = 0
    with time_machine.travel(now, tick=False):
        while moved := worker.Worker().walk():
            total += moved
    return total


def rows() -> Counter[str]:
    """How many rows each table of ours holds."""
    models = [each for each in apps.get_models() if each.__module__.startswith("lyhord.")]
    return Counter(
        {each.__name__: each._base_manager.count() for each in models if each.__name__ not in RESTLESS}
    )


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
