"""The matrix as it lies in the repository: one line a route, and who gets which answer."""

import json
from pathlib import Path

from tests.access.walk import ROLES

PATH = Path(__file__).parent / "matrix.json"
ORDER = ("done", "ok", "refused", "forbidden", "absent", "login")
Law = dict[str, dict[str, str]]  # route -> role -> word


def read() -> Law:
    told = json.loads(PATH.read_text(encoding="utf-8"))
    return {
        line: {role: word for word, roles in words.items() for role in roles.split()}
        for line, words in told.items()
    }


def text(law: Law) -> str:
    rows = [f"  {json.dumps(line)}: {json.dumps(grouped(words))}" for line, words in law.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def grouped(words: dict[str, str]) -> dict[str, str]:
    """Word by word, each with its roles in their order."""
    known = [*ORDER, *sorted(set(words.values()) - set(ORDER))]
    found = {word: " ".join(role for role in ROLES if words.get(role) == word) for word in known}
    return {word: roles for word, roles in found.items() if roles}
