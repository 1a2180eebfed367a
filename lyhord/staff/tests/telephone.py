"""A passkey in software, for tests: makes and answers challenges as a browser with an authenticator does."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, HAS_KEY = 1, 4, 64


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Telephone:
    """`counter` None: a passkey that is kept in step over machines, and always tells 0."""

    origin: str = ORIGIN
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counter: int | None = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    handle: str = ""

    def data(self, more: bytes = b"", flags: int = 0) -> bytes:
        if self.counter is not None:
            self.counter += 1
        return (
            hashlib.sha256(self.host.encode()).digest()
            + bytes([self.flags | flags])
            + struct.pack(">I", self.counter or 0)
            + more
        )

    def client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}
        return json.dumps(told).encode()

    def create(self, options: Any) -> str:
        """The answer to the page that sets up a passkey, as its hidden field holds it."""
        asked = options["publicKey"]
        self.handle = asked["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        named = b"\0" * 16 + struct.pack(">H", len(self.id)) + self.id + cbor.encode(public)
        made = {"fmt": "none", "attStmt": {}, "authData": self.data(named, HAS_KEY)}
        return self.told(
            {
                "clientDataJSON": text(self.client_data("create", asked["challenge"])),
                "attestationObject": text(cbor.encode(made)),
                "transports": ["internal"],
            },
            {"credProps": {"rk": True}},
        )

    def get(self, options: Any) -> str:
        client, signed = self.client_data("get", options["publicKey"]["challenge"]), self.data()
        signature = self.key.sign(signed + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self.told(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(signed),
                "signature": text(signature),
                "userHandle": self.handle,
            },
            {},
        )

    def told(self, response: dict[str, Any], results: dict[str, Any]) -> str:
        return json.dumps({
            "type": "public-key", "id": text(self.id), "rawId": text(self.id), "response": response,
            "clientExtensionResults": results, "authenticatorAttachment": "platform",
        })  # fmt: skip
