"""Google's server for access tokens, made of paper."""

from typing import Any
from urllib.parse import parse_qs

import httpx

REFRESH, CLIENT, CLIENT_SECRET = "refresh-of-nobody", "client-of-nobody", "secret-of-nobody"
APP = {"client_id": CLIENT, "client_secret": CLIENT_SECRET, "hook_secret": "hook-of-nobody"}


class Grants:
    """Gives tokens while the grant stands; `alive` holds those that the networks take."""

    def __init__(self) -> None:
        self.given = 0
        self.alive: set[str] = set()
        self.is_revoked = False
        self.more: dict[str, Any] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        assert form["grant_type"] == "refresh_token"
        if form["client_id"] != CLIENT or form["client_secret"] != CLIENT_SECRET:
            return httpx.Response(401, json={"error": "invalid_client", "error_description": "Unauthorized"})
        if self.is_revoked or form["refresh_token"] != REFRESH:
            told = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
            return httpx.Response(400, json=told)
        self.given += 1
        access = f"access-{self.given}"
        self.alive = {access}
        given = {"access_token": access, "expires_in": 3599, "token_type": "Bearer", **self.more}
        return httpx.Response(200, json=given)

    def takes(self, request: httpx.Request) -> bool:
        return request.headers.get("authorization", "").removeprefix("Bearer ") in self.alive


def refusal(code: int, reason: str, status: str = "", text: str = "No.") -> httpx.Response:
    """In Google's dialect."""
    error: dict[str, Any] = {
        "code": code,
        "message": text,
        "errors": [{"message": text, "domain": "global", "reason": reason}],
    }
    return httpx.Response(code, json={"error": error | ({"status": status} if status else {})})
