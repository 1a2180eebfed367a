"""Names that every template has: times, icons, attributes. In the language and zone of the person who reads."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.forms import BoundField
from django.template import engines
from django.templatetags.static import static as django_static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import timezone, translation
from markupsafe import Markup, escape

from lyhord.lib.errors import LyhordError
from lyhord.lib.sentences import Filled
from lyhord.lib.text import pieces
from lyhord.web import formats
from lyhord.web.icons import BRANDS, LUCIDE

NAMES = frozenset(LUCIDE) | {f"brand-{name}" for name in BRANDS}

TIMES: dict[str, Callable[[datetime, str, tzinfo], str]] = {
    "short": formats.short,
    "time": formats.clock_time,
    "full": formats.full,
    "date": lambda at, code, zone: formats.day(at.astimezone(zone).date(), code),
    "list": lambda at, code, zone: formats.in_list(at, code, zone, timezone.now()),
    "ago": lambda at, code, zone: formats.ago(at, code, timezone.now()),
    "left": lambda at, code, zone: formats.duration((at - timezone.now()).total_seconds() / 60, code),
}
RENEWED = {"ago": " data-ago", "left": " data-left"}  # the browser keeps these true while the page stays open


class NoSuchIcon(LyhordError):
    """A template names an icon that is not in the sprite."""


def language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def said(sentence: str) -> str:
    """A sentence of ours that came through the database, in the reader's language. Not escaped."""
    if not isinstance(sentence, Filled):
        return translation.gettext(sentence) if sentence else ""
    try:
        return str(translation.gettext(sentence.why) % sentence.values)
    except (KeyError, TypeError, ValueError):
        return str(sentence)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    if args or kwargs:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    return _address(name, get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(
    maxsize=256
)  # of the names without arguments: a page asks for thirty, and each look-up takes 60 us
def _address(name: str, prefix: str, urlconf: str) -> str:
    return reverse(name)


@lru_cache(maxsize=64)
def numbered(name: str) -> Callable[[int], str]:
    """The address of that name for any number: a list asks for a hundred, and looking each up costs more than its row."""
    mark = "1234567890"
    before, _, after = reverse(name, args=[int(mark)]).partition(mark)
    return lambda number: f"{before}{int(number)}{after}"


def still(template: str, **given: Any) -> Markup:
    """A fragment that holds nothing of the person or the moment, only words: drawn once for each language.

    `given` are modules or constants that it reads, the same for everybody.
    """
    return _still(template, language(), **given)


def same(template: str, **given: Any) -> Markup:
    """A fragment that follows from the language and from `given` alone: drawn once for the same values.

    They are compared, so they must be plain and never change: texts, numbers, truths, tuples of them, entries of the
    menu. A row of the database is equal to its older self, and marked up text to text that is not: neither may be given.
    """
    return _same(template, language(), **given)


@lru_cache(maxsize=512, typed=True)
def _same(template: str, code: str, **given: Any) -> Markup:
    return Markup(engines["jinja2"].env.get_template(template).render(given))  # type: ignore[attr-defined]  # noqa: S704


@lru_cache(maxsize=256)
def _still(template: str, code: str, **given: Any) -> Markup:
    return Markup(engines["jinja2"].env.get_template(template).render(given))  # type: ignore[attr-defined]  # noqa: S704


@lru_cache(maxsize=512)  # the files do not change while a process lives
def static(name: str) -> str:
    return django_static(name)


@lru_cache(maxsize=1024)  # a list of 50 rows shows the same few icons hundreds of times
def icon(name: str, label: str = "", css: str = "") -> Markup:
    """An icon of the sprite; with a label it is a picture of its own, without one it is decoration."""
    if name not in NAMES:
        raise NoSuchIcon(
            f"The icon {name!r} is not in the sprite. Add it to web/icons.py and run build_assets."
        )
    is_brand = name.startswith("brand-")
    sheet = static("web/brands.svg" if is_brand else "web/icons.svg")
    told = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    classes = f"icon icon-{name}{' brand' if is_brand else ''} {css}".strip()
    return Markup('<svg class="{}"{}><use href="{}#{}"/></svg>').format(classes, told, sheet, name)


def when(at: datetime | None, style: str = "short") -> Markup:
    """A <time>; nothing for None. The browser adds the full time as a hint."""
    if at is None:
        return Markup("")
    if style not in TIMES:
        raise ValueError(f"when() knows {', '.join(TIMES)}, not {style!r}.")
    text = TIMES[style](at, language(), timezone.get_current_timezone())
    machine = at.isoformat(timespec="seconds")
    # Figures and names of days only: nothing that a person wrote is in it.
    return Markup(f'<time datetime="{machine}"{RENEWED.get(style, "")}>{text}</time>')  # noqa: S704


def duration(minutes: float) -> Markup:
    # A number with its unit keeps its order inside text that runs from right to left.
    return Markup("<bdi>{}</bdi>").format(formats.duration(minutes, language()))


def marked(text: object) -> Markup:
    """A stranger's words, with what turns or hides letters shown as marks like ‹U+202E› (R66)."""
    words = str(text)
    # Most words hold none: plain letters need no look at all.
    if words.isascii():
        return escape(words)
    told = (
        Markup('<span class="trick">{}</span>').format(piece) if is_trick else escape(piece)
        for piece, is_trick in pieces(words)
    )
    return Markup("").join(told)


def attrs(given: Mapping[str, Any]) -> Markup:
    """HTML attributes: `hx_post` is hx-post, True is bare, None and False are left out."""
    parts = []
    for name, value in given.items():
        if value is not None and value is not False:
            parts.append(
                f" {_attribute(name)}" if value is True else f' {_attribute(name)}="{_quoted(value)}"'
            )
    return Markup("".join(parts))  # noqa: S704 - names are checked and values escaped


def _quoted(value: Any) -> str:
    # Markup (a translation, JSON by tojson) is not escaped again, but may hold the very sign that ends the attribute.
    return str.replace(escape(value), '"', "&#34;")


@lru_cache(maxsize=512)
def _attribute(name: str) -> str:
    plain = name.rstrip("_").replace("_", "-")
    if not plain.replace("-", "").replace(":", "").isalnum() or plain.startswith("on") or plain == "style":
        raise ValueError(f"{name!r} cannot be an attribute of a component.")
    return plain


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
