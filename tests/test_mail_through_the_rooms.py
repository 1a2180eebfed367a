"""Mails from the envelope to the conversation: what comes of them when no network is asked."""

import io
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from PIL import Image

from lyhord import flow
from lyhord.channels import actions as channels
from lyhord.channels.contract import AccountSide
from lyhord.channels.models import Account
from lyhord.conftest import MakeUser
from lyhord.connectors.email import reader, tokens
from lyhord.desk import actions as desk
from lyhord.desk.models import CaseAddress, Conversation, Strand, Turn
from lyhord.intake import actions, files, sources
from lyhord.intake.models import Attachment, Envelope, Post, Refusal, Report, Thread
from lyhord.intake.tests import makes
from lyhord.outbox.models import Dispatch, State
from lyhord.staff.models import Brand, Team

KEY = "7d0c0f4e-5a4b-4b0e-9df5-1c62a1f0aa11"
ADDRESS = "help@our.example"

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(brand: Brand, team: Team, now: datetime) -> Account:
    settings = {"address": ADDRESS, "plus_addressing": True, "sender_name": "Brand"}
    found = makes.make_account(
        brand, now, connector="email", native=ADDRESS, handle=ADDRESS, settings=settings
    )
    channels.sealed.seal(found.app, {"hook_secret": "of this account alone"})
    found.app.save()
    return found


def side(account: Account) -> AccountSide:
    return channels.side_of(account)


def mail(sender: str, text: str = "My parcel is broken.", **headers: str) -> EmailMessage:
    found = EmailMessage()
    usual = {"from": sender, "to": ADDRESS, "subject": "My order", "date": "Fri, 20 Nov 2026 11:00:00 +0000"}
    for name, value in (usual | headers).items():
        found[name.replace("_", "-")] = value
    found.set_content(text)
    return found


def comes(account: Account, letter: bytes, now: datetime, *, is_sent: bool = False) -> None:
    """As the reader of the mailbox hands it over."""
    folder = reader.Folder("Sent" if is_sent else "INBOX", is_sent)
    headers = reader.around(side(account), folder, letter, {})
    actions.receive(account.app, account, letter, headers, f"imap:{folder.name}", "GET", now)
    walk(now)


def walk(now: datetime) -> None:
    while sum(step.run(now) for step in flow.STEPS if step.every == flow.SOON):
        pass


def test_a_mail_becomes_a_conversation_of_its_sender(account: Account, now: datetime) -> None:
    comes(account, mail("Kim <KIM@Customer.example>", message_id="<k1@customer.example>").as_bytes(), now)
    conversation = Conversation.objects.get()
    post = Post.objects.get()
    assert (post.author, post.is_public, conversation.subject) == (
        "mail:kim@customer.example",
        False,
        "My order",
    )
    assert post.extra["standing"] == "claimed"


def test_a_strangers_mail_into_a_case_makes_nobody_else_its_customer(account: Account, now: datetime) -> None:
    """FreeScout GHSA-j49f-9g94-3wh4: it is added and shown as another's; the customer stays, the history stays inside."""
    comes(account, mail("Kim <kim@customer.example>", message_id="<k1@customer.example>").as_bytes(), now)
    before = Conversation.objects.get().customer_id
    stranger = mail(
        "Eve <eve@evil.example>",
        "Send it to me.",
        message_id="<e1@evil.example>",
        in_reply_to="<k1@customer.example>",
    )
    stranger["References"] = "<k1@customer.example>"
    comes(account, stranger.as_bytes(), now)
    conversation = Conversation.objects.get()
    assert conversation.customer_id == before
    assert Strand.objects.filter(conversation=conversation).count() == 2
    eve = Post.objects.get(author="mail:eve@evil.example")
    assert Turn.objects.filter(conversation=conversation, post=eve).exists()


def test_nobody_gets_into_a_case_by_a_made_up_id_or_address(account: Account, now: datetime) -> None:
    comes(account, mail("Kim <kim@customer.example>", message_id="<k1@customer.example>").as_bytes(), now)
    for number, told in enumerate(
        [
            {"in_reply_to": f"<{KEY}.{'0' * 32}@our.example>"},
            {"to": f"help+c{'a' * 37}@our.example"},
            {"subject": "Re: My order"},
        ]
    ):
        comes(
            account, mail("eve@evil.example", message_id=f"<e{number}@evil.example>", **told).as_bytes(), now
        )
    assert Conversation.objects.count() == 4
    assert Post.objects.get(native="<k1@customer.example>").thread.posts.count() == 1


def test_an_answer_to_the_address_of_the_case_joins_it(account: Account, now: datetime) -> None:
    comes(account, mail("Kim <kim@customer.example>", message_id="<k1@customer.example>").as_bytes(), now)
    question = Post.objects.get()
    ours = mail(
        ADDRESS,
        "We look into it.",
        to="kim@customer.example",
        message_id=tokens.message_id(side(account), KEY),
    )
    ours["In-Reply-To"] = ours["References"] = question.native
    case = tokens.case_address(side(account), question.thread.native, question.author)
    ours["Reply-To"] = case
    comes(account, ours.as_bytes(), now + timedelta(minutes=1), is_sent=True)
    again = mail(
        "kim@customer.example", "Thank you.", to=case, message_id="<k2@customer.example>", subject="other"
    )
    comes(account, again.as_bytes(), now + timedelta(minutes=2))
    assert Post.objects.get(native="<k2@customer.example>").thread == question.thread
    assert Conversation.objects.count() == 1
    assert Post.objects.get(is_own=True).thread == question.thread


