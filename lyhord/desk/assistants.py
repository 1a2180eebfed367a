"""How an endpoint is asked for words: two protocols, one host each, an end to every call. Knows no tables."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import regex
from django.utils.translation import gettext as _

from lyhord.lib import addresses, http
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean

LONGEST = 8_000  # characters of an answer that are kept
MAX_BYTES = 500_000
LINK = regex.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", regex.I)


class AssistFailed(LyhordError):
    """The endpoint did not help; `outcome` says how: late, failed or nonsense."""

    def __init__(self, outcome: str, why: str) -> None:
        self.outcome = outcome
        super().__init__(why)


class BadEndpoint(LyhordError):
    """The address of an endpoint is not one we can use."""


@dataclass(frozen=True)
class Endpoint:
    """What a call needs. The key is plain here and nowhere else."""

    protocol: str
    url: str
    model: str = ""
    key: str = ""
    seconds: int = 15


def address(text: str) -> str:
    """An address as an operator writes it, without what the protocol adds. Raises BadEndpoint."""
    text = text.strip().rstrip("/")
    try:
        target = addresses.read(text)
    except addresses.Unfit as problem:
        raise BadEndpoint(_("The address cannot be used: %(why)s.") % {"why": problem}) from problem
    if target.scheme not in {"http", "https"} or "?" in text or "#" in text or "@" in urlsplit(text).netloc:
        raise BadEndpoint(_("Write the address of the server alone, as in https://words.example"))
    if addresses.is_address(target.host) and is_of_the_machine_room(target.host):
        raise BadEndpoint(_("This address belongs to the network's own machinery and is not spoken with."))
    for ending in ("/chat/completions", "/translate", "/v1"):
        text = text.removesuffix(ending)
    return text


def is_of_the_machine_room(host: str) -> bool:
    """Link-local addresses: there clouds answer with credentials."""
    return host.startswith("169.254.") or host.lower().startswith("fe80:")


def chat(endpoint: Endpoint, system: str, words: str) -> str:
    """What the model says to `words` under the instructions `system`. Raises AssistFailed."""
    body = {
        "model": endpoint.model,
        "temperature": 0.3,
        "max_tokens": 1200,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": words}],
    }
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    told = post(endpoint, "/v1/chat/completions", body, headers)
    try:
        return spoken(told["choices"][0]["message"]["content"])
    except (KeyError, IndexError, TypeError) as problem:
        raise nonsense() from problem


def translate(endpoint: Endpoint, words: str, to: str, source: str = "auto") -> str:
    """`words` in the language `to`, by a LibreTranslate-compatible server. Raises AssistFailed."""
    body = {"q": words, "source": source or "auto", "target": to, "format": "text"}
    told = post(endpoint, "/translate", body | ({"api_key": endpoint.key} if endpoint.key else {}), {})
    try:
        return spoken(told["translatedText"])
    except (KeyError, TypeError) as problem:
        raise nonsense() from problem


def post(endpoint: Endpoint, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    parts = urlsplit(endpoint.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    origin = f"{parts.scheme}://{parts.netloc}"
    # The setting names the host, so it may be our own; no other is spoken with, and no redirect is followed.
    allow = {f"{parts.hostname}:{port}"}
    try:
        with http.client(
            origin, allow=allow, timeout_total=float(endpoint.seconds), max_bytes=MAX_BYTES
        ) as client:
            answer = client.post(parts.path.rstrip("/") + path, json=body, headers=headers)
    except httpx.TimeoutException as problem:
        raise AssistFailed(
            "late", _("The server did not answer within %(n)d seconds.") % {"n": endpoint.seconds}
        ) from problem
    except (httpx.HTTPError, httpx.InvalidURL, LyhordError) as problem:
        raise AssistFailed("failed", _("The server could not be reached.")) from problem
    if answer.status_code != 200:
        raise AssistFailed(
            "failed", _("The server answered with the error %(n)d.") % {"n": answer.status_code}
        )
    try:
        return json.loads(answer.content)
    except ValueError as problem:
        raise nonsense() from problem


def spoken(words: Any) -> str:
    if not isinstance(words, str) or not clean(words).strip():
        raise nonsense()
    return clean(words).strip()[:LONGEST]


def nonsense() -> AssistFailed:
    return AssistFailed("nonsense", _("The server answered with something that is no text."))


def without_strange_links(words: str, known: str) -> str:
    """Links that none of our own words held are taken out: a post can talk a model into naming one."""
    ours = {place(link) for link in LINK.findall(known)}
    return LINK.sub(lambda found: found[0] if place(found[0]) in ours else "[…]", words)


def place(link: str) -> str:
    return link.casefold().partition("://")[2].rstrip(".,;:!?/") or link.casefold().rstrip(".,;:!?/")
