"""Answers to customers, and the network's own word on what became of them."""

from collections import Counter
from typing import Any

from tests.experiments.homes import Home
from tests.journeys.installation import question

ASKED = """
from lyhord.desk.models import Strand, Turn
out = []
for strand in Strand.objects.filter(ended_at=None).select_related("conversation").order_by("pk"):
    newest = Turn.objects.filter(conversation=strand.conversation).order_by("-pk").first()
    post = Turn.objects.filter(strand=strand).exclude(post=None).values_list("post__native", flat=True).first()
    out.append({"conversation": strand.conversation_id, "strand": strand.pk, "seen": newest.pk, "item": post})
"""
REPLY = """
from datetime import timedelta
from uuid import uuid4
from lyhord.desk import actions
from lyhord.desk.models import Strand, Turn
from lyhord.staff.models import User
by = User.objects.get(email="linnea@example.com")
strands = Strand.objects.select_related("thread__account", "identity", "conversation")
for one in given:
    actions.reply(
        strands.get(pk=one["strand"]), one["text"], seen=one["seen"], is_public=True, by=by, form_key=uuid4(), now=now,
        delay=timedelta(0),
    )
"""
WRITE = """
from datetime import timedelta
from uuid import uuid4
from lyhord.desk import actions
from lyhord.desk.models import Strand, Turn
from lyhord.staff.models import User
by = User.objects.get(email="linnea@example.com")
strands = Strand.objects.select_related("thread__account", "identity", "conversation")
out = []
for one in given:
    strand = strands.get(pk=one["strand"])
    newest = Turn.objects.filter(conversation=strand.conversation_id).order_by("-pk").values_list("pk", flat=True)
    turn = actions.reply(
        strand, one["text"], seen=newest[0], is_public=strand.thread.is_public, by=by, form_key=uuid4(),
        now=now + timedelta(seconds=one.get("after", 0)), delay=timedelta(seconds=one.get("delay", 0)),
    )
    out.append(turn.dispatch_id)
"""
FORGETFUL = """
from lyhord.channels.models import Account
Account.objects.filter(connector="demo").update(settings={"keys": "none"})
"""
STATES = """
from lyhord.outbox.models import Dispatch
out = list(Dispatch.objects.filter(verb="reply").values_list("text", "state"))
"""
HELD = """
from lyhord.outbox.models import Dispatch
out = {row.pk: [row.state, row.hold_reason] for row in Dispatch.objects.all()}
"""


def asked(home: Home, number: int) -> list[dict[str, Any]]:
    """Customers ask on the network; their conversations as an agent has them before her."""
    network = home.network  # one for all: each reads the file from its beginning
    for one in range(number):
        network.happen(question(f"Where is train {one}?", who=f"who{one}"))
    assert home.once() == 0, home.log()
    found: list[dict[str, Any]] = home.code(ASKED)
    assert len(found) == number, home.log()
    return found


def doubts(home: Home, texts: set[str], *, may_be_unsure: bool = False) -> list[str]:
    """What customers read twice, and what was dropped unsaid; the network's own file is the oracle."""
    stands = Counter(signed_off(done["text"]) for done in home.network.answers() if done["verb"] == "reply")
    states = {signed_off(text): state for text, state in home.code(STATES)}
    found = [f"{text}: stands {count} times" for text, count in stands.items() if count > 1]
    found += [f"{text}: never meant" for text in stands.keys() - texts]
    for text in sorted(texts):
        state = states.get(text, "not there")
        if state == "sent" and not stands[text]:
            found.append(f"{text}: said to be sent, and does not stand there")
        elif state not in {"sent", "unsure"} or (state == "unsure" and not may_be_unsure):
            found.append(f"{text}: {state} in the end")
    return found


def signed_off(text: str) -> str:
    return text.partition(" /")[0]
