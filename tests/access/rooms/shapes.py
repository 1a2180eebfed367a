"""How the rooms tell what stands for the places of an address, and what is sent there."""

from typing import Any

Things = dict[str, Any]
NO_TOKEN = "n" * 32
# The beginning of a route -> place in it -> the thing that stands there; "=x" is the word x itself.
Meanings = dict[str, dict[str, str]]
# What is sent to a route, so that it comes as far as asking who may. "$x" is filled with the thing x.
Bodies = dict[str, Things]
Queries = dict[str, dict[str, str]]
