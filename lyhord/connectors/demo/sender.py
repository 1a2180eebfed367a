"""What we do on the demo network: each verb once by its key, refused as a real network refuses, failing on request."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.connectors.demo import rules
from lyhord.connectors.demo.network import Network
from lyhord.connectors.demo.rules import No
from lyhord.connectors.demo.state import Line, State, person_of
from lyhord.lib.text import N_

LINK = "https://nordbanan.example/posts/"
SENT_EVENTS = {"hide": "hidden", "unhide": "shown", "delete": "deleted"}


def send(network: Network, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
    failure = network.take_failure("send")
    if failure is not None and failure["next"] != "lost_answer":
        return failed(failure, now)
    found = act(network, account, outgoing, now)
    if isinstance(found, No):
        return Refused(found.why, found.code)
    if failure is not None:
        return Unsure(N_("The demo network took it, and its answer was lost on the way."))
    return Sent(native=found.get("native"), link=found.get("link", ""))


def failed(failure: Mapping[str, Any], now: datetime) -> Outcome:
    match failure["next"]:
        case "429":
            return Retry(
                N_("The demo network asks us to wait."), now + timedelta(seconds=failure["retry_after"])
            )
        case "revoked":
            return Refused(
                N_("The demo network refuses our access. Connect it again."), "401", "token_revoked"
            )
        case "hang":
            time.sleep(failure["seconds"])
            return Unsure(N_("The demo network gave no answer in time."))
        case _:
            return Refused(N_("The demo network refuses it, as it was told to."), "refused")


def act(network: Network, account: AccountSide, outgoing: Outgoing, now: datetime) -> Line | No:
    """Do it once; the same key again gives what it gave at first."""
    with network.writing() as file:
        state = network.state
        if is_forgetful(account):
            outgoing = replace(outgoing, key=f"{outgoing.key} {state.count}")
        if outgoing.key in state.done:
            return state.done[outgoing.key]
        no = refusal(state, outgoing, now) or rules.bad_file(outgoing)
        if no is not None:
            return no
        done = deed(state, outgoing, now)
        if outgoing.files:
            done["files"] = [network.keep(file) for file in outgoing.files]
        events = [event for event in echoes(state, account, outgoing, done) if event]
        network.append(file, {"done": done})
        for event in events:
            network.append_event(file, event)
        return done


def deed(state: State, outgoing: Outgoing, now: datetime) -> Line:
    done: Line = {
        "key": outgoing.key,
        "verb": outgoing.verb,
        "text": outgoing.text,
        "visibility": outgoing.visibility,
        "item": outgoing.item,
        "thread": thread_of(state, outgoing),
        "person": outgoing.person,
        "at": now.isoformat(),
        "reason": outgoing.reason,
    }
    if outgoing.verb in {"reply", "post"}:
        native = f"a{state.count + 1}"
        done |= {"native": native, "link": LINK + native}
        done["is_private_reply"] = outgoing.visibility == "private" and outgoing.item_visibility == "public"
    if outgoing.verb == "edit":
        done |= {"native": outgoing.item, "link": LINK + str(outgoing.item)}
    return done


def thread_of(state: State, outgoing: Outgoing) -> str | None:
    if outgoing.verb == "reply" and outgoing.visibility == "private" and outgoing.item_visibility == "public":
        return f"dm:{outgoing.person}"
    return outgoing.thread or state.posts.get(outgoing.item or "", {}).get("thread") or outgoing.item


def echoes(state: State, account: AccountSide, outgoing: Outgoing, done: Line) -> list[Line]:
    """What the network tells everyone of it, us included: our own post comes back as an echo."""
    told: Line = {"at": done["at"], "author": us(account), "is_own": True, "account": account.native}
    where = {"visibility": outgoing.visibility, "thread": done["thread"]}
    if outgoing.verb in {"reply", "post"}:
        native = done["native"]
        post = told | where | {"kind": "created", "item": native, "text": outgoing.text, "link": done["link"]}
        post |= {"parent": outgoing.item, "thread": done["thread"] or native}
        post |= {"files": done["files"]} if done.get("files") else {}
        arrived = {"kind": "delivered", "item": native, "at": done["at"], "account": account.native}
        return [post, arrived] if outgoing.visibility == "private" else [post]
    if outgoing.verb == "edit":
        return [told | {"kind": "edited", "item": outgoing.item, "text": outgoing.text}]
    if outgoing.verb in SENT_EVENTS:
        return [
            {
                **told,
                "kind": SENT_EVENTS[outgoing.verb],
                "item": outgoing.item,
                "is_own": is_ours(state, outgoing),
            }
        ]
    if outgoing.verb in {"like", "unlike"}:
        return [
            told | {"kind": "reaction", "item": outgoing.item, "text": "♥" if outgoing.verb == "like" else ""}
        ]
    return []


def us(account: AccountSide) -> Line:
    return {"id": account.native, "handle": account.handle, "name": "Nordbanan"}


def is_ours(state: State, outgoing: Outgoing) -> bool:
    return state.posts.get(outgoing.item or "", {}).get("is_own") is True


# What it refuses ----------------------------------------------------------------------------------------------


def refusal(state: State, outgoing: Outgoing, now: datetime) -> No | None:
    check: Callable[[State, Outgoing, datetime], No | None] = CHECKS.get(outgoing.verb, of_item)
    return check(state, outgoing, now)


def of_reply(state: State, outgoing: Outgoing, now: datetime) -> No | None:
    item = state.posts.get(outgoing.item or "")
    if outgoing.item and (item is None or item.get("deleted")):
        return No(N_("The post that this answers is gone."), "gone")
    if outgoing.person in state.blocked:
        return No(N_("This person is blocked by us. Unblock first."), "blocked")
    if not outgoing.text.strip():
        return No(N_("An answer without words is refused."), "empty")
    return rules.too_long(outgoing) or (
        private(state, outgoing, item, now) if outgoing.visibility == "private" else None
    )


def private(state: State, outgoing: Outgoing, item: Line | None, now: datetime) -> No | None:
    person = outgoing.person or person_of(item or {})
    last = rules.moment_of({"at": state.last_word.get(person)})
    if outgoing.item_visibility == "public" and rules.window(last, outgoing.tag, now) is not None:
        return rules.private_reply(item, outgoing.item in state.answered_in_private, now)
    return rules.window(last, outgoing.tag, now)


def of_post(state: State, outgoing: Outgoing, now: datetime) -> No | None:
    if not outgoing.text.strip():
        return No(N_("A post without words is refused."), "empty")
    return rules.too_long(outgoing)


def of_item(state: State, outgoing: Outgoing, now: datetime) -> No | None:
    item = state.posts.get(outgoing.item or "")
    return No(N_("There is no such post there."), "gone") if item is None or item.get("deleted") else None


def of_edit(state: State, outgoing: Outgoing, now: datetime) -> No | None:
    if not is_ours(state, outgoing):
        return No(N_("Only our own posts can be edited."), "not_ours")
    return of_item(state, outgoing, now) or rules.too_long(outgoing)


def of_person(state: State, outgoing: Outgoing, now: datetime) -> No | None:
    return None if outgoing.person else No(N_("It was not said which person."), "no_person")


CHECKS: Mapping[str, Callable[[State, Outgoing, datetime], No | None]] = {
    "reply": of_reply,
    "post": of_post,
    "edit": of_edit,
    "block": of_person,
    "unblock": of_person,
}


def is_forgetful(account: AccountSide) -> bool:
    """Whether it shall behave as the many networks that know no keys: what comes twice stands there twice."""
    return account.settings.get("keys") == "none"


def settle(network: Network, account: AccountSide, outgoing: Outgoing) -> Sent | Unsure | Retry:
    """Read back by key: this network forgets nothing, so what is not there was never taken."""
    if is_forgetful(account):
        return Unsure(N_("The demo network gave no answer in time."))
    network.refresh()
    done = network.state.done.get(outgoing.key)
    if done is None:
        return Retry(N_("It does not stand there."))
    return Sent(native=done.get("native"), link=done.get("link", ""), evidence="read_back")
