"""Our answer to a review, in public; and in private the question who the reviewer is (Find Reviewer)."""

from datetime import datetime, timedelta
from typing import Any

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
from lyhord.connectors.trustpilot import client, reviews
from lyhord.connectors.trustpilot.client import Api, Lost, NoToken, NotSent, Told
from lyhord.connectors.trustpilot.reader import review_of
from lyhord.connectors.trustpilot.reviews import Strange
from lyhord.lib.lengths import measure
from lyhord.lib.text import N_

LENGTH = Length(limit=10_000)  # Trustpilot names no figure; a careful one of our own
VERBS: frozenset[Verb] = frozenset({"reply", "edit", "delete"})
SETTLED, CLOCKS = timedelta(minutes=5), timedelta(minutes=2)
GONE = N_("The review is not there any more.")


def send(api: Api, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    why = unfit(account, outgoing)
    if why:
        return Refused(why)
    path = f"/v1/private/reviews/{review_of(outgoing.item or '')}"
    is_once = outgoing.visibility == "private"
    try:
        if outgoing.verb == "delete":
            return outcome(api, api.ask("DELETE", f"{path}/reply"), outgoing, now)
        if is_once:
            question = {"message": outgoing.text, "skipNotificationEmailToBusinessUser": False}
            return outcome(api, api.ask("POST", f"{path}/find-reviewer", body=question), outgoing, now)
        return answered(api, account, path, outgoing, now)
    except NoToken as problem:
        return Refused(str(problem), "token", "token_revoked") if problem.is_final else Retry(str(problem))
    except NotSent as problem:
        return Retry(str(problem))
    except Lost as problem:
        # What stands in public is read before each try, so another one does no harm.
        return Unsure(str(problem)) if is_once else Retry(str(problem))


def unfit(account: AccountSide, outgoing: Outgoing) -> str:
    item = outgoing.item or ""
    if outgoing.verb not in VERBS:
        return N_("Trustpilot's interface cannot do this. Report a review in Trustpilot Business.")
    if not review_of(item):
        return N_("This is no review of Trustpilot.")
    if outgoing.verb == "delete":
        own = item.endswith("/reply")
        return (
            "" if own else N_("Only our own answer can be deleted. Report the review in Trustpilot Business.")
        )
    if outgoing.verb == "edit" and outgoing.visibility == "private":
        return N_("A question to the reviewer cannot be changed.")
    if outgoing.files:
        return N_("Trustpilot takes no files with an answer.")
    count = measure(outgoing.text, LENGTH.unit)
    if count > LENGTH.limit:
        return f"The text has {count} characters; we send {LENGTH.limit} at most. Shorten it by {count - LENGTH.limit}."
    if not outgoing.text.strip():
        return N_("The text is empty.")
    if outgoing.visibility == "public" and not str(account.settings.get("business_user") or "").strip():
        return N_("The id of the business user is needed, in whose name the answer stands.")
    return ""


def answered(api: Api, account: AccountSide, path: str, outgoing: Outgoing, now: datetime) -> Outcome:
    """One answer a review. An edit takes the old one away first: Trustpilot has no way to change one in its place."""
    there = api.ask("GET", path)
    if not there.is_good:
        return outcome(api, there, outgoing, now, is_read=True)
    stands = reply_of(there)
    item = f"{review_of(outgoing.item or '')}/reply"
    if stands is not None and bare(stands) == bare(outgoing.text):
        return Sent(item, evidence="read_back")
    if stands is not None and outgoing.verb == "reply":
        return Refused(N_("This review has an answer of ours already. Edit that one."), "answered")
    if stands is not None:
        taken = outcome(api, api.ask("DELETE", f"{path}/reply"), outgoing, now)
        if not isinstance(taken, Sent):
            return taken
    user = str(account.settings.get("business_user") or "").strip()
    body = {"authorBusinessUserId": user, "message": outgoing.text}
    return outcome(api, api.ask("POST", f"{path}/reply", body=body), outgoing, now)


def reply_of(told: Told) -> str | None:
    found = told.body.get("companyReply")
    return reviews.text(found.get("text")) if isinstance(found, dict) else None


def outcome(api: Api, told: Told, outgoing: Outgoing, now: datetime, *, is_read: bool = False) -> Outcome:
    if told.is_good:
        is_public_text = outgoing.verb != "delete" and outgoing.visibility == "public"
        return Sent(f"{review_of(outgoing.item or '')}/reply") if is_public_text else Sent()
    if told.status == 429:
        return Retry(N_("Trustpilot asks us to wait."), client.wait_until(told, now))
    if told.status >= 500:
        why = f"Trustpilot broke down over it ({told.status})."
        return Unsure(why) if outgoing.visibility == "private" and not is_read else Retry(why)
    if told.status in {404, 410}:
        return Sent() if outgoing.verb == "delete" else Refused(GONE, str(told.status))
    return Refused(api.why(told), str(told.status), client.state_of(told.status))


def settle(api: Api, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    """What stands at the review says it: our answer, or our question."""
    ident = review_of(outgoing.item or "")
    if outgoing.verb not in {"reply", "edit"} or not ident:
        return Retry(N_("Asking twice for this does no harm."))
    try:
        told = api.told(f"/v1/private/reviews/{ident}")
    except Trouble as problem:
        return Unsure(str(problem))
    if not told.is_good or told.body.get("id") != ident:
        return Unsure(N_("The review cannot be read now."))
    if outgoing.visibility == "public":
        is_there = bare(reply_of(told) or "") == bare(outgoing.text)
        return (
            Sent(f"{ident}/reply", evidence="read_back")
            if is_there
            else Retry(N_("It does not stand there."))
        )
    questions = reviews.requests(told.body)
    if any(is_it(question, outgoing) for question in questions):
        return Sent(evidence="read_back")
    if not questions and outgoing.made_at is not None and now - outgoing.made_at > SETTLED:
        return Retry(N_("The reviewer was asked nothing yet."))
    return Unsure(N_("Whether the reviewer was asked cannot be told for certain."))


def is_it(question: Any, outgoing: Outgoing) -> bool:
    """Ours by its words, or by its time where Trustpilot does not give the words back."""
    said = reviews.text(question.get("message"))
    if said:
        return bare(said) == bare(outgoing.text)
    try:
        at = next(
            (reviews.moment(question[name]) for name in ("createdAt", "created") if question.get(name)), None
        )
    except Strange:
        return False
    return at is not None and outgoing.made_at is not None and at >= outgoing.made_at - CLOCKS


def bare(text: str) -> str:
    return " ".join(text.split())
