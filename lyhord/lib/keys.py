"""Files that hold this installation's own secrets. Made at the first start, readable by the owner alone."""

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Django's SECRET_KEY from `folder`/secret_key; made when it is not there.

    It signs sessions and tokens only. What lies encrypted in the database has keys of its own (`lib.crypto`).
    """
    path = folder / "secret_key"
    return read(path) or made(path, secrets.token_urlsafe(50))


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def made(path: Path, value: str) -> str:
    """Write `value` once; when another process was first, its value counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = path.with_name(f"{path.name}.{os.getpid()}")
    ours.touch(mode=0o600)
    ours.write_text(value, encoding="ascii")
    try:
        os.link(ours, path)  # fails if it is there, so nobody's key is overwritten
    except FileExistsError:
        return read(path)
    finally:
        ours.unlink()
    return value
