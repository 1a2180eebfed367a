"""What a browser is called by people, as far as it tells of itself. Nothing is decided by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lyhord.staff.models import LogIn

# The first that fits: most browsers name their forebears too.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi", "Vivaldi"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
TELEPHONES = frozenset({"iPhone", "iPad", "Android"})


@dataclass(frozen=True)
class Device:
    pk: int
    name: str  # "Firefox on Windows"
    icon: str
    network: str
    began_at: datetime
    seen_at: datetime
    session: str


def first(pairs: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in pairs if sign in text), "")


def name_of(agent: str) -> str:
    browser, system = first(BROWSERS, agent), first(SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or agent[:60].strip() or _("Unknown browser")


def shown(rows: Iterable[LogIn]) -> list[Device]:
    return [
        Device(
            row.pk,
            name_of(row.browser),
            "phone" if first(SYSTEMS, row.browser) in TELEPHONES else "monitor",
            row.address,
            row.began_at,
            row.seen_at or row.began_at,
            row.session,
        )
        for row in rows
    ]
