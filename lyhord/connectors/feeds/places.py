"""Where an entry lies: the address behind a redirect, and the page that a comment hangs on. Pure."""

import re
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lyhord.lib.text import clean

LONGEST = 2_000
# The anchors of comments and answers: WordPress, Blogger, Disqus, phpBB, vBulletin, SMF, Invision.
ANCHOR = re.compile(
    r"(?:li-)?(?:comment|comments|c|reply|respond|post|p|msg|pid|kommentar|findcomment)[-_]?\d+"
)
# Discourse: /t/<slug>/<topic>/<number of the post>
TOPIC = re.compile(r"(?P<topic>.*/t/[^/]+/\d+)/(?P<number>\d+)/?")
PAGED = re.compile(r"/comment-page-\d+/?$")


def web(url: object) -> str:
    """An address that a browser may open, "" for anything else."""
    if not isinstance(url, str) or len(url) > LONGEST:
        return ""
    url = clean(url).strip()
    return url if url.lower().startswith(("https://", "http://")) else ""


def joined(base: str, link: str) -> str:
    """A relative link made whole; "" if that gives no address that a browser may open."""
    try:
        return web(urljoin(base, link.strip()) if link.strip() else "")
    except ValueError:
        return ""


def unwrapped(url: str) -> str:
    """Google Alerts send readers over google.com/url?url=TARGET (recorded); the target is what was written."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        if parts.path == "/url" and re.fullmatch(r"google(?:\.[a-z]{2,3}){1,2}", host):
            asked = parse_qs(parts.query)
            return next(
                (target for name in ("url", "q") for target in map(web, asked.get(name, [])) if target), url
            )
    except ValueError:
        pass
    return url


def host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def page_of(link: str) -> str:
    """The page or topic on which an entry is a comment or an answer, "" if it stands by itself."""
    try:
        parts = urlsplit(link)
        topic = TOPIC.fullmatch(parts.path)
        if topic:
            is_first = topic["number"] in {"0", "1"}
            return "" if is_first else urlunsplit((parts.scheme, parts.netloc, topic["topic"], "", ""))
        if not ANCHOR.fullmatch(parts.fragment.casefold()):
            return ""
        path = PAGED.sub("/", parts.path)
        return urlunsplit((parts.scheme, parts.netloc, path, without_post(parts.query), ""))
    except ValueError:
        return ""


def without_post(query: str) -> str:
    """phpBB and its kin name topic and post; the topic alone is the place."""
    asked = parse_qsl(query, keep_blank_values=True)
    if any(name in {"t", "topic", "tid"} for name, _value in asked):
        asked = [(name, value) for name, value in asked if name not in {"p", "pid", "post", "start"}]
        return urlencode(asked)
    return query


def is_profile(url: str) -> bool:
    """Whether an author's address names a person and not a whole site."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.path.strip("/") or parts.query)
