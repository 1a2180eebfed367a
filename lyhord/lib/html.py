"""Strangers' HTML made fit to be shown: no script, no style, no forms, links that tell where they go."""

import html as escaping
from collections import Counter
from collections.abc import Iterable

import nh3

from lyhord.lib.plain import ALONE, plain
from lyhord.lib.tags import Close, Open, Text, TooManyAttributes, pieces
from lyhord.lib.text import SURROGATES

MAX_BYTES = 1_000_000
MAX_DEPTH = 500
MAX_ATTRIBUTES = 1000
# nh3 needs under half a second for this many tags however they are nested, and minutes for ten times as many.
MAX_TAGS = 10_000
MAX_REFERENCES = 50_000

TAGS = set(
    "a abbr b blockquote br caption cite code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre "
    "q s samp small span strong sub sup table tbody td tfoot th thead tr u ul var".split()
)
ATTRIBUTES = {
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "*": {"dir", "lang", "title"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
BARE = ("mailto:", "tel:")


def safe(html: str) -> str:
    """`html` with only harmless tags. What would cost too much to clean is shown as plain text instead.

    Never trim or change the result: a link that is inert as it stands may come alive.
    """
    html = SURROGATES.sub("\ufffd", html)  # nh3 takes no half characters
    if is_too_much(html):
        return as_text(plain(html))
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=absolute_links_only,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
    )


def as_text(text: str) -> str:
    """Plain text as HTML that shows every character of it."""
    return escaping.escape(text).replace("\n", "<br>\n")


def absolute_links_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute != "href":
        return value
    # A leading no-break space keeps nh3 from seeing the scheme, so it takes the link for a relative one.
    scheme, _, rest = value.lower().partition(":")
    if scheme in {"http", "https"}:
        return value if rest.startswith("//") else None
    return value if value.lower().startswith(BARE) else None


def is_too_much(html: str) -> bool:
    if len(html) > MAX_BYTES or len(html.encode()) > MAX_BYTES:
        return True
    if html.count("&") > MAX_REFERENCES:
        return True
    try:
        return is_too_deep(pieces(html, MAX_ATTRIBUTES))
    except TooManyAttributes:
        return True


def is_too_deep(found: Iterable[Text | Open | Close]) -> bool:
    """Counts as nested what is not closed by its own name, since a browser carries some of it on."""
    unclosed: Counter[str] = Counter()
    depth = tags = 0
    for piece in found:
        if isinstance(piece, Open):
            tags += 1
            if piece.tag not in ALONE:
                unclosed[piece.tag] += 1
                depth += 1
        elif isinstance(piece, Close) and unclosed[piece.tag]:
            unclosed[piece.tag] -= 1
            depth -= 1
        if depth > MAX_DEPTH or tags > MAX_TAGS:
            return True
    return False
