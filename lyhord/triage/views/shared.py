"""What the pages of this room share."""

from typing import Any

from django.utils.translation import gettext as _

from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.triage.tuning.actions import VERB
from lyhord.web import menu
from lyhord.web.show import url

MOST = 1e12
PAGES = ("overview", "lines", "weights", "topics", "models")


def context(request: StaffRequest, current: str, **more: Any) -> dict[str, Any]:
    names = (_("What we know"), _("Thresholds"), _("Priority"), _("Your own topics"), _("Learning"))
    tabs = [
        {"label": label, "href": url(f"triage:{page}"), "current": page == current}
        for page, label in zip(PAGES, names, strict=True)
    ]
    # What later rooms tell of it stands behind our own pages.
    tabs += [
        {"label": entry.label, "href": entry.url, "current": entry.is_current(request)}
        for entry in menu.entries(request, "judging")
    ]
    return {"tabs": tabs, "may": VERB in mandates.verbs_anywhere(request.user), **more}


def number(text: str) -> float | None:
    """What somebody wrote into a field, with comma or point; None: it is no number."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < MOST else None  # NaN is not less than anything
