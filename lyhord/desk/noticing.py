"""By which ways somebody hears of what is for her: plain values."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

PAGE, MAIL, BROWSER = "page", "mail", "browser"
WAYS = (PAGE, MAIL, BROWSER)

# What somebody must act upon while she is away goes by mail too; nothing leaves the page by the browser unasked.
MAILED = frozenset({"approval_wanted", "too_late", "handed_over", "follow_up", "without_owner"})


def default(what: str) -> list[str]:
    return [PAGE, MAIL] if what in MAILED else [PAGE]


def ways(what: str, chosen: Mapping[str, Sequence[str]]) -> list[str]:
    told = chosen.get(what)
    return default(what) if told is None else [way for way in WAYS if way in told]


def kept(chosen: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What differs from the defaults."""
    plain = {what: [way for way in WAYS if way in told] for what, told in chosen.items()}
    return {what: told for what, told in plain.items() if told != default(what)}


def is_quiet(at: time, begins: time | None, ends: time | None) -> bool:
    """`at`: of the day, in her zone. Quiet hours may go over midnight; equal ends are the whole day."""
    if begins is None or ends is None:
        return False
    if begins < ends:
        return begins <= at < ends
    return at >= begins or at < ends


def quiet_ends(now: datetime, begins: time | None, ends: time | None) -> datetime | None:
    """When the quiet hours that hold at `now` end; None: they do not hold. `now` in her zone."""
    if ends is None or not is_quiet(now.timetz().replace(tzinfo=None), begins, ends):
        return None
    day = now if now.time() < ends else now + timedelta(days=1)
    # In the hour that autumn has twice, an end in its first round would lie behind us.
    return datetime.combine(day.date(), ends.replace(fold=now.fold), tzinfo=now.tzinfo)
