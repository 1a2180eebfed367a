"""Telephone numbers in one form, by which callers are known. Pure.

ITU-T E.164 (2010-11): a plus, the country, at most fifteen digits in all.
"""

import re

SIGNS = re.compile(r"[\s().\-/\u2010-\u2015\u00a0]")
# Norway, Denmark, Iceland and Estonia dial no zero first; elsewhere it falls away behind the country.
WITHOUT_TRUNK = frozenset({"47", "45", "354", "372"})
SHORTEST, LONGEST = 5, 15


def normal(text: str, country: str) -> str:
    """`+46701234567` for `070-123 45 67`; "" for what is no number, such as a hidden one."""
    digits = SIGNS.sub("", text.replace("(0)", ""))
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0") and country not in WITHOUT_TRUNK:
        digits = country + digits[1:]
    else:
        digits = country + digits
    is_number = digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST
    return f"+{digits}" if is_number and not digits.startswith("0") else ""
