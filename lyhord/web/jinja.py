"""The Jinja2 environment of all our pages and fragments."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from lyhord.lib.errors import LyhordError
from lyhord.web import formats, menu
from lyhord.web.icons import BRANDS, LUCIDE, channel_icon

NAMES = frozenset(LUCIDE) | {f"brand-{name}" for name in BRANDS}
STYLES = ("short", "ago", "time", "date", "full", "list", "left")

RENEWED = {"ago", "left"}  # the browser keeps these true while the page stays open


class NoSuchIcon(LyhordError):
    """A template names an icon that is not in the sprite."""


def environment(**options: Any) -> Environment:
    options.setdefault("extensions", []).append("jinja2.ext.i18n")
    options |= {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    made = Environment(**options)  # noqa: S701 - Django's backend gives autoescape=True
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.globals |= {
        "attrs": attrs,
        "channel_icon": channel_icon,
        "control": control,
        "duration": duration,
        "get_messages": get_messages,
        "filesize": lambda size: formats.filesize(size, language()),
        "hue": formats.hue,
        "icon": icon,
        "initials": formats.initials,
        "lang_name": formats.language_name,
        "language": language,
        "languages": lambda: [code for code, _name in settings.LANGUAGES],
        "menu": menu.entries,
        "menu_current": menu.current,
        "number": lambda value: formats.number(value, language()),
        "parts": menu.parts,
        "percent": lambda share: formats.percent(share, language()),
        "push_url": lambda: settings.LYHORD_PUSH_URL,
        "static": static,
        "unit_signs": lambda: " ".join(formats.UNITS.get(language(), formats.UNITS["en"])),
        "url": url,
        "when": when,
    }
    return made


def control(bound: BoundField, error: str = "") -> str:
    """The control of a form field alone, tied to its help and error."""
    described = [
        f"{bound.id_for_label}-{part}" for part, text in (("help", bound.help_text), ("error", error)) if text
    ]
    given: dict[str, Any] = {"class": f"input {bound.field.widget.attrs.get('class', '')}".strip()}
    if described:
        given["aria-describedby"] = " ".join(described)
    if error:
        given["aria-invalid"] = "true"
    return bound.as_widget(attrs=given)


def language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=1024)  # a list of 50 rows shows the same few icons hundreds of times
def icon(name: str, label: str = "", css: str = "") -> Markup:
    """An icon of the sprite; with a label it is a picture of its own, without one it is decoration."""
    if name not in NAMES:
        raise NoSuchIcon(
            f"The icon {name!r} is not in the sprite. Add it to web/icons.py and run build_assets."
        )
    sheet = static("web/brands.svg" if name.startswith("brand-") else "web/icons.svg")
    told = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    filled = " brand" if name.startswith("brand-") else ""
    classes = f"icon icon-{name}{filled} {css}".strip()
    return Markup('<svg class="{}"{}><use href="{}#{}"/></svg>').format(classes, told, sheet, name)


def when(at: datetime | None, style: str = "short") -> Markup:
    """A <time> in the zone and language of the person who reads; nothing for None."""
    if at is None:
        return Markup("")
    if style not in STYLES:
        raise ValueError(f"when() knows {', '.join(STYLES)}, not {style!r}.")
    zone, code = timezone.get_current_timezone(), language()
    text = {
        "short": lambda: formats.short(at, code, zone),
        "ago": lambda: formats.ago(at, code, timezone.now()),
        "time": lambda: formats.clock_time(at, code, zone),
        "date": lambda: formats.day(at.astimezone(zone).date(), code),
        "full": lambda: formats.full(at, code, zone),
        "list": lambda: formats.in_list(at, code, zone, timezone.now()),
        "left": lambda: formats.duration((at - timezone.now()).total_seconds() / 60, code),
    }[style]()
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(
        at.isoformat(timespec="seconds"),
        formats.full(at, code, zone),
        Markup(f" data-{style}") if style in RENEWED else "",  # noqa: S704 - one of two words
        text,
    )


def duration(minutes: float) -> Markup:
    # A number with its unit keeps its order inside text that runs from right to left.
    return Markup("<bdi>{}</bdi>").format(formats.duration(minutes, language()))


def attrs(given: Mapping[str, Any]) -> Markup:
    """HTML attributes: `hx_post` is hx-post, True is bare, None and False are left out."""
    parts = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        if not name.replace("-", "").replace(":", "").isalnum() or name.startswith("on") or name == "style":
            raise ValueError(f"{name!r} cannot be an attribute of a component.")
        parts.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    return Markup("".join(parts))  # noqa: S704 - names are checked and values escaped above
