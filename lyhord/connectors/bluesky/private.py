"""Answers by direct message. No key makes them one, so a lost answer is looked for among the newest messages."""

from collections.abc import Mapping
from datetime import timedelta

from lyhord.channels.contract import Outcome, Refused, Retry, Sent, Unsure
from lyhord.connectors.bluesky import facets, names, records
from lyhord.connectors.bluesky.client import CHAT
from lyhord.connectors.bluesky.sender import who
from lyhord.connectors.bluesky.work import Stop, Work, refusal
from lyhord.lib.text import N_, clean

NO_CHAT = N_("Direct messages are not open to us. Make an app password that allows them and renew it here.")
CLOCKS = timedelta(minutes=2)


def sent(work: Work) -> Outcome:
    outgoing = work.outgoing
    if outgoing.files:
        return Refused(N_("Bluesky takes no pictures in direct messages."))
    text = clean(outgoing.text)
    message: dict[str, object] = {"text": text}
    if found := facets.of(text, lambda handle: who(work, handle)):
        message["facets"] = found
    convo_id = convo(work)
    # A worker may have died after an earlier attempt, and nothing here would refuse a second message.
    native = standing(work, convo_id, timedelta(0)) if outgoing.made_at else ""
    if native:
        return Sent(native, evidence="read_back")
    body = {"convoId": convo_id, "message": message}
    told = work.write("chat.bsky.convo.sendMessage", body, CHAT, once=True)
    if not told.is_good:
        return refusal(told, work)
    native = records.text(told.body.get("id"))
    return Sent(native) if native else Unsure(N_("The server took it, but did not say under which id."))


def convo(work: Work) -> str:
    """The conversation: the one that is answered, or the one that we have with the person."""
    outgoing = work.outgoing
    if not work.account.state.get("chat"):
        raise Stop(Refused(NO_CHAT))
    if outgoing.item_visibility == "private" and outgoing.thread:
        return outgoing.thread
    if not names.is_did(outgoing.person):
        raise Stop(Refused(N_("An answer needs the post or the person that it answers.")))
    told = work.read("chat.bsky.convo.getConvoForMembers", CHAT, members=[outgoing.person])
    if not told.is_good:
        raise Stop(closed(refusal(told, work)))
    found = told.body.get("convo")
    native = records.text(found.get("id")) if isinstance(found, Mapping) else ""
    if not native:
        raise Stop(Refused(N_("Bluesky opens no conversation with this person.")))
    return native


def closed(outcome: Refused | Retry) -> Refused | Retry:
    """A person chooses who may write to her; the service's own words say so."""
    if isinstance(outcome, Refused) and not outcome.account_state and outcome.code == "InvalidRequest":
        return Refused(N_("This person takes no direct messages from us. Answer in public."), outcome.code)
    return outcome


def settled(work: Work) -> Sent | Unsure | Retry:
    """Nothing found proves nothing: the service may lag."""
    native = standing(work, convo(work), CLOCKS)
    if native is None:
        return Unsure(N_("Our own messages cannot be read now."))
    if native:
        return Sent(native, evidence="read_back")
    return Unsure(N_("It is not among our newest messages, which does not prove that it is nowhere."))


def standing(work: Work, convo_id: str, slack: timedelta) -> str | None:
    """Our message with these words, sent since the order was written; "" if there is none, None if nobody can say."""
    told = work.read("chat.bsky.convo.getMessages", CHAT, convoId=convo_id, limit=100)
    if not told.is_good:
        return None
    text, since = clean(work.outgoing.text), work.outgoing.made_at
    for part in records.listed(told.body.get("messages")):
        sender, at = part.get("sender"), records.moment(part.get("sentAt"))
        is_ours = isinstance(sender, Mapping) and sender.get("did") == work.account.native
        is_late = since is None or (at is not None and at >= since - slack)
        if is_ours and is_late and part.get("text") == text:
            return records.text(part.get("id"))
    return ""