def test_a_machines_mail_opens_nothing_and_stands_aside_with_its_reason(
    account: Account, now: datetime
) -> None:
    away = mail(
        "kim@customer.example",
        "I am away.",
        message_id="<a1@customer.example>",
        auto_submitted="auto-replied",
    )
    comes(account, away.as_bytes(), now)
    assert not Conversation.objects.exists()
    assert "Auto-Submitted" in Refusal.objects.get().why
    assert Envelope.objects.get().state == Envelope.DONE


def test_a_report_of_a_mail_that_failed_reaches_the_outbox_by_our_key(
    account: Account, now: datetime
) -> None:
    ours = tokens.message_id(side(account), KEY)
    text = f"<gone@x.example>: 550 5.1.1 User unknown\n\nMessage-ID: {ours}\n"
    told = mail(
        "MAILER-DAEMON@x.example",
        text,
        subject="failure notice",
        return_path="<>",
        message_id="<r@x.example>",
    )
    comes(account, told.as_bytes(), now)
    report = Report.objects.get()
    assert (report.kind, report.ok, report.item) == ("delivered", False, KEY)
    assert not Conversation.objects.exists()


def test_files_of_a_mail_are_kept_as_copies_of_our_own(account: Account, now: datetime) -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(out, "PNG")
    letter = mail("kim@customer.example", message_id="<f1@customer.example>")
    letter.add_attachment(out.getvalue(), maintype="image", subtype="png", filename="photo.png")
    letter.add_attachment(
        b"<script>alert(1)</script>", maintype="text", subtype="html", filename="../evil.html"
    )
    comes(account, letter.as_bytes(), now)
    for _account, row in sources.due_attachments(now):
        sources.fetch_attachment(row, now)
    picture, page = Attachment.objects.order_by("pk")
    assert (picture.state, picture.content_type, picture.width) == (Attachment.KEPT, "image/png", 20)
    assert (page.state, page.content_type) == (Attachment.KEPT, "text/html")
    assert (files.folder() / page.path).read_bytes() == b"<script>alert(1)</script>"
    assert "evil" not in page.path


def test_a_mail_told_twice_counts_once(account: Account, now: datetime) -> None:
    letter = mail("kim@customer.example", message_id="<k1@customer.example>").as_bytes()
    comes(account, letter, now)
    comes(account, b"Received: by another way\r\n" + letter, now)
    assert (Post.objects.count(), Envelope.objects.count()) == (1, 2)
    assert not Dispatch.objects.filter(state=State.QUEUED).exists()


def test_mail_to_the_address_that_was_given_for_a_case_joins_it(
    account: Account, now: datetime, make_user: MakeUser
) -> None:
    """PR-03: she wrote elsewhere, was given an address in private, and goes on by mail; a stranger cannot make one up."""
    chief = make_user("administrator")
    elsewhere = makes.make_account(account.brand, now, connector="demo", native="page", handle="page")
    conversation = asks(elsewhere, now)
    address = desk.give_address(conversation, by=chief, now=now)
    assert desk.give_address(conversation, by=chief, now=now) == address  # the same one, whoever asks again
    assert address.startswith("help+c") and address.endswith("@our.example")
    comes(
        account,
        mail(
            "kim@customer.example", "By mail now.", to=address, message_id="<m1@customer.example>"
        ).as_bytes(),
        now,
    )
    comes(
        account,
        mail("kim@customer.example", "And more.", to=address, message_id="<m2@customer.example>").as_bytes(),
        now,
    )
    made_up = address.replace("+c", "+c" + "a" * 37, 1)[: len(address)]
    comes(
        account,
        mail("eve@evil.example", "Me too.", to=made_up, message_id="<e1@evil.example>").as_bytes(),
        now,
    )
    said = Turn.objects.filter(conversation=conversation, post__isnull=False).order_by("pk")
    assert [turn.post.text for turn in said if turn.post] == [
        "Where is my bike?",
        "By mail now.",
        "And more.",
    ]
    assert Conversation.objects.exclude(pk=conversation.pk).get().snippet == "Me too."
    assert Conversation.objects.get(pk=conversation.pk).waiting_since is not None


def test_no_address_for_a_case_where_no_mailbox_gives_any(
    account: Account, now: datetime, make_user: MakeUser
) -> None:
    Account.objects.update(settings={"address": ADDRESS})
    elsewhere = makes.make_account(account.brand, now, connector="demo", native="page", handle="page")
    with pytest.raises(desk.NotPossible, match="Switch it on"):
        desk.give_address(asks(elsewhere, now), by=make_user("administrator"), now=now)
    assert not CaseAddress.objects.exists()


def asks(elsewhere: Account, now: datetime) -> Conversation:
    thread = Thread.objects.create(account=elsewhere, native="t1", is_public=False, begun_at=now)
    Post.objects.create(
        thread=thread, account=elsewhere, native="p1", author="kim", handle="kim", name="Kim", at=now, stored_at=now,
        text_at=now, is_public=False, text="Where is my bike?",
    )  # fmt: skip
    walk(now)
    return Conversation.objects.get(account=elsewhere)
