"""Logging in with the organisation's own provider (OpenID Connect Core 1.0, code flow with PKCE).

Of the libraries at hand allauth's client checks no nonce and no signature, and takes what the user-info address says over
what was signed (65.21, read 2026-11). So the flow is ours, and PyJWT checks each token. Who it is decides `actions.identities`.
"""

import json
import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from lyhord.lib import crypto, http
from lyhord.lib.errors import LyhordError

log = logging.getLogger(__name__)

Claims = dict[str, Any]
# Only keys of which the provider holds the private half: with HS256 our own secret would sign, and "none" is nobody.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
KNOWN_FOR = 3600  # seconds that the provider's description and keys are kept
ROUND_TRIP = 600  # seconds from our page to the provider and back
LEEWAY = 60  # seconds that the two clocks may differ
SUBJECT_MOST = 255  # OpenID Connect Core 1.0, section 2


class ProviderRefused(LyhordError):
    """Nobody was let in. `why` is for the log: one word that names what did not fit."""

    status = 403

    def __init__(self, text: str, why: str) -> None:
        super().__init__(text)
        self.why = why


@dataclass(frozen=True)
class Start:
    """What this browser's session keeps until the provider sends it back, for once."""

    url: str
    state: str
    nonce: str
    verifier: str


def is_on() -> bool:
    return bool(settings.LYHORD_OIDC_ISSUER)


def client_for(url: str) -> httpx.Client:
    """Speaks with the host of `url` alone; inside addresses only where LYHORD_ALLOW_HOSTS names them."""
    return http.client(url, allow=settings.LYHORD_ALLOW_HOSTS, timeout_total=10, max_bytes=1_000_000)


def begin() -> Start:
    """Raises ProviderRefused where the provider does not answer."""
    state, nonce, verifier = crypto.token(), crypto.token(), crypto.token()
    asked = {
        "response_type": "code",
        "client_id": settings.LYHORD_OIDC_CLIENT_ID,
        "redirect_uri": redirect_uri(),
        "scope": " ".join(["openid", "email", "profile", *settings.LYHORD_OIDC_SCOPES]),
        "state": state,
        "nonce": nonce,
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    url = str(description()["authorization_endpoint"])
    return Start(url + ("&" if urlsplit(url).query else "?") + urlencode(asked), state, nonce, verifier)


def redirect_uri() -> str:
    return str(settings.LYHORD_PUBLIC_URL + reverse("staff:oidc_back"))


def finish(code: str, nonce: str, verifier: str) -> Claims:
    """Who came back: the checked claims, with mail and groups. Raises ProviderRefused."""
    known = description()
    given = exchanged(code, verifier, known)
    claims = checked(str(given.get("id_token", "")), nonce, known)
    if "email" not in claims and given.get("access_token") and known.get("userinfo_endpoint"):
        more = asked(lambda: told(str(known["userinfo_endpoint"]), bearer=str(given["access_token"])))
        if more.get("sub") != claims["sub"]:
            raise misfit("userinfo_subject")
        claims = {**more, **claims}
    return claims


# The provider's description and keys --------------------------------------------------------------------------


def description() -> Claims:
    issuer = settings.LYHORD_OIDC_ISSUER.rstrip("/")
    found: Claims | None = cache.get(f"oidc:{issuer}")
    if found is None:
        found = asked(lambda: told(f"{issuer}/.well-known/openid-configuration"))
        needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(found.get(name), str) for name in needed):
            raise misfit("description")
        if found["issuer"].rstrip("/") != issuer:
            raise misfit("issuer_of_description")
        cache.set(f"oidc:{issuer}", found, KNOWN_FOR)
    return found


def keys(known: Claims, *, anew: bool = False) -> list[Claims]:
    place = f"oidc:keys:{known['jwks_uri']}"
    found: list[Claims] | None = None if anew else cache.get(place)
    if found is None:
        given = asked(lambda: told(str(known["jwks_uri"]))).get("keys")
        found = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        cache.set(place, found, KNOWN_FOR)
    return found


