"""Discourse's API as its makers describe it (openapi.json): whether a call and an answer are of it."""

import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "discourse"
# What Discourse's source takes and its description leaves out (posts_controller, post_actions_controller; read 2026-11-22).
BEYOND = {("post", "/posts.json"): {"whisper"}, ("post", "/post_actions.json"): {"take_action", "message"}}
UNDESCRIBED = re.compile(
    r"/private-posts\.json|/posts/by_number/.*|/posts/\d+/unhide\.json|/post_actions/\d+\.json|/site/settings\.json"
    r"|/admin/api/web_hooks.*|/admin/users/\d+/un(silence|suspend)\.json"
)


@cache
def paths() -> Mapping[str, Any]:
    place = DATA / "spec" / "openapi.json"
    told: Mapping[str, Any] = json.loads(place.read_bytes())["paths"] if place.exists() else {}
    return told


def described(method: str, path: str) -> tuple[str, Mapping[str, Any]] | None:
    if path in paths() and method in paths()[path]:
        return path, paths()[path][method]
    for name, told in paths().items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(name))
        if method in told and re.fullmatch(pattern, path):
            return name, told[method]
    return None


def faults_of_call(method: str, path: str, body: Any) -> list[str]:
    if not paths() or UNDESCRIBED.fullmatch(path):
        return []
    found = described(method, path)
    if found is None:
        return [f"there is no {method} {path}"]
    name, told = found
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None or body is None:
        return []
    allowed = BEYOND.get((method, name), set())
    return faults(content["schema"], {key: value for key, value in body.items() if key not in allowed}, path)


def answer_schema(method: str, path: str) -> Mapping[str, Any] | None:
    found = described(method, path) if paths() else None
    content = found[1]["responses"].get("200", {}).get("content", {}) if found else {}
    schema: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
    return schema


def faults_of_answer(method: str, path: str, body: Any) -> list[str]:
    schema = answer_schema(method, path)
    return faults(schema, body, f"answer of {path}") if schema else []


def faults(schema: Mapping[str, Any], value: Any, place: str) -> list[str]:
    """What is wrong with a value, by the words of JSON Schema that the description uses."""
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(is_of(kind, value) for kind in kinds):
        return [f"{place} is {type(value).__name__}, not {' or '.join(kinds)}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place} is none of {schema['enum']}"]
    found: list[str] = []
    if isinstance(value, dict):
        there = schema.get("properties", {})
        found += [f"{place} lacks {name}" for name in schema.get("required", []) if name not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{place} has no field {name}" for name in value if name not in there]
        for name, part in value.items():
            found += faults(there.get(name, {}), part, f"{place}.{name}")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for number, part in enumerate(value):
            found += faults(schema["items"], part, f"{place}[{number}]")
    return found


def is_of(kind: str, value: Any) -> bool:
    plain: Mapping[str, type | tuple[type, ...]] = {
        "string": str, "boolean": bool, "object": dict, "array": list, "null": type(None), "number": (int, float),
        "integer": int,
    }  # fmt: skip
    return isinstance(value, plain[kind]) and (
        kind not in {"number", "integer"} or not isinstance(value, bool)
    )


def least(schema: Mapping[str, Any]) -> Any:
    """The least that a schema takes."""
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if "enum" in schema:
        return schema["enum"][0]
    if "null" in kinds:
        return None
    if "object" in kinds or "properties" in schema:
        there = schema.get("properties", {})
        return {name: least(there.get(name, {})) for name in schema.get("required", [])}
    if "array" in kinds:
        return [least(schema["items"]) for _each in range(schema.get("minItems", 0))]
    return {"integer": 0, "number": 0, "boolean": False, "string": ""}.get(str(kinds[0]))
