"""Puts hostile strings wherever a customer, a network or a colleague can write. Runs inside an installation."""

import base64
import contextlib
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from lyhord.channels.models import Account
from lyhord.customers.models import Customer, Identity
from lyhord.desk import actions as desk
from lyhord.desk import queries
from lyhord.desk.models import Conversation, Strand, Turn
from lyhord.intake import actions as intake
from lyhord.intake import files
from lyhord.intake.models import Attachment, Envelope, Refusal, Ticket
from lyhord.lib import crypto
from lyhord.lib.errors import LyhordError
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch, State
from lyhord.portal import actions as portal
from lyhord.staff.models import ApiKey, Brand, LogIn, Membership, Team, User

AT_ONCE = 40  # posts of one conversation, events of one envelope
FEW = 25
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Facts = dict[str, Any]
Thing = TypeVar("Thing")


def fill(facts: Facts, path: str) -> dict[str, Any]:
    """All that pages show of the strings in the file at `path`; gives the addresses of those pages."""
    texts: list[str] = json.loads(Path(path).read_bytes())
    account, form = (Account.objects.get(pk=facts[name]) for name in ("account", "form"))
    for part in parts([*crowd(texts), *loud(texts)]):
        hear(account, part)
    ticket = asked(form, texts)
    aside(account, texts)
    wait_for(lambda: is_filed(account, texts), "all posts in conversations")
    wait_for(lambda: Envelope.objects.filter(state=Envelope.QUARANTINED).count() >= FEW, "quarantine")
    copies()
    by_networks(account, texts)
    by_colleagues(account, texts)
    known_as(account, texts)
    return addresses(account, ticket)


def parts(things: Sequence[Thing]) -> list[Sequence[Thing]]:
    return [things[start : start + AT_ONCE] for start in range(0, len(things), AT_ONCE)]


def hear(account: Account, events: Sequence[Facts]) -> None:
    raw = json.dumps(events, ensure_ascii=False).encode("utf-8", "replace")
    intake.receive(account.app, account, raw, {}, f"https://demo/{uuid4()}", "POST", datetime.now(UTC))


def wait_for(is_so: Callable[[], bool], what: str, seconds: int = 600) -> None:
    for _ in range(seconds * 5):
        if is_so():
            return
        time.sleep(0.2)
    raise AssertionError(f"It never came: {what}")


def is_filed(account: Account, texts: Sequence[str]) -> bool:
    rows = Turn.objects.filter(conversation__account=account, post__isnull=False)
    return rows.count() >= 2 * len(texts)


# What customers write ---------------------------------------------------------------------------------------------


def crowd(texts: Sequence[str]) -> list[Facts]:
    """For each string a stranger of that name, in a thread of that title, saying it, with a file so called."""
    return [
        event(number, text, f"crowd {number} {text}", text, f"crowd {number}")
        for number, text in enumerate(texts)
    ]


def loud(texts: Sequence[str]) -> list[Facts]:
    """All strings as posts of few people, so that one page shows many; with reactions."""
    found = []
    for number, text in enumerate(texts):
        place = f"loud {number // AT_ONCE}"
        post = event(f"l{number}", text, place, place, place)
        person = {"id": "reader", "handle": text, "name": text}
        found += [
            post,
            {"kind": "reaction", "id": f"r{number}", "item": post["item"], "author": person, "text": text},
        ]
    return found


def event(number: int | str, text: str, author: str, name: str, thread: str) -> Facts:
    person = {"id": author, "handle": name, "name": name, "profile": text, "avatar": text, "lang": text}
    return {
        "kind": "created", "id": f"hostile {number}", "item": f"post {number} {text}", "thread": thread, "text": text,
        "title": text, "link": text, "lang": text[:8], "author": person, "at": datetime.now(UTC).isoformat(),
        "account": "nordbanan", "mentions": [{"id": text, "handle": text, "name": text}],
        "media": [
            {"url": f"https://127.0.0.1:9/{number}.png", "kind": "picture", "alt": text, "name": text},
            {"url": f"https://127.0.0.1:9/{number}.bin", "kind": "file", "alt": text, "name": text},
        ],
    }  # fmt: skip


