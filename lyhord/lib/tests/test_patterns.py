import importlib
import pkgutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
import regex

from lyhord import lib

SIZE = 100_000
UNITS = [
    "a", " ", "\n", "@", "@a", "@a@a", "@a@a.", "a.", ".", "-", "<", "<a ", "</", "<!--", "&#1", "1", "0x", "http://",
    "https://a", "=", "a=", '"', "[", ":", "\u202e", "\u0335", "\U0001f3f4\U000e0067", "😀", "\r", "\ud800", "\0",
]  # fmt: skip
ENDS = ["", "!", "\n\n", ">", "@", "\x01"]


def patterns() -> Iterator[tuple[str, Any]]:
    for module in pkgutil.iter_modules(lib.__path__, "lyhord.lib."):
        if not module.ispkg:
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, regex.Pattern):
                    yield f"{module.name}.{name}", value


@pytest.mark.parametrize(("name", "pattern"), [pytest.param(*found, id=found[0]) for found in patterns()])
def test_no_pattern_can_be_made_slow(name: str, pattern: Any) -> None:
    # Processor time of this thread, with a margin: the quadratic way takes minutes for this size.
    for unit in UNITS:
        for end in ENDS:
            written: Any = unit * (SIZE // len(unit)) + end
            if isinstance(pattern.pattern, bytes):
                written = written.encode("utf-8", "surrogatepass")
            began = time.thread_time()
            for found in pattern.finditer(written):
                assert found is not None
            pattern.fullmatch(written)
            assert time.thread_time() - began < 2, (name, unit, end)


def test_there_are_patterns_to_try() -> None:
    assert len(list(patterns())) > 15
