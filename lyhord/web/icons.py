"""Names of the icons that pages may use. Add a name here, then run `manage.py build_assets`."""

from importlib import import_module

from django.conf import settings

LUCIDE = (
    "alarm-clock archive arrow-down arrow-left arrow-right arrow-up at-sign ban bell bell-off book-open bookmark building-2 "
    "calendar chart-column check check-check chevron-down chevron-left chevron-right chevron-up circle-alert circle-check "
    "circle-question-mark circle-user clipboard-list clock command copy corner-up-left database download ellipsis external-link eye "
    "eye-off file-text flag forward funnel gauge globe hand heart history house image inbox info key-round keyboard "
    "languages layers link list list-checks lock lock-open log-out mail megaphone menu merge message-circle message-square "
    "message-square-text messages-square monitor moon panel-right paperclip pause pen-line phone pin play plug plus power "
    "radio redo-2 refresh-cw reply rotate-ccw rss search send send-horizontal settings shield shield-alert shield-check "
    "siren smile sparkles square-check star sticky-note sun tag thumbs-up timer train-front trash-2 triangle-alert undo-2 unlink upload "
    "user user-check user-plus users wifi-off workflow wrench x zap"
).split()

# Network -> slug in Simple Icons. Used as marks of a channel only, in one colour.
BRANDS = {
    "appstore": "appstore",
    "bluesky": "bluesky",
    "discourse": "discourse",
    "facebook": "facebook",
    "github": "github",
    "google": "google",
    "google_play": "googleplay",
    "instagram": "instagram",
    "mastodon": "mastodon",
    "matrix": "matrix",
    "messenger": "messenger",
    "reddit": "reddit",
    "telegram": "telegram",
    "threads": "threads",
    "tiktok": "tiktok",
    "trustpilot": "trustpilot",
    "whatsapp": "whatsapp",
    "x_twitter": "x",
    "youtube": "youtube",
}


def connector_marks() -> dict[str, str]:
    """What each connector says its mark is: `MARKS` of the module that holds the addresses."""
    marks: dict[str, str] = getattr(import_module(settings.ROOT_URLCONF), "MARKS", {})
    return marks


def channel_icon(connector: str) -> str | None:
    """The icon of a channel; None: there is none, so show its first letter."""
    mark = connector_marks().get(connector) or connector
    if mark in BRANDS:
        return f"brand-{mark}"
    return mark if mark in LUCIDE else None
