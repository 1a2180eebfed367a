"""What we do on Instagram, what it means when the answer does not come, and looking what stands there."""

from datetime import datetime

from lyhord.channels.contract import (
    AccountSide,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors._meta import talking
from lyhord.connectors._meta.client import Graph, Lost, NotSent
from lyhord.connectors._meta.places import quoted
from lyhord.connectors._meta.values import Part, Strange, listed, native, text, within
from lyhord.lib.text import N_

COMMENT = Length(2200)  # in no page of Meta's reference; the app's own limit (read 2026-11-22)
MESSAGE = Length(1000, "bytes")  # docs: Send messages, text "must be 1000 bytes or less"
FILES = {
    **dict.fromkeys(("image/jpeg", "image/png"), 8 * 1024 * 1024),
    **dict.fromkeys(("video/mp4", "audio/mpeg", "application/pdf"), 25 * 1024 * 1024),
}  # docs: Send messages, media specifications
A_PAGE = 50
UNREADABLE = N_("Our own words on Instagram cannot be read now.")


def send(graph: Graph, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    if outgoing.verb == "reply":
        return (
            private(graph, outgoing, now)
            if outgoing.visibility == "private"
            else public(graph, account, outgoing, now)
        )
    item = quoted(outgoing.item or "")
    if item and outgoing.verb in {"hide", "unhide"}:
        return talking.done(graph, "POST", item, {"hide": outgoing.verb == "hide"}, now)
    if item and outgoing.verb == "delete":
        return talking.done(graph, "DELETE", item, None, now)
    return Refused(N_("Instagram lets no program do this. Do it in its own app."))


def private(graph: Graph, outgoing: Outgoing, now: datetime) -> Outcome:
    """To a comment once; in a talk as long as the window is open."""
    is_first = outgoing.item_visibility == "public" and bool(outgoing.item)
    why = talking.unfit(outgoing, MESSAGE, {} if is_first else FILES)
    if why:
        return Refused(why)
    if is_first:
        content = {"recipient": {"comment_id": outgoing.item}, "message": {"text": outgoing.text}}
        return talking.sent_message(graph, "me", content, now)
    return talking.answer(graph, "me", outgoing, now)


def public(graph: Graph, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    why = unfit(outgoing)
    if why:
        return Refused(why)
    path, content = place(account, outgoing)
    try:
        told = graph.ask("POST", path, None, content)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Unsure(str(problem))
    return talking.known_by(told, "id") if told.is_good else graph.failed(told, now, is_repeatable=False)


def unfit(outgoing: Outgoing) -> str:
    if outgoing.item_visibility == "private":
        return N_("This was written to us in private; a public answer would show it. Answer in private.")
    if not outgoing.item:
        return N_("An answer on Instagram needs the comment that it answers.")
    if outgoing.files:
        return N_("Instagram takes no files with a comment.")
    return talking.too_long(outgoing.text, COMMENT)


def place(account: AccountSide, outgoing: Outgoing) -> tuple[str, dict[str, str]]:
    """Below the first comment, where all answers hang; where we are only mentioned, by the edge for that (docs: Mentions)."""
    item, media = outgoing.item or "", str(outgoing.facts.get("media") or outgoing.thread or "")
    words = {"message": outgoing.text}
    if outgoing.facts.get("mentioned"):
        named = {"comment_id": item} if item != media else {}
        return f"{quoted(account.native)}/mentions", {**words, "media_id": media, **named}
    if item == media:
        return f"{quoted(media)}/comments", words
    return f"{quoted(top(outgoing))}/replies", words


def top(outgoing: Outgoing) -> str:
    return str(outgoing.facts.get("top") or outgoing.item or "")


def settle(graph: Graph, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    if outgoing.verb != "reply":
        return Retry(N_("Asking twice for this does no harm."))
    if outgoing.visibility == "private":
        return talking.settled(graph, "me", "instagram", outgoing, now)
    if outgoing.facts.get("mentioned"):
        return Unsure(N_("Comments on others' posts cannot be read back. Look below the post."))
    path = place(account, outgoing)[0]
    try:
        told = graph.get(path, {"fields": "id,text,timestamp,username,from", "limit": A_PAGE})
        if not told.is_good:
            return Unsure(UNREADABLE)
        words = listed(told.body, "data")
        found = talking.found_in(words, "text", outgoing, now, ours=lambda each: is_ours(each, account))
        # Answers come in no order that Meta promises, so a page that is full proves nothing.
        return Unsure(UNREADABLE) if isinstance(found, Retry) and len(words) >= A_PAGE else found
    except (NotSent, Lost, Strange) as problem:
        return Unsure(str(problem) or UNREADABLE)


def is_ours(part: Part, account: AccountSide) -> bool:
    return native(within(part, "from")) == account.native or (
        bool(account.handle) and text(part, "username") == account.handle
    )