def copies() -> None:
    """Files as if they had been fetched."""
    Path(files.folder()).mkdir(parents=True, exist_ok=True)
    (Path(files.folder()) / "dot.png").write_bytes(DOT)
    rows = list(Attachment.objects.exclude(path="dot.png"))
    for row in rows:
        row.state, row.path, row.token, row.due_at = Attachment.KEPT, "dot.png", crypto.token(), None
        row.content_type = "image/png" if row.kind == "picture" else "application/octet-stream"
        row.width = row.height = 1
    Attachment.objects.bulk_update(
        rows, ["state", "path", "token", "due_at", "content_type", "width", "height"], 200
    )


def asked(form: Account, texts: Sequence[str]) -> Ticket:
    """The ask form: a ticket for each of a few, and all the others on the first of them."""
    made = [
        portal.ask(
            form,
            {"subject": text[:200], "text": text[:5000], "name": text[:100], "email": f"a{number}@example.com"},
            form_key=uuid4(), language="en", visitor=f"192.0.2.{number}", now=timezone.now(),
        )
        for number, text in enumerate(texts[:FEW])
    ]  # fmt: skip
    for part in parts(texts):
        with transaction.atomic():  # one sync to the disk for many
            for text in part:
                portal.follow_up(
                    made[0], text[:5000], form_key=uuid4(), visitor=uuid4().hex, now=timezone.now()
                )
    return made[0]


def aside(account: Account, texts: Sequence[str]) -> None:
    """What nobody can read goes into quarantine."""
    for number, text in enumerate(texts[: 2 * FEW]):
        raw = f"{text} {number} ".encode("utf-8", "replace")
        intake.receive(account.app, account, raw, {}, text[:500], "POST", datetime.now(UTC))


# What networks say ------------------------------------------------------------------------------------------------


def by_networks(account: Account, texts: Sequence[str]) -> None:
    """Reasons and problems in a network's own words."""
    aside = list(Envelope.objects.filter(state=Envelope.QUARANTINED).order_by("-pk")[: 2 * FEW])
    for row, text in zip(aside, texts, strict=False):
        Envelope.objects.filter(pk=row.pk).update(problem=text)
        Refusal.objects.create(
            envelope=row, position=9, kind=Refusal.UNREADABLE, item=text[:500], why=text, at=timezone.now()
        )
    whole = " ".join(texts[:FEW])
    Account.objects.filter(pk=account.pk).update(
        last_problem=whole, state_why=whole, handle=texts[1][:200], notes=list(texts[:FEW]),
        learnt={"name": texts[0], "notes": list(texts[:5])},
    )  # fmt: skip


# What colleagues write --------------------------------------------------------------------------------------------


def by_colleagues(account: Account, texts: Sequence[str]) -> None:
    now = timezone.now()
    agent, lead = (User.objects.get(email=f"{name}@example.com") for name in ("linnea", "ida"))
    rows = list(Conversation.objects.filter(account=account, customer__identities__native__startswith="loud"))
    # Nothing leaves: what is written stays to be looked at.
    outbox.hold_account(account, texts[0], lead, now)
    for start, part in enumerate(parts(texts)):
        with transaction.atomic():
            for number, text in enumerate(part):
                row = rows[number % len(rows)]
                attempt(desk.note, row, text, form_key=uuid4(), by=agent, now=now)
                if not start:
                    attempt(desk.tag, row, text, by=agent, now=now)
                    attempt(desk.set_subject, row, text, by=agent, now=now)
                    attempt(desk.save_view, text, f"tag={text}", by=agent, now=now)
                    attempt(answer, row, text, by=agent, now=now)
    attempt(desk.save_draft, rows[0], "note", "\n".join(texts[:FEW]), by=agent, now=now)
    for dispatch, text in zip(Dispatch.objects.filter(account=account), texts, strict=False):
        Dispatch.objects.filter(pk=dispatch.pk).update(
            problem=text, hold_reason=text, person_handle=text[:200],
            state=State.REFUSED if dispatch.pk % 2 else State.UNSURE,
        )  # fmt: skip
    called(texts, agent, now)


def attempt(verb: Callable[..., Any], *args: Any, **given: Any) -> None:
    """A text may be too long for its place, or nothing but blanks; that is refused, and told."""
    with contextlib.suppress(LyhordError), transaction.atomic():
        verb(*args, **given)


