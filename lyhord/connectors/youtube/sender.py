"""What we do on YouTube, and what it means when the answer does not come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lyhord.channels.contract import (
    AccountSide,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
    Verb,
)
from lyhord.connectors._google import client, errors
from lyhord.connectors._google.client import Api, Lost, NotSent, Told
from lyhord.connectors._google.tokens import NoToken
from lyhord.connectors.youtube import comments
from lyhord.connectors.youtube.reader import COMMENTS
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_

# The reference gives the error commentTextTooLong and no figure; YouTube's own pages stop at 10 000 (seen, not documented).
LENGTH = Length(limit=10_000)
MODERATE = f"{COMMENTS}/setModerationStatus"
VERBS: frozenset[Verb] = frozenset({"reply", "edit", "delete", "hide", "unhide", "block"})
# Words of the reference of comments and commentThreads; read 2026-11-22.
WHY = {
    "commentsDisabled": N_("Comments are turned off for this video."),
    "commentNotFound": N_("The comment is not there any more."),
    "parentCommentNotFound": N_("The comment that we answer is not there any more."),
    "parentCommentIsPrivate": N_("The comment that we answer is not public."),
    "parentIdMissing": N_("An answer needs the comment that it answers."),
    "commentTextTooLong": N_("The text is too long for YouTube. Shorten it."),
    "commentTextRequired": N_("The text is empty."),
    "invalidCustomEmoji": N_("The text holds an emoji of a channel that we may not use."),
    "ineligibleAccount": N_("This Google account has no channel to write as. Make one in YouTube, and connect anew."),
    "operationNotSupported": N_("YouTube does not let this comment be moderated."),
    "processingFailure": N_("YouTube could not carry this out. The comment may have changed meanwhile; look at it there."),
    "videoNotFound": N_("The video is not there any more."),
    "channelNotFound": N_("The channel is not there any more."),
}  # fmt: skip
FOREIGN = N_("YouTube lets nobody but its author change or delete a comment. Hide it instead.")


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    params: Mapping[str, Any]
    body: Mapping[str, Any] | None = None


def words(account: AccountSide, outgoing: Outgoing) -> str:
    """An answer to an answer stands under the comment at the top, so it names whom it is for."""
    handle = outgoing.person_handle.lstrip("@")
    if outgoing.verb != "reply" or "." not in (outgoing.item or "") or not handle:
        return outgoing.text
    is_ours = handle.casefold() == account.handle.lstrip("@").casefold()
    is_named = f"@{handle}".casefold() in outgoing.text.casefold()
    return outgoing.text if is_ours or is_named else f"@{handle} {outgoing.text}"


def send(api: Api, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    call = call_for(account, outgoing)
    if isinstance(call, Refused):
        return call
    try:
        told = api.ask(call.method, call.path, params=call.params, body=call.body)
    except NoToken as problem:
        return client.without_token(problem)
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        return Unsure(str(problem)) if outgoing.verb == "reply" else Retry(str(problem))
    return sent(told, outgoing) if told.is_good else not_sent(api, told, outgoing, now)


def call_for(account: AccountSide, outgoing: Outgoing) -> Call | Refused:
    if outgoing.verb not in VERBS:
        return Refused(N_("YouTube's interface cannot do this. Hide the comment, or block its author."))
    if outgoing.visibility == "private":
        return Refused(
            N_("YouTube has no private messages. Lead the customer to a private channel by a link.")
        )
    if outgoing.files:
        return Refused(N_("YouTube takes no files with a comment."))
    item = outgoing.item or ""
    if not item:
        return Refused(N_("YouTube was not told with which comment."))
    if outgoing.verb in {"reply", "edit"}:
        return writing(account, outgoing, item)
    if outgoing.verb == "delete" and is_own(account, outgoing):
        return Call("DELETE", COMMENTS, {"id": item})
    status = {"hide": "heldForReview", "unhide": "published"}.get(outgoing.verb, "rejected")
    ban = {"banAuthor": "true"} if outgoing.verb == "block" else {}
    return Call("POST", MODERATE, {"id": item, "moderationStatus": status, **ban})


def writing(account: AccountSide, outgoing: Outgoing, item: str) -> Call | Refused:
    text = words(account, outgoing)
    count = measure(text, LENGTH.unit)
    if count > LENGTH.limit:
        over = count - LENGTH.limit
        return Refused(
            f"The text has {count} characters; YouTube takes {LENGTH.limit}. Shorten it by {over}."
        )
    if not text.strip():
        return Refused(N_("The text is empty."))
    if outgoing.verb == "edit":
        return Call("PUT", COMMENTS, {"part": "snippet"}, {"id": item, "snippet": {"textOriginal": text}})
    # There are two levels: an answer to an answer hangs on the comment at the top.
    snippet = {"parentId": item.partition(".")[0], "textOriginal": text}
    return Call("POST", COMMENTS, {"part": "snippet"}, {"snippet": snippet})


def is_own(account: AccountSide, outgoing: Outgoing) -> bool:
    """Ours we delete; another's we reject, which takes it and its answers from everyone's sight."""
    author = str(outgoing.facts.get("author") or outgoing.person or "")
    return not author or author == account.native


def sent(told: Told, outgoing: Outgoing) -> Outcome:
    if outgoing.verb not in {"reply", "edit"}:
        return Sent()
    native = comments.text(told.body.get("id"))
    if not native:
        return Unsure(N_("YouTube took it, but its answer cannot be read."))
    video = str(outgoing.facts.get("video") or "")
    return Sent(native, f"{comments.WATCH}{video}&lc={native}" if video else "")


def not_sent(api: Api, told: Told, outgoing: Outgoing, now: datetime) -> Outcome:
    problem = api.problem(told, now)
    if outgoing.verb == "delete" and problem.kind == "gone":
        return Sent()  # what we wanted gone is gone
    if problem.kind == "refused" and problem.code == "forbidden" and outgoing.verb in {"edit", "delete"}:
        return Refused(FOREIGN, problem.code)
    if problem.kind in {"refused", "gone"} and problem.code in WHY:
        return Refused(WHY[problem.code], problem.code)
    return errors.outcome(problem, is_once=outgoing.verb == "reply")
