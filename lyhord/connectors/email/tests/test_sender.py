"""Sending: what a server's answer means, and above all what its silence means."""

import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from lyhord.channels.contract import AccountSide, File, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.connectors.email import client, composing, parser, sender, smtp
from lyhord.connectors.email.tests import faults, serving
from lyhord.connectors.email.tests.data import event
from lyhord.lib import network

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REPLY = Outgoing(
    verb="reply",
    key="7d0c0f4e-5a4b-4b0e-9df5-1c62a1f0aa11",
    text="Hej Kim,\n\nvi tittar på det.\n/Maja",
    visibility="private",
    item="<m1@customer.example>",
    thread="<m0@customer.example>",
    person="mail:kim@customer.example",
    made_at=NOW,
    facts={"subject": "Två paket", "references": ["<m0@customer.example>"]},
)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are short, so that silence costs the tests little."""
    monkeypatch.setattr(client, "IDLE_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "IDLE_SECONDS", 0.5)


def account(port: int, **more: Any) -> AccountSide:
    return replace(serving.settings(1, port, **more), state={})


def send(talk: faults.Talk, outgoing: Outgoing = REPLY) -> tuple[Outcome, faults.Server]:
    with faults.serving(talk) as server:
        return sender.send(account(server.port), outgoing, NOW), server


def test_what_the_server_takes_at_the_final_dot_is_sent() -> None:
    outcome, server = send(faults.smtp())
    assert isinstance(outcome, Sent)
    assert outcome.native == composing.compose(account(1), REPLY, NOW)["Message-ID"]
    assert (server.calls, len(server.bodies)) == (1, 1)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"greeting": b"421 too busy"}, Retry),
        ({"greeting": b"silence"}, Retry),
        ({"greeting": b""}, Retry),
        ({"ehlo": b"reset"}, Retry),
        ({"mail": b"450 later"}, Retry),
        ({"mail": b"550 not you"}, Refused),
        ({"rcpt": b"451 greylisted"}, Retry),
        ({"rcpt": b"550 5.1.1 no such person"}, Refused),
        ({"rcpt": b"reset"}, Retry),
        ({"rcpt": b"silence"}, Retry),
        ({"rcpt": b"\xff\xfe"}, Retry),
        ({"data": b"452 full"}, Retry),
        ({"data": b"554 spam"}, Refused),
        ({"data": b"reset"}, Retry),
        ({"body": b"451 later"}, Retry),
        ({"body": b"554 5.7.1 spam"}, Refused),
        ({"body": b"silence"}, Unsure),
        ({"body": b"reset"}, Unsure),
        ({"body": b"299 perhaps"}, Unsure),
        ({"body": b"what?"}, Unsure),
        ({"quit": b"silence"}, Sent),
        ({"quit": b"reset"}, Sent),
    ],
    ids=str,
)
def test_what_each_answer_means(answers: dict[str, bytes], kind: type) -> None:
    outcome, server = send(faults.smtp(**answers))
    assert isinstance(outcome, kind), outcome
    assert server.calls == 1
    if isinstance(outcome, Retry):
        # What is tried again was certainly not taken: either it never came whole, or the server said no.
        assert not server.bodies or "body" in answers


@pytest.mark.parametrize("answer", [b"silence", b"reset"])
def test_silence_after_the_final_dot_is_never_sent_again(answer: bytes) -> None:
    """R21: the server accepts DATA and then says nothing (Mastodon fixed this very case in 4.1.1)."""
    with faults.serving(faults.smtp(body=answer)) as server:
        side = account(server.port)
        assert isinstance(sender.send(side, REPLY, NOW), Unsure)
        assert isinstance(sender.settle(side, REPLY), Unsure)
        assert (server.calls, len(server.bodies)) == (1, 1)


def test_a_server_that_says_one_letter_a_second_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "A_CALL", 1.5)

    def drip(server: faults.Server, caller: Any) -> None:
        while True:
            caller.sendall(b"2")
            time.sleep(0.2)

    outcome, _server = send(drip)
    assert isinstance(outcome, Retry)


def test_the_same_mail_leaves_at_each_attempt() -> None:
    (_first, one), (_second, two) = send(faults.smtp()), send(faults.smtp())
    assert one.bodies == two.bodies


# What stands in it ----------------------------------------------------------------------------------------------


def composed(outgoing: Outgoing = REPLY, **more: Any) -> EmailMessage:
    raw = composing.compose(account(1, **more), outgoing, NOW).as_bytes()
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_it_goes_to_one_person_and_says_what_it_answers() -> None:
    found = composed()
    assert found["To"] == "kim@customer.example"
    assert found["Cc"] is None
    assert found["Subject"] == "Re: Två paket"
    assert found["In-Reply-To"] == "<m1@customer.example>"
    assert found["References"] == "<m0@customer.example> <m1@customer.example>"
    assert found["From"] == f"Brand <{serving.ADDRESS}>"
    assert found["Auto-Submitted"] is None


@pytest.mark.parametrize(
    ("told", "subject"),
    [
        ("Re: x", "Re: x"),
        ("SV: x", "SV: x"),
        ("x", "Re: x"),
        ("", "Re: Hej Kim,"),
        ("x\r\nBcc: eve@evil.example", "Re: x Bcc: eve@evil.example"),
    ],
)
def test_the_subject(told: str, subject: str) -> None:
    found = composed(replace(REPLY, facts={"subject": told}))
    assert found["Subject"] == subject
    assert found["Bcc"] is None


@pytest.mark.parametrize(
    "text",
    [
        "Hej Kim,\n\nvi tittar på det.\n/Maja",
        "one long paragraph " * 60 + "end",
        "> quoted\n From here\nFrom there\n.\n..\n",
        "åäö " * 500,
        "word  with   blanks " * 20 + "x",
        "https://shop.example/" + "a" * 300,
        "-- \nMaja",
        "a\n\n\nb",
    ],
)
def test_the_words_come_back_as_they_were_written(text: str) -> None:
    """Over the wire and through our own parser: an echo is known by its words."""
    outgoing = replace(REPLY, text=text)
    raw = composing.compose(account(1), outgoing, NOW).as_bytes()
    ours = composing.compose(account(1), outgoing, NOW)["Message-ID"]
    found = event(raw, {"x-account": serving.ADDRESS, "x-folder": "sent", "x-own": ours})
    assert found.text.split() == text.split()
    assert [line.rstrip() for line in found.text.split("\n")] == [
        line.rstrip() for line in text.strip().split("\n")
    ]
    assert max(len(line) for line in raw.split(b"\n")) < 1_000


def test_files_go_with_it() -> None:
    files = (
        File("räkning.pdf", "application/pdf", b"%PDF-1.4 x"),
        File("a/../b\r\nX: y", "message/rfc822", b"x"),
    )
    found = composed(replace(REPLY, files=files))
    attached = list(found.iter_attachments())
    assert [each.get_filename() for each in attached] == ["räkning.pdf", "a/../b X: y"]
    assert [each.get_content_type() for each in attached] == ["application/pdf", "application/octet-stream"]
    told = event(found.as_bytes(), {})
    assert [parser.part(found.as_bytes(), each.url) for each in told.media] == [b"%PDF-1.4 x", b"x"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"verb": "hide"}, "cannot be changed"),
        ({"visibility": "public"}, "private"),
        ({"person": None}, "no address to answer"),
        ({"person": "unverified:0123456789abcdef"}, "no address to answer"),
        ({"person": "mail:k\u00e5re@customer.example"}, "letters"),
        ({"person": "mail:x@"}, ""),
        ({"person": "mail:a@b>\r\nRCPT TO:<eve@evil.example"}, ""),
        ({"text": "x" * 100_001}, "Shorten it by 1"),
        ({"files": (File("a", "text/plain", b"x" * 30_000_000),)}, "The files make"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anybody_is_called(change: dict[str, Any], says: str) -> None:
    outcome, server = send(faults.smtp(), replace(REPLY, **change))
    assert isinstance(outcome, Refused)
    assert says in outcome.why
    assert server.calls == 0


def test_an_address_of_another_script_is_written_as_dns_has_it() -> None:
    assert (
        composing.recipient(replace(REPLY, person="mail:kim@b\u00fccher.example"))
        == "kim@xn--bcher-kva.example"
    )


# Who is spoken with ---------------------------------------------------------------------------------------------


def test_only_allowed_places_are_spoken_with_without_tls() -> None:
    with faults.serving(faults.smtp()) as server:
        side = replace(account(server.port), allow_hosts=frozenset())
        outcome = sender.send(side, REPLY, NOW)
        assert isinstance(outcome, Refused)
        assert "LYHORD_ALLOW_HOSTS" in outcome.why
        assert server.calls == 0


def test_a_server_inside_is_not_reached_even_with_tls() -> None:
    with faults.serving(faults.smtp()) as server:
        side = replace(account(server.port, smtp_security="tls"), allow_hosts=frozenset())
        outcome = sender.send(side, REPLY, NOW)
        assert isinstance(outcome, Retry)
        assert "private network" in outcome.why
        assert server.calls == 0


def let_in(*who: Any) -> AuthResult:
    return AuthResult(success=True)


class Sink:
    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[tuple[int, Path, Sink]]:
    """A server with STARTTLS (aiosmtpd) whose certificate is good for localhost, for whoever trusts its maker."""
    certificate, key = made_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    sink, port = Sink(), serving.free_ports(1)[0]
    running = Controller(
        sink,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=let_in,
        ready_timeout=20,
    )
    running.start()
    try:
        yield port, certificate, sink
    finally:
        running.stop()


def made_certificate(folder: Path) -> tuple[Path, Path]:
    from datetime import timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return paths


@pytest.mark.server
@pytest.mark.parametrize(
    ("host", "is_trusted", "kind"),
    [("localhost", True, Sent), ("localhost", False, Retry), ("127.0.0.1", True, Retry)],
)
def test_a_certificate_must_be_good_for_the_name(
    certified: tuple[int, Path, Sink],
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    is_trusted: bool,
    kind: type,
) -> None:
    port, certificate, sink = certified
    monkeypatch.setattr(smtp, "IDLE_SECONDS", 5)
    monkeypatch.setattr(client, "IDLE_SECONDS", 5)
    if is_trusted:
        trusting = ssl.create_default_context(cafile=str(certificate))
        monkeypatch.setattr(network, "ssl_context", lambda: trusting)
    side = account(port, smtp_host=host, smtp_security="starttls")
    side = replace(side, allow_hosts=frozenset({f"{host}:{port}"}))
    with ExitStack():
        assert isinstance(sender.send(side, REPLY, NOW), kind)
    assert len(sink.mails) == (kind is Sent)
