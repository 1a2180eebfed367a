"""Switches that take a defence away, so that its test can be seen to fail. Honoured only under LYHORD_TESTING=1."""

import os


def is_on(name: str) -> bool:
    """LYHORD_SABOTAGE holds the names, with commas between."""
    if os.environ.get("LYHORD_TESTING") != "1":
        return False
    return name in os.environ.get("LYHORD_SABOTAGE", "").split(",")
