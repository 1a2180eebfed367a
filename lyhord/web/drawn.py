"""The small marks that a list shows hundreds of times, drawn by Python: as macros they took most of a page's time.

Each is one of `ui.*` in `web/_components.html`. The same few are drawn again and again, so they are remembered.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext
from markupsafe import Markup, escape

from lyhord.web import formats
from lyhord.web.icons import channel_icon
from lyhord.web.show import attrs, icon, language, marked, when


def classes(*names: str | None) -> str:
    return str(escape(" ".join(name for name in names if name)))


def badge(text: Any, kind: str = "", **given: Any) -> Markup:
    css = classes("badge", kind, given.pop("class", ""))
    return Markup(f'<span class="{css}"{attrs(given)}>{escape(text)}</span>')  # noqa: S704 - escaped


def count(n: float | None) -> Markup:
    # The same number is written otherwise in another language, so this is not remembered.
    return Markup(f'<span class="count">{formats.number(n, language())}</span>' if n else "")  # noqa: S704 - a number


def status(text: Any, kind: str = "off") -> Markup:
    return Markup(f'<span class="{classes("status", kind)}">{escape(text)}</span>')  # noqa: S704 - escaped


@lru_cache(maxsize=1024)
def channel(connector: str, label: str | None = None) -> Markup:
    """A network's mark: its sign, else its first letter. Beside a label it is silent."""
    name = channel_icon(connector)
    letter = f'<span class="channel-letter"{" aria-hidden=true" if label else ""}>{escape(connector[:1].upper())}</span>'
    sign = icon(name, "" if label else connector) if name else letter
    words = f"<span>{escape(label)}</span>" if label else ""
    return Markup(f'<span class="channel">{sign}{words}</span>')  # noqa: S704 - escaped


def avatar(
    name: str, channel: str | None = None, size: str = "", presence: str | None = None, **given: Any
) -> Markup:
    """Initials on the name's hue. The name stands beside it nearly always, so only the channel's mark speaks."""
    if given:
        return _avatar(name, channel, size, presence, given.pop("class", ""), str(attrs(given)))
    return _avatar(name, channel, size, presence)


@lru_cache(maxsize=4096)
def _avatar(
    name: str, channel: str | None, size: str, presence: str | None, css: str = "", more: str = ""
) -> Markup:
    letters = f'<span aria-hidden="true">{escape(formats.initials(name))}</span>'
    mark = ""
    if channel:
        sign = channel_icon(channel)
        mark = (
            f'<span class="avatar-mark">{icon(sign, channel) if sign else escape(channel[:1].upper())}</span>'
        )
    return Markup(  # noqa: S704 - escaped
        f'<span class="{classes("avatar", formats.hue(name), size, presence, css)}"{more}>{letters}{mark}</span>'
    )


def clock(
    label: Any, due_at: datetime | None, state: str = "ok", is_paused: bool = False, **given: Any
) -> Markup:
    """A clock chip: what is left, or since when it is done. The sign tells the state without colour."""
    signs = {"done": "check", "bad": "triangle-alert"}
    sign = icon("pause" if is_paused else signs.get(state, "clock"))
    at = when(due_at, "list" if is_paused or state == "done" else "left")
    css, more = classes("clock", state), attrs(given)
    words = f'<span class="clock-label">{escape(label)}</span>'
    return Markup(f'<span class="{css}"{more}>{sign}{words} {at}</span>')  # noqa: S704 - escaped


def row(
    href: str,
    who: str,
    text: str,
    *,
    id: str | None = None,  # noqa: A002 - HTML's own name
    at: datetime | None = None,
    channel: str | None = None,
    lang: str | None = None,
    current: bool = False,
    waits: bool = False,
    is_new: bool = False,
    title: str | None = None,
    caller: Callable[[], str] | None = None,
    **given: Any,
) -> Markup:
    """A line of a list. A `{% call %}` body gives its marks."""
    css = f"row{' waits' if waits else ''}{' is-new' if is_new else ''}"
    own = {"id": id, "aria_current": "true" if current else None}
    waiting = gettext("waits for us")  # not within the f-string, where the extractor does not see it
    told = f'<span class="vh">, {waiting}</span>' if waits else ""
    tongue = f' lang="{escape(lang)}"' if lang else ""
    heading = f'<span class="row-title" dir="auto"{tongue}>{marked(title)}</span>' if title else ""
    return Markup(  # noqa: S704 - escaped
        f'<a class="{css}" href="{escape(href)}"{attrs(own)}{attrs(given)}>{avatar(who, channel)}'
        f'<span class="row-who">{marked(who)}{told}</span><span class="row-when">{when(at, "list")}</span>{heading}'
        f'<span class="row-text" dir="auto"{tongue}>{marked(text)}</span>'
        f'<span class="row-marks">{escape(caller()) if caller else ""}</span></a>'
    )