def answer(row: Conversation, text: str, *, by: User, now: datetime) -> None:
    strand = Strand.objects.select_related("thread__account", "identity").filter(conversation=row).first()
    assert strand is not None
    desk.reply(
        strand, text, seen=queries.newest_turn(row.pk), is_public=strand.thread.is_public, by=by, form_key=uuid4(),
        now=now,
    )  # fmt: skip


def called(texts: Sequence[str], agent: User, now: datetime) -> None:
    """People, teams, brands, keys and browsers with such names."""
    brand = Brand.objects.get(name="Nordbanan")
    for number, text in enumerate(texts[:FEW]):
        Brand.objects.create(name=f"{number}{text[:90]}")
        team = Team.objects.create(brand=brand, name=f"{number}{text[:90]}")
        user = User.objects.create_user(
            f"hostile{number}@example.com", "x" * 20, name=text[:100], signature=text[:60]
        )
        Membership.objects.create(user=user, team=team, role="agent")
        LogIn.objects.create(
            user=agent, session=f"hostile-{number}", browser=text[:200], address=text[:45], began_at=now
        )
        ApiKey.objects.create(
            user=agent, name=text[:100], prefix="lyh_", digest=f"{number:064}", scopes=["read"], made_at=now
        )
    User.objects.filter(pk=agent.pk).update(signature=texts[1][:60])


def known_as(account: Account, texts: Sequence[str]) -> None:
    """One customer who is known under many names: each card shows all of them."""
    customer = Customer.objects.filter(identities__native="loud 0").first()
    assert customer is not None
    Customer.objects.filter(pk=customer.pk).update(note="\n".join(texts[:FEW]))
    many = Identity.objects.filter(native__startswith="crowd").values_list("pk", flat=True)[: 8 * FEW]
    Identity.objects.filter(pk__in=list(many)[FEW:]).update(customer=customer)


# Where to look ----------------------------------------------------------------------------------------------------


def addresses(account: Account, ticket: Ticket) -> dict[str, Any]:
    """Lists of addresses: of people at work, and of visitors."""
    chief = User.objects.get(email="chief@example.com")
    linnea = User.objects.get(email="linnea@example.com")
    loud = Conversation.objects.filter(
        account=account, strands__identity__native__startswith="loud"
    ).distinct()
    crowd = Conversation.objects.filter(account=account).exclude(pk__in=loud).order_by("pk")
    pages, cursor = ["/inbox/"], ""
    while cursor := queries.inbox(chief, "open", after=cursor or None, limit=50).next or "":
        pages += [f"/inbox/?after={cursor}", f"/inbox/more/?after={cursor}"]
    shown = list(crowd.values_list("pk", flat=True))
    pages += [
        f"/inbox/rows/?ids={','.join(map(str, shown[at : at + 90]))}" for at in range(0, len(shown), 90)
    ]
    for pk in loud.values_list("pk", flat=True):
        pages += [f"/inbox/{pk}/", f"/conversation/{pk}/", f"/conversation/{pk}/news/"]
    pages += [f"/inbox/{pk}/" for pk in shown[:: max(1, len(shown) // 4)]]
    pages += [
        "/outbox/", "/outbox/?show=waiting", "/outbox/?show=done", "/settings/", "/settings/quarantine/",
        "/settings/people/", f"/settings/people/{linnea.pk}/", "/settings/teams/", "/settings/mandates/",
        "/settings/audit/", "/settings/channels/", f"/settings/channels/{account.pk}/", "/settings/channels/new/",
        "/profile/", "/inbox/?q=alert&tag=%3Cscript%3E&lang=%22%3E&kind=x", "/inbox/counts/",
    ]  # fmt: skip
    aside = Envelope.objects.filter(state=Envelope.QUARANTINED).order_by("-pk")[:3]
    pages += [f"/settings/quarantine/{row.pk}/" for row in aside]
    tickets = Ticket.objects.order_by("pk")[:3]
    return {
        "staff": pages,
        "public": [f"/en/help/ticket/{one.token}/" for one in tickets] + ["/en/help/", "/login/?next=//x"],
        "loud": loud[0].pk,
        "ticket": ticket.token,
    }
