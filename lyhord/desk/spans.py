"""Minutes as people type them: a number and its unit. Plain values."""

UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}


def told(minutes: int) -> tuple[int, str]:
    """In the largest unit that divides them."""
    size = abs(minutes)
    unit = next((name for name in ("days", "hours") if size and size % UNITS[name] == 0), "minutes")
    return size // UNITS[unit], unit


def minutes(amount: str, unit: str) -> int | None:
    """None: no whole number, or no unit that we know."""
    is_number = amount.isascii() and amount.isdigit() and len(amount) < 8
    return int(amount) * UNITS[unit] if is_number and unit in UNITS else None
