"""X's news of what must be deleted: lines of a batch job, and the compliance streams. Pure.

A person who deletes herself asks by that to be forgotten; one who is suspended or protected does not, her posts are only
no longer shown (X: Compliance, read 2026-11-22).
"""

from lyhord.channels.contract import Author, Event, Item, Unsupported
from lyhord.connectors.x.shapes import Part, moment, needed, text, within

NEWS = ("delete", "withheld", "drop", "undrop", "post_edit", "tweet_edit", "user_delete", "user_undelete", "user_protect",
        "user_unprotect", "user_suspend", "user_unsuspend", "user_withheld", "scrub_geo", "user_profile_modification")  # fmt: skip


def is_one(told: Part) -> bool:
    """A line of a job's answer: {id, action, created_at, reason}."""
    return isinstance(told.get("action"), str) and "id" in told


def line(told: Part) -> Item:
    ident, reason = needed(told, "id"), text(told, "reason")
    if text(told, "action") != "delete" or reason not in {"deleted", "deactivated"}:
        return Unsupported(f"X asks for no deletion: {reason[:40] or 'no reason'}.", ident)
    at = moment(text(told, "redacted_at"))
    if reason == "deactivated" and "author_id" not in told:
        return Event(kind="erasure", key=f"erasure:{ident}", author=Author(ident), at=at)
    return Event(kind="deleted", key=f"deleted:{ident}", item=ident, at=at)


def is_news(data: Part) -> bool:
    return any(isinstance(data.get(name), dict) for name in NEWS)


def news(data: Part) -> Item:
    if isinstance(data.get("delete"), dict):
        part = within(data, "delete")
        ident = needed(within(part, "post", "tweet"), "id")
        return Event(kind="deleted", key=f"deleted:{ident}", item=ident, at=moment(text(part, "event_at")))
    if isinstance(data.get("user_delete"), dict):
        part = within(data, "user_delete")
        ident = needed(within(part, "user"), "id")
        return Event(
            kind="erasure", key=f"erasure:{ident}", author=Author(ident), at=moment(text(part, "event_at"))
        )
    return Unsupported(f"X's news {next(iter(data))[:40]!r} asks for no deletion.")