def told(url: str, bearer: str = "") -> Claims:
    with client_for(url) as client:
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        return object_of(client.get(url, headers=headers))


def object_of(response: httpx.Response) -> Claims:
    if response.status_code != 200:
        raise misfit(f"status_{response.status_code}")
    found = response.json()
    if not isinstance(found, dict):
        raise misfit("no_object")
    return found


def asked(call: Callable[[], Claims]) -> Claims:
    try:
        return call()
    except (httpx.HTTPError, http.BadAddress, ValueError) as problem:
        log.warning("identity provider does not answer", extra={"problem": type(problem).__name__})
        raise ProviderRefused(
            _("%(label)s does not answer. Try again in a moment, or ask your administrator.")
            % {"label": settings.LYHORD_OIDC_LABEL},
            "unreachable",
        ) from problem


def exchanged(code: str, verifier: str, known: Claims) -> Claims:
    """The code for tokens. The secret goes in the header where the provider knows no other way, else in the form."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri(),
        "client_id": settings.LYHORD_OIDC_CLIENT_ID,
        "code_verifier": verifier,
    }
    # Without the list it is basic: OpenID Connect Discovery 1.0, section 3.
    ways = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    secret = settings.LYHORD_OIDC_CLIENT_SECRET
    auth = None
    if secret and "client_secret_post" in ways:
        form["client_secret"] = secret
    elif secret:
        auth = httpx.BasicAuth(settings.LYHORD_OIDC_CLIENT_ID, secret)

    def call() -> Claims:
        url = str(known["token_endpoint"])
        with client_for(url) as client:
            headers = {"Accept": "application/json"}
            if auth is None:
                return object_of(client.post(url, data=form, headers=headers))
            return object_of(client.post(url, data=form, headers=headers, auth=auth))

    return asked(call)


# The token ------------------------------------------------------------------------------------------------------


def checked(token: str, nonce: str, known: Claims) -> Claims:
    """The claims of an ID token that is the provider's, for us, for this log-in, and still valid."""
    try:
        head = jwt.get_unverified_header(token)
        if head.get("alg") not in ALGORITHMS:
            raise misfit("algorithm")
        key = key_for(head, known)
        claims: Claims = jwt.decode(
            token,
            key=key,
            algorithms=[head["alg"]],
            audience=settings.LYHORD_OIDC_CLIENT_ID,
            issuer=known["issuer"],
            leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as problem:
        raise misfit(type(problem).__name__) from problem
    if not crypto.same(str(claims.get("nonce", "")), nonce):
        raise misfit("nonce")
    party = claims.get("azp", settings.LYHORD_OIDC_CLIENT_ID)
    if party != settings.LYHORD_OIDC_CLIENT_ID or (
        isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and "azp" not in claims
    ):
        raise misfit("other_party")
    if not 0 < len(claims["sub"]) <= SUBJECT_MOST:
        raise misfit("subject")
    return claims


def key_for(head: Claims, known: Claims) -> jwt.PyJWK:
    found = fitting(head, keys(known)) or fitting(head, keys(known, anew=True))  # they may have new keys
    if found is None:
        raise misfit("unknown_key")
    return jwt.PyJWK.from_json(json.dumps(found), algorithm=str(head["alg"]))


def fitting(head: Claims, found: list[Claims]) -> Claims | None:
    """The one key that may have signed: by its id; without one only where there is no choice."""
    fit = [
        key for key in found
        if key.get("use", "sig") == "sig" and key.get("alg", head["alg"]) == head["alg"]
        and key.get("kty") in {"RSA", "EC", "OKP"}
    ]  # fmt: skip
    if "kid" in head:
        fit = [key for key in fit if key.get("kid") == head["kid"]]
    return fit[0] if len(fit) == 1 else None


def misfit(why: str) -> ProviderRefused:
    log.warning("identity provider's answer does not fit", extra={"why": why})
    return ProviderRefused(
        _("The answer of %(label)s does not fit. Begin again; if it stays so, ask your administrator.")
        % {"label": settings.LYHORD_OIDC_LABEL},
        why,
    )
