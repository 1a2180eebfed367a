"""Our answer to a review: one, put in place of the one before. Asking twice for it is therefore safe."""

from datetime import datetime

from lyhord.channels.contract import (
    AccountSide,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unsure,
    Verb,
)
from lyhord.connectors._google import client, errors
from lyhord.connectors._google.client import Api, Lost, NotSent
from lyhord.connectors._google.tokens import NoToken
from lyhord.connectors.google_reviews import reader, reviews
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_

# Bytes, not characters: "The maximum length is 4096 bytes" (ReviewReply.comment in Google's generated client of v4; read 2026-11-22).
LENGTH = Length(limit=4_096, unit="bytes")
VERBS: frozenset[Verb] = frozenset({"reply", "edit", "delete"})


def send(api: Api, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    why = unfit(outgoing)
    if why:
        return Refused(why)
    name = reader.review_of(outgoing.item or "")
    path = f"/v4/{name}/reply"
    is_delete = outgoing.verb == "delete"
    try:
        if outgoing.verb == "reply" and (taken := other_answer(api, name, outgoing, now)):
            return taken
        told = api.ask(
            "DELETE" if is_delete else "PUT", path, body=None if is_delete else {"comment": outgoing.text}
        )
    except NoToken as problem:
        return client.without_token(problem)
    except (NotSent, Lost) as problem:
        return Retry(str(problem))  # the same text in the same place changes nothing
    if told.is_good:
        return Sent() if is_delete else Sent(f"{name}/reply")
    wrong = api.problem(told, now)
    if is_delete and wrong.kind == "gone":
        return Sent()
    if wrong.kind == "gone":
        return Refused(N_("The review is not there any more, or the location is not verified."), wrong.code)
    return errors.outcome(wrong, is_once=False)


def unfit(outgoing: Outgoing) -> str:
    if outgoing.verb not in VERBS:
        return N_(
            "Google lets nobody but its author change a review. Report it on Google if it breaks the rules."
        )
    if outgoing.visibility == "private":
        return N_("Google has no private messages with reviewers.")
    if outgoing.files:
        return N_("Google takes no files with an answer.")
    count = measure(outgoing.text, LENGTH.unit)
    if outgoing.verb != "delete" and count > LENGTH.limit:
        over = count - LENGTH.limit
        return f"The text has {count} bytes; Google takes {LENGTH.limit}. Shorten it by {over}."
    if outgoing.verb != "delete" and not outgoing.text.strip():
        return N_("The text is empty.")
    item = outgoing.item or ""
    if not reader.review_of(item):
        return N_("This is no review of Google.")
    if outgoing.verb == "delete" and not item.endswith("/reply"):
        return N_(
            "Google lets nobody but its author delete a review. Report it on Google if it breaks the rules."
        )
    return ""


def other_answer(api: Api, name: str, outgoing: Outgoing, now: datetime) -> Outcome | None:
    """A review takes one answer: a second one would silently take the place of the first. Raises as `Api.ask`."""
    told = api.ask("GET", f"/v4/{name}")
    if not told.is_good:
        problem = api.problem(told, now)
        if problem.kind == "gone":
            return Refused(N_("The review is not there any more."), problem.code)
        return errors.outcome(problem, is_once=False)
    reply = told.body.get("reviewReply")
    if not isinstance(reply, dict):
        return None
    if bare(reviews.text(reply.get("comment"))) == bare(outgoing.text):
        return Sent(f"{name}/reply", evidence="read_back")
    return Refused(N_("This review has an answer of ours already. Edit that one."), "answered")


def settle(api: Api, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    """What stands there says it."""
    name = reader.review_of(outgoing.item or "")
    if outgoing.verb not in {"reply", "edit"} or not name:
        return Retry(N_("Asking twice for this does no harm."))
    try:
        told = api.told(f"/v4/{name}")
    except Trouble as problem:
        return Unsure(str(problem))
    if not told.is_good or told.body.get("name") != name:
        return Unsure(N_("The review cannot be read now."))
    reply = told.body.get("reviewReply")
    if isinstance(reply, dict) and bare(reviews.text(reply.get("comment"))) == bare(outgoing.text):
        return Sent(f"{name}/reply", evidence="read_back")
    return Retry(N_("It does not stand there, and the same again is safe."))


def bare(text: str) -> str:
    return " ".join(text.split())
