"""The Bot API as its own pages describe it (api.min.json): whether a request or an object is of it."""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "telegram"
PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "String": (str,),
    "Boolean": (bool,),
    "Float": (int, float),
    "Float number": (int, float),
    "True": (bool,),
}


@cache
def contract() -> Mapping[str, Any]:
    path = DATA / "spec" / "api.min.json"
    told: Mapping[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return told


def faults_of_call(method: str, content: Mapping[str, Any]) -> list[str]:
    """What is wrong with a call; nothing where the description is not here."""
    if not contract():
        return []
    known = contract()["methods"].get(method)
    return [f"there is no method {method}"] if known is None else faults(known, content, method)


def faults_of(kind: str, value: Any, place: str = "") -> list[str]:
    """What is wrong with an object of a type."""
    if not contract():
        return []
    place = place or kind
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{place} is no list"]
        inner = kind.removeprefix("Array of ")
        return [
            fault
            for number, each in enumerate(value)
            for fault in faults_of(inner, each, f"{place}[{number}]")
        ]
    if kind in PLAIN:
        is_right = isinstance(value, PLAIN[kind]) and (
            kind in {"Boolean", "True"} or not isinstance(value, bool)
        )
        return [] if is_right else [f"{place} is no {kind}"]
    if kind == "InputFile":
        return [] if isinstance(value, bytes) else [f"{place} is no file"]
    told = contract()["types"][kind]
    if told.get("subtypes"):
        each = [faults_of(sub, value, place) for sub in told["subtypes"]]
        return min(each, key=len)
    return faults(told, value, place)


def faults(known: Mapping[str, Any], content: Any, place: str) -> list[str]:
    if not isinstance(content, Mapping):
        return [f"{place} is no object"]
    fields = {field["name"]: field for field in known.get("fields", [])}
    found = [f"{place} has no field {name}" for name in content if name not in fields]
    found += [
        f"{place} lacks {name}" for name, field in fields.items() if field["required"] and name not in content
    ]
    for name, value in content.items():
        if name in fields:
            tries = [faults_of(kind, value, f"{place}.{name}") for kind in fields[name]["types"]]
            least: list[str] = min(tries, key=len)
            found += least
    return found
