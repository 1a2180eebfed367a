"""An identity provider for tests: pyop, which others wrote, behind httpx; and a bad one, whose tokens a test makes itself."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
from Cryptodome.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import rsa
from jwkest.jwk import RSAKey
from pyop.authz_state import AuthorizationState
from pyop.provider import Provider
from pyop.subject_identifier import HashBasedSubjectIdentifierFactory
from pyop.userinfo import Userinfo

ISSUER = "https://id.example.com"
BACK = "http://localhost:8000/login/provider/back/"
CLIENT = "lyhord-test"
SECRET = "provider secret"
KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
WAYS = {
    "response_types": ["code"],
    "redirect_uris": [BACK],
    "client_secret": SECRET,
    "subject_type": "public",
}


def pyop(people: dict[str, Any], way: str) -> Provider:
    about = {
        "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/auth", "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/me", "jwks_uri": f"{ISSUER}/keys", "response_types_supported": ["code"],
        "scopes_supported": ["openid", "email", "profile"], "token_endpoint_auth_methods_supported": [way],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
    }  # fmt: skip
    clients = {CLIENT: WAYS | {"token_endpoint_auth_method": way}}
    state = AuthorizationState(HashBasedSubjectIdentifierFactory("salt"))
    key = RSAKey(key=RSA.generate(2048), alg="RS256", use="sig", kid="one")
    return Provider(key, about, state, clients, Userinfo(people))


@dataclass
class RealProvider:
    """`person` is who sits at the provider's log-in page."""

    people: dict[str, Any]
    person: str = "maja"
    way: str = "client_secret_post"
    op: Provider = field(init=False)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.op = pyop(self.people, self.way)

    def log_in(self, address: str) -> str:
        """What the provider's pages do with a browser sent to `address`: where it is sent back to."""
        request = self.op.parse_authentication_request(urlsplit(address).query)
        answer = self.op.authorize(request, self.person)
        return str(answer.request(request["redirect_uri"]))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self.op.provider_configuration.to_dict())
        if path == "/keys":
            return httpx.Response(200, json=self.op.jwks)
        if path == "/token":
            headers = (
                {"Authorization": request.headers["authorization"]}
                if "authorization" in request.headers
                else {}
            )
            told = self.op.handle_token_request(request.content.decode(), headers)
            return httpx.Response(200, json=told.to_dict())
        if path == "/me":
            told = self.op.handle_userinfo_request("", {"Authorization": request.headers["authorization"]})
            return httpx.Response(200, json=told.to_dict())
        return httpx.Response(404)


def public(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return told | {"kid": kid, "use": "sig", "alg": "RS256"}


@dataclass
class BadProvider:
    """Gives out whatever token a test wants. `claims` go over those of a right token; None takes a claim away."""

    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    key: Any = KEY
    algorithm: str = "RS256"
    about: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    token: str | None = None
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public(KEY, "one")])
    status: int = 200
    nonce: str = ""

    def log_in(self, address: str) -> str:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce = asked["nonce"]
        return f"{asked['redirect_uri']}?code=c&state={asked['state']}"

    def made(self) -> str:
        now = int(time.time())
        right = {
            "iss": ISSUER, "sub": "maja-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce,
            "email": "maja@example.com", "email_verified": True,
        }  # fmt: skip
        told = {name: value for name, value in (right | self.claims).items() if value is not None}
        headers = {"kid": "one"} | self.header
        return jwt.encode(
            told, self.key, self.algorithm, headers={k: v for k, v in headers.items() if v is not None}
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/.well-known/openid-configuration":
            told = {
                "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/auth", "token_endpoint": f"{ISSUER}/token",
                "userinfo_endpoint": f"{ISSUER}/me", "jwks_uri": f"{ISSUER}/keys",
            }  # fmt: skip
            return httpx.Response(200, json=told | self.about)
        if path == "/keys":
            return httpx.Response(200, json={"keys": self.keys})
        if path == "/token":
            told = {"access_token": "a", "id_token": self.token if self.token is not None else self.made()}
            return httpx.Response(self.status, json=told)
        if path == "/me" and self.userinfo is not None:
            return httpx.Response(200, json=self.userinfo)
        return httpx.Response(404)
