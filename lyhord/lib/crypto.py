"""Encryption of single values, and short signed tokens. Works without Django.

A sealed value is AES-256-GCM bound to its table, column and row: moved to another row, it does not open. The key's
name stands in the value, so that keys can be changed while old values stay readable.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lyhord.lib.errors import LyhordError


class KeyMissing(LyhordError):
    """The key that a value was sealed under is not in this installation's key file."""


class NotSealed(LyhordError):
    """The value was changed, moved from another row, or was never sealed."""


class BadToken(LyhordError):
    """A signed token that is wrong or has ended."""


class Keyring:
    """The installation's keys by name, and the one that new values are sealed under."""

    def __init__(self, keys: dict[str, bytes], current: str) -> None:
        self.keys = keys
        self.current = current

    @classmethod
    def of(cls, keys: dict[str, bytes]) -> "Keyring":
        """Keys from memory; the last one is current."""
        return cls(keys, list(keys)[-1])

    @classmethod
    def at(cls, path: Path) -> "Keyring":
        """Read the key file; made with one fresh key when it is not there."""
        if not path.exists():
            make(path)
        told = read_file(path)
        return cls({name: base64.b64decode(key) for name, key in told["keys"].items()}, told["current"])

    def seal(self, plain: str, *, table: str, column: str, row: object) -> str:
        """`plain` for one column of one row, `row` being its primary key. Moved elsewhere it does not open."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), place(table, column, row))
        return f"{self.current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, table: str, column: str, row: object) -> str:
        """Raises KeyMissing or NotSealed."""
        name, _, coded = sealed.partition(".")
        if name not in self.keys:
            raise KeyMissing(
                f"The key {name!r} that {table}.{column} was sealed under is not in keys.json. Bring that file back "
                "from where you keep it, or enter the value anew."
            )
        try:
            data = base64.urlsafe_b64decode(coded)
            return AESGCM(self.keys[name]).decrypt(data[:12], data[12:], place(table, column, row)).decode()
        except (InvalidTag, ValueError) as problem:
            raise NotSealed(
                f"A value of {table}.{column} does not open: it was changed or moved."
            ) from problem

    def is_current(self, sealed: str) -> bool:
        return sealed.startswith(f"{self.current}.")

    def reseal(self, sealed: str, *, table: str, column: str, row: object) -> str:
        """The same value under the current key; as it is when it has that already. Raises KeyMissing or NotSealed."""
        if self.is_current(sealed):
            return sealed
        plain = self.open(sealed, table=table, column=column, row=row)
        return self.seal(plain, table=table, column=column, row=row)


def place(table: str, column: str, row: object) -> bytes:
    if row is None or row == "":
        raise ValueError("A value is sealed for a row that has its number: save the row first.")
    return f"{table}\n{column}\n{row}".encode()


def make(path: Path) -> None:
    """Write a key file with one key, mode 0600. When another process was first, its file stays."""
    name = secrets.token_hex(4)
    told = {"current": name, "keys": {name: base64.b64encode(secrets.token_bytes(32)).decode()}}
    write(path, told, replace=False)


def add_key(path: Path) -> str:
    """Add a fresh key and make it current; values sealed under older ones stay readable."""
    told = read_file(path)
    name = secrets.token_hex(4)
    told["keys"][name] = base64.b64encode(secrets.token_bytes(32)).decode()
    told["current"] = name
    write(path, told, replace=True)
    return name


def forget(path: Path, keep: set[str]) -> set[str]:
    """Drop the keys that no sealed value names any more, and say which. The current one always stays."""
    told = read_file(path)
    gone = {name for name in told["keys"] if name not in keep and name != told["current"]}
    told["keys"] = {name: key for name, key in told["keys"].items() if name not in gone}
    write(path, told, replace=True)
    return gone


def read_file(path: Path) -> dict[str, Any]:
    """Raises KeyMissing when the file is not one that `make` wrote."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
        if (
            all(len(base64.b64decode(key)) == 32 for key in told["keys"].values())
            and told["current"] in told["keys"]
        ):
            return told
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise KeyMissing(
            f"The key file {path} cannot be read. Bring it back from where you keep it."
        ) from problem
    raise KeyMissing(f"The key file {path} lacks its current key. Bring it back from where you keep it.")


def write(path: Path, told: dict[str, Any], *, replace: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(ours, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    if replace:
        ours.replace(path)
        return
    try:
        os.link(ours, path)
    except FileExistsError:
        pass
    finally:
        ours.unlink()


def token() -> str:
    """256 bits that nobody guesses, fit for an address."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str | bytes, other: str | bytes) -> bool:
    """Equality in constant time."""
    first = one.encode("utf-8", "surrogatepass") if isinstance(one, str) else one
    second = other.encode("utf-8", "surrogatepass") if isinstance(other, str) else other
    return hmac.compare_digest(first, second)


def derived(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose."""
    return hmac.new(secret.encode(), f"lyhord {purpose}".encode(), hashlib.sha256).digest()


def sign(claims: dict[str, Any], key: bytes, *, now: float, seconds: float) -> str:
    """A token that says `claims` until `now` + `seconds` (seconds since 1970)."""
    body = base64.urlsafe_b64encode(
        json.dumps(claims | {"exp": now + seconds}, separators=(",", ":")).encode()
    ).rstrip(b"=")
    return f"{body.decode()}.{mac(body, key)}"


def read(text: str, key: bytes, *, now: float) -> dict[str, Any]:
    """The claims of a token, "exp" among them. Raises BadToken."""
    body, _, given = text.partition(".")
    if not same(mac(body.encode("utf-8", "surrogatepass"), key), given):
        raise BadToken("The token is not one of ours.")
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if claims["exp"] < now:
        raise BadToken("The token has ended.")
    return claims


def mac(body: bytes, key: bytes) -> str:
    return base64.urlsafe_b64encode(hmac.new(key, body, hashlib.sha256).digest()).rstrip(b"=").decode()
