"""The Jinja2 environment of all our pages and fragments."""

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from lyhord.lib import sabotage
from lyhord.web import drawn, formats, menu, show


class Missing(StrictUndefined):
    """Loud where a page was not given a name, quiet about the first and last of an empty list: there is none."""

    def __bool__(self) -> bool:  # type: ignore[override]  # the stub says that it always raises
        if self._undefined_name is None and self._undefined_hint:
            return False
        return super().__bool__()


def gettext(text: str, /, **given: object) -> Markup:
    """As the extension's own, whose three steps inwards took a tenth of the inbox: values are escaped, the text is ours."""
    told = Markup(translation.gettext(text))  # noqa: S704 - our own words
    return told % given if given or "%" in told else told


def environment(**options: Any) -> Environment:
    options.setdefault("extensions", []).append("jinja2.ext.i18n")
    # Strict: a name that a page was not given is a fault to see, not an empty place.
    options |= {"trim_blocks": True, "lstrip_blocks": True, "undefined": Missing}
    if sabotage.is_on("web.no_autoescape"):
        options["autoescape"] = False
    made = Environment(**options)  # noqa: S701 - Django's backend gives autoescape=True
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals |= {"_": gettext, "gettext": gettext}
    made.policies["ext.i18n.trimmed"] = True
    made.globals |= names()
    made.filters |= {"marked": show.marked, "said": show.said}
    return made


def names() -> dict[str, Any]:
    """What every template has without asking; web/README.md tells of each."""
    return {
        "attrs": show.attrs,
        "control": show.control,
        "duration": show.duration,
        "filesize": lambda size: formats.filesize(size, show.language()),
        "get_messages": get_messages,
        "hue": formats.hue,
        "icon": show.icon,
        "initials": formats.initials,
        "lang_name": formats.language_name,
        "language": show.language,
        "languages": lambda: [code for code, _name in settings.LANGUAGES],
        "drawn": drawn,
        "menu": menu.entries,
        "menu_sections": menu.sections,
        "shell": menu.shell,
        "money": lambda amount, currency: formats.money(amount, currency, show.language()),
        "menu_current": menu.current,
        "menu_current_of": menu.current_of,
        "numbered": show.numbered,
        "number": lambda value: formats.number(value, show.language()),
        "parts": menu.parts,
        "percent": lambda share: formats.percent(share, show.language()),
        "push_url": lambda: settings.LYHORD_PUSH_URL,
        "same": show.same,
        "static": show.static,
        "still": show.still,
        "unit_signs": lambda: " ".join(formats.UNITS.get(show.language(), formats.UNITS["en"])),
        "url": show.url,
        "when": show.when,
    }
