"""Meta's own description of the Cloud API (OpenAPI, v23.0), and what came after it."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lyhord.channels.tests.openapi import Document

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "whatsapp"
FILE = DATA / "spec" / "business-messaging-api_v23.0.yaml"
# In Meta's pages and not in the document of v23.0: Messages reference (biz_opaque_callback_data), Business-scoped user IDs
# (recipient in place of to; user_id in blocking). Read 2026-11-22.
NEWER = frozenset({"biz_opaque_callback_data", "recipient"})
# Each list of the Graph API takes these (Meta: Graph API, Paginated results; read 2026-11-22).
PAGING = frozenset({"fields", "limit", "after"})


@cache
def document() -> Document | None:
    if not FILE.exists():
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Document(yaml.load(FILE.read_bytes(), Loader=loader))


def faults_of_call(method: str, path: str, query: Mapping[str, str], content: Any, kind: str) -> list[str]:
    """What is wrong with a call; nothing where the description is not here."""
    told = document()
    if told is None:
        return []
    if path.endswith("/messages") and isinstance(content, Mapping):
        return faults_of_message(told, content)
    if path.endswith("/message_templates"):
        query = {name: value for name, value in query.items() if name not in PAGING}
    return told.faults_of_call(method, path, query, content, kind)


def faults_of_message(told: Document, content: Mapping[str, Any]) -> list[str]:
    if "status" in content:
        return told.faults(told.schema("MarkMessageRequestPayload"), content, "mark")
    known = {name: value for name, value in content.items() if name not in NEWER}
    if "recipient" in content:
        known["to"] = content["recipient"]
    mapping = told.schema("Message")["discriminator"]["mapping"]
    kind = content.get("type")
    if kind not in mapping:
        return [f"there is no message of the kind {kind}"]
    return told.faults({"$ref": mapping[kind]}, known, f"message {kind}")


def faults_of_answer(method: str, path: str, status: int, content: Any) -> list[str]:
    told = document()
    return [] if told is None else told.faults_of_answer(method, path, status, content)
