"""Whether a value is as a vendor's OpenAPI document describes it. A part of JSON Schema: the one that those documents use."""

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (Mapping,),
}
SHOWN = 60


class Document:
    """Of one vendor. Every method gives faults in words; none: it is as described."""

    def __init__(self, told: Schema) -> None:
        self.told = told

    def schema(self, name: str) -> Schema:
        found: Schema = self.told["components"]["schemas"][name]
        return found

    def operations(self, method: str, path: str) -> list[tuple[str, Schema]]:
        """The paths that fit, with their holes, and what is said of the call. One without holes comes alone.

        Graph's paths differ by the names of their holes only, so one address may be several calls.
        """
        fitting = []
        for template, calls in self.told["paths"].items():
            pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template))
            if method.lower() in calls and re.fullmatch(pattern, path):
                fitting.append((template, calls[method.lower()]))
        exact = [each for each in fitting if each[0] == path]
        fewest = min((each[0].count("{") for each in fitting), default=0)
        return exact or [each for each in fitting if each[0].count("{") == fewest]

    def faults_of_call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        content: Any,
        content_type: str = "application/json",
    ) -> list[str]:
        tries = [
            self.faults_of_one(method, *each, query, content, content_type)
            for each in self.operations(method, path)
        ]
        return min(tries, key=len, default=[f"there is no {method} {path}"])

    def faults_of_one(
        self,
        method: str,
        template: str,
        call: Schema,
        query: Mapping[str, str],
        content: Any,
        content_type: str,
    ) -> list[str]:
        place = f"{method} {template}"
        parameters = [self.resolved(each) for each in call.get("parameters", [])]
        parameters += [self.resolved(each) for each in self.told["paths"][template].get("parameters", [])]
        known = {each["name"]: each for each in parameters if each["in"] == "query"}
        faults = [f"{place} has no {name} in its query" for name in query if name not in known]
        faults += [
            f"{place} lacks {name}"
            for name, each in known.items()
            if each.get("required") and name not in query
        ]
        for name, value in query.items():
            if name in known:
                faults += self.faults(
                    known[name].get("schema", {}),
                    as_told(value, self.resolved(known[name].get("schema", {}))),
                    f"{place}?{name}",
                )
        body = self.resolved(call.get("requestBody", {}))
        described = body.get("content", {}).get(content_type)
        if content is None:
            return faults + ([f"{place} lacks its body"] if body.get("required") else [])
        if described is None:
            return [*faults, f"{place} takes no body of {content_type}"]
        return faults + self.faults(described.get("schema", {}), content, place)

    def faults_of_answer(self, method: str, path: str, status: int, content: Any) -> list[str]:
        tries = []
        for template, call in self.operations(method, path):
            told = call["responses"]
            answer = self.resolved(told.get(str(status)) or told.get("default") or {})
            described = answer.get("content", {}).get("application/json", {})
            tries.append(self.faults(described.get("schema", {}), content, f"answer to {method} {template}"))
        return min(tries, key=len, default=[f"there is no {method} {path}"])

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self.told
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            schema = found
        return schema

    def faults(self, schema: Schema, value: Any, place: str) -> list[str]:
        schema = self.resolved(schema)
        ways = schema.get("oneOf") or schema.get("anyOf")
        faults = self.plain_faults(schema, value, place)
        if ways:
            tries = [self.faults(way, value, place) for way in ways]
            least: list[str] = min(tries, key=len)
            faults += least
        for part in schema.get("allOf", []):
            faults += [each for each in self.faults(part, value, place) if " has no field " not in each]
        if "allOf" in schema and isinstance(value, Mapping):
            faults += self.unknown(schema, value, place)
        return faults

    def plain_faults(self, schema: Schema, value: Any, place: str) -> list[str]:
        kind = schema.get("type")
        if value is None and schema.get("nullable"):
            return []
        if kind in TYPES and (
            not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")
        ):
            return [f"{place} is no {kind}"]
        faults = (
            [f"{place} is none of {schema['enum']}"]
            if "enum" in schema and value not in schema["enum"]
            else []
        )
        if isinstance(value, str):
            faults += text_faults(schema, value, place)
        if isinstance(value, list):
            faults += self.list_faults(schema, value, place)
        if isinstance(value, Mapping):
            faults += self.object_faults(schema, value, place)
        return faults

    def list_faults(self, schema: Schema, value: list[Any], place: str) -> list[str]:
        faults = [f"{place} has too few"] if len(value) < schema.get("minItems", 0) else []
        faults += [f"{place} has too many"] if len(value) > schema.get("maxItems", len(value)) else []
        for number, each in enumerate(value):
            faults += self.faults(schema.get("items", {}), each, f"{place}[{number}]")
        return faults

    def object_faults(self, schema: Schema, value: Mapping[str, Any], place: str) -> list[str]:
        fields = schema.get("properties", {})
        faults = [f"{place} lacks {name}" for name in schema.get("required", []) if name not in value]
        if schema.get("additionalProperties") is False:
            faults += [f"{place} has no field {name}" for name in value if name not in fields]
        for name, each in value.items():
            if name in fields:
                faults += self.faults(fields[name], each, f"{place}.{name}")
        return faults

    def unknown(self, schema: Schema, value: Mapping[str, Any], place: str) -> list[str]:
        """Fields that no part of a whole put together knows, where any part closes it."""
        known, is_closed = self.fields_of(schema)
        return [f"{place} has no field {name}" for name in value if name not in known] if is_closed else []

    def fields_of(self, schema: Schema) -> tuple[set[str], bool]:
        schema = self.resolved(schema)
        known, is_closed = set(schema.get("properties", {})), schema.get("additionalProperties") is False
        for part in schema.get("allOf", []):
            more, closes = self.fields_of(part)
            known, is_closed = known | more, is_closed or closes
        return known, is_closed


def text_faults(schema: Schema, value: str, place: str) -> list[str]:
    faults = []
    if "pattern" in schema and not re.search(schema["pattern"], value):
        faults.append(f"{place} {value[:SHOWN]!r} is not like {schema['pattern']}")
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        faults.append(f"{place} is too short or too long")
    return faults


def as_told(value: str, schema: Schema) -> Any:
    """What stands in an address is text; the description says what it means."""
    if schema.get("type") in {"integer", "number"} and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "array":
        return value.split(",")
    if schema.get("type") == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value
