"""Google's discovery documents: whether a call or a resource is as they say."""

import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels"
PLAIN: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "number": (int, float),
    "any": (object,),
}


@cache
def document(place: str) -> Mapping[str, Any]:
    """Of `youtube/spec/youtube.v3.json` and the like; empty where it is not here."""
    path = DATA / place
    told: Mapping[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return told


@cache
def methods(place: str) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []

    def walk(part: Mapping[str, Any]) -> None:
        found.extend(part.get("methods", {}).values())
        for resource in part.get("resources", {}).values():
            walk(resource)

    walk(document(place))
    return found


def method_of(place: str, verb: str, path: str) -> Mapping[str, Any] | None:
    """The method that a call is; `{+name}` in a path stands for several parts."""
    for method in methods(place):
        flat = method.get(
            "flatPath", method["path"]
        )  # `v1/accounts/{accountsId}` where the path is `v1/{+name}`
        pattern = re.sub(r"\\\{\\\+\w+\\\}", r".+", re.escape(flat))
        pattern = re.sub(r"\\\{\w+\\\}", r"[^/]+", pattern)
        if method["httpMethod"] == verb and re.fullmatch(pattern, path.lstrip("/")):
            return method
    return None


def faults_of_call(place: str, verb: str, path: str, params: Mapping[str, str], body: Any) -> list[str]:
    """What is wrong with a call; nothing where the document is not here."""
    if not document(place):
        return []
    method = method_of(place, verb, path)
    if method is None:
        return [f"there is no {verb} {path}"]
    known = method["parameters"] | document(place).get("parameters", {})
    found = [f"{method['id']} has no parameter {name}" for name in params if name not in known]
    for name, parameter in method["parameters"].items():
        value = params.get(name)
        if value is None:
            if parameter.get("required") and parameter["location"] == "query":
                found.append(f"{method['id']} lacks {name}")
        elif parameter.get("enum") and value not in parameter["enum"]:
            found.append(f"{name} is {value}")
        elif parameter.get("maximum") and int(value) > int(parameter["maximum"]):
            found.append(f"{name} is above {parameter['maximum']}")
        elif parameter["type"] == "boolean" and value not in {"true", "false"}:
            found.append(f"{name} is no boolean")
    if body is not None:
        wanted = method.get("request", {}).get("$ref")
        found += faults_of(place, wanted, body) if wanted else [f"{method['id']} takes no body"]
    return found


def faults_of(place: str, schema: str, value: Any) -> list[str]:
    """What is wrong with a resource."""
    schemas = document(place).get("schemas", {})
    return faults(schemas, {"$ref": schema}, value, schema) if schemas else []


def faults(schemas: Mapping[str, Any], told: Mapping[str, Any], value: Any, where: str) -> list[str]:
    if "$ref" in told:
        return faults(schemas, schemas[told["$ref"]], value, where)
    kind = told.get("type", "any")
    if kind == "array":
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [fault for each in value for fault in faults(schemas, told["items"], each, f"{where}[]")]
    if kind == "object":
        if not isinstance(value, Mapping):
            return [f"{where} is no object"]
        known = told.get("properties", {})
        found = [
            f"{where} has no {name}"
            for name in value
            if name not in known and "additionalProperties" not in told
        ]
        for name, part in value.items():
            if name in known:
                found += faults(schemas, known[name], part, f"{where}.{name}")
        return found
    if not isinstance(value, PLAIN[kind]) or (kind in {"integer", "number"} and isinstance(value, bool)):
        return [f"{where} is no {kind}"]
    return [f"{where} is {value}"] if told.get("enum") and value not in told["enum"] else []
