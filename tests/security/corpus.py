"""Hostile strings and files. They lie beside the repository; where they are not at hand, tests are left out and say so."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = Path(os.environ.get("LYHORD_TEST_DATA") or ROOT.parent / "shared" / "data") / "hostile"
LONGEST = 50_000  # of one text: a page holds many

# Made to tell at once when they are taken for markup, in each of the places where words stand. The corpora hold more.
PLAIN = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "x\" autofocus onfocus=alert(1) x=\"",
    "javascript:alert(1)",
    " \tjava\nscript:alert(1)//http://a",
    "data:text/html,<script>alert(1)</script>",
    "https://x\" onmouseover=\"alert(1)",
    "</textarea></title></script><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}${7*7}%(name)s%s{0.__class__}",
    '<a hx-get="/settings/" hx-trigger="load" hx-on::load="alert(1)">x</a>',
    '<form action="https://127.0.0.1:9/" id="composer-text"><input name=csrfmiddlewaretoken></form>',
    '<meta http-equiv="refresh" content="0;url=https://127.0.0.1:9/"><base href="https://127.0.0.1:9/">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe><object data="data:text/html,x"></object>',
    "\u202egnp.exe\u2066<b onclick=alert(1)>\u2069",
    "]]><!--<img src=x onerror=alert(1)>--!>",
]  # fmt: skip


def folder(*parts: str) -> Path:
    path = HOSTILE.joinpath(*parts)
    if not path.exists():
        pytest.skip(
            f"The hostile data is not here: {path}. Set LYHORD_TEST_DATA to the folder that holds it."
        )
    return path


def read(*parts: str) -> Any:
    return json.loads(folder(*parts).read_bytes())


def scripts() -> list[str]:
    """Every string that wants to run in a page."""
    found = folder("xss-payloadbox", "payloads.txt").read_text("utf-8", "replace").split("\n")
    for path in sorted(folder("xss-patt").glob("*.txt")):
        found += path.read_text("utf-8", "replace").split("\n")
    found += [case["payload"] for case in read("xss-dompurify", "cases.json")]
    return unique(found)


def oddities() -> list[str]:
    """Every string that breaks layouts, searches and databases."""
    return unique([*read("naughty-strings", "strings.json"), *map(whole, read("own-unicode", "cases.json"))])


def whole(case: dict[str, Any]) -> str:
    if case["pieces"]:
        return "".join(piece * times for piece, times in case["pieces"])
    return str(case["text"] or " ".join(case["pair"] or []))


def file_names() -> list[str]:
    return [case["name"] for case in read("own-filenames", "cases.json")]


def unique(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(text[:LONGEST] for text in texts if text.strip()))


def some(texts: list[str], most: int) -> list[str]:
    """The same few at each run, spread over all: those of the least digests."""
    return sorted(texts, key=lambda text: sha256(text.encode("utf-8", "surrogatepass")).digest())[:most]


def sample() -> list[str]:
    return unique([*PLAIN, *some(scripts(), 100), *some(oddities(), 30)])


def everything() -> list[str]:
    return unique([*PLAIN, *scripts(), *oddities()])
