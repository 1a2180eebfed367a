"""Dovecot and Postfix of Debian as processes of our own, and customers' mailboxes beyond them (aiosmtpd).

Mail goes the whole way: a customer hands hers to Postfix, which delivers by LMTP to Dovecot; ours goes through Postfix,
with a log-in, to whoever it is for, and comes back as a real report if that one refuses it.
"""

import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from lyhord.channels.contract import AccountSide
from lyhord.connectors.email import CONNECTOR

YEAR = 365 * 24 * 3600  # seconds; Dovecot numbers a new folder by the clock
ADDRESS, PASSWORD = "support@brand.test", "open-sesame-4712"
SECRET = "a-secret-of-this-account-alone"

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
recipient_delimiter = +
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
protocol imap {{
  imap_idle_notify_interval = 3 secs
}}
"""

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.brand.test
mydestination =
mynetworks =
alias_maps =
alias_database =
local_transport = error:no local mail
virtual_mailbox_domains = brand.test
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = smtp:[127.0.0.1]:{beyond}
recipient_delimiter = +
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_peername_lookup = no
smtp_host_lookup = native
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
"""

MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def missing() -> str:
    """Why the servers cannot be run here, "" if they can."""
    for program in ("dovecot", "postfix"):
        if shutil.which(program, path="/usr/sbin:/usr/bin:/sbin") is None:
            return f"{program} is not installed (apt-get install dovecot-imapd dovecot-lmtpd postfix)"
    return "" if os.getuid() == 0 else "Postfix is started by root alone"


class Beyond:
    """The customers' mail server: keeps what comes, and refuses whoever is gone."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("gone@"):
            return "550 5.1.1 No such person lives here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 OK"

    def to(self, address: str) -> list[Message]:
        return [message_from_bytes(raw) for whom, raw in self.mails if whom == address]


@dataclass
class Running:
    """The servers, our side of a mailbox on them, and the customers."""

    folder: Path
    smtp: int
    account: AccountSide
    beyond: Beyond
    restored: int = 0

    def deliver(self, mail: EmailMessage, sender: str = "kim@customer.test", to: str = ADDRESS) -> None:
        """A customer's mail, handed in as the internet does: without a log-in."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=20) as server:
            server.send_message(mail, from_addr=sender, to_addrs=[to])

    def answered(self, address: str = "kim@customer.test") -> Message:
        """The newest mail that reached this customer."""
        newest: Message = eventually(lambda: self.beyond.to(address))[-1]
        return newest

    def count_anew(self) -> None:
        """What a restore of the mailbox does: the folders stand under another UIDVALIDITY, and old places mean nothing.

        Dovecot does it itself, under its locks. Taking its files away beneath it gave the old number again within
        the same second, and is suspected of telling a delivery or session just leaving that the mailbox was deleted.
        """
        self.restored += 1
        for name in ("INBOX", "Sent"):
            told = subprocess.run(
                ["doveadm", "-c", str(self.folder / "dovecot.conf"), "mailbox", "update", "-u", ADDRESS,
                 "--uid-validity", str(int(time.time()) + YEAR + self.restored), name],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert told.returncode == 0, told.stderr


def eventually(look: Any, seconds: float = 20.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come.")


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


@contextmanager
def servers() -> Iterator[Running]:
    folder = Path(
        tempfile.mkdtemp(prefix="lyhord-mail-", dir="/tmp")
    )  # short: paths of sockets end at 108 signs
    folder.chmod(0o755)
    names = ("imap", "lmtp", "auth", "smtp", "beyond")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    beyond = Beyond()
    sink = Controller(beyond, hostname="127.0.0.1", port=ports["beyond"], ready_timeout=20)
    sink.start()
    dovecot = started_dovecot(folder, ports)
    try:
        start_postfix(folder, ports)
        for name in ("imap", "lmtp", "smtp"):
            wait_for(ports[name], folder)
        yield Running(folder, ports["smtp"], connected(ports), beyond)
    finally:
        subprocess.run(["postfix", "-c", str(folder / "etc"), "stop"], capture_output=True, check=False)
        dovecot.terminate()
        dovecot.wait(20)
        sink.stop()
        shutil.rmtree(folder, ignore_errors=True)


def started_dovecot(folder: Path, ports: dict[str, int]) -> "subprocess.Popen[bytes]":
    owner = pwd.getpwnam("mail")
    (folder / "mail").mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    config = folder / "dovecot.conf"
    facts = {"folder": folder, "password": PASSWORD, "uid": owner.pw_uid, "gid": owner.pw_gid, **ports}
    config.write_text(DOVECOT.format(**facts), encoding="utf-8")
    return subprocess.Popen(
        ["dovecot", "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def start_postfix(folder: Path, ports: dict[str, int]) -> None:
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, **ports), encoding="utf-8")
    (folder / "etc" / "master.cf").write_text(MASTER.format(**ports), encoding="utf-8")
    told = subprocess.run(
        ["postfix", "-c", str(folder / "etc"), "start"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr


def wait_for(port: int, folder: Path) -> None:
    for _try in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    logs = "".join(path.read_text(errors="replace")[-2000:] for path in folder.glob("*.log"))
    raise AssertionError(f"Nothing answers on port {port}: {logs}")


def settings(imap: int, smtp: int, **more: Any) -> AccountSide:
    """Our side of a mailbox on servers of this machine."""
    told: dict[str, Any] = {
        "address": ADDRESS, "sender_name": "Brand", "inbox": "INBOX", "plus_addressing": True,
        "imap_host": "127.0.0.1", "imap_port": imap, "imap_security": "none",
        "smtp_host": "127.0.0.1", "smtp_port": smtp, "smtp_security": "none",
    }  # fmt: skip
    return AccountSide(
        id=1,
        native=ADDRESS,
        handle=ADDRESS,
        settings=told | more,
        secrets={"password": PASSWORD},
        app={"hook_secret": SECRET},
        allow_hosts=frozenset({f"127.0.0.1:{imap}", f"127.0.0.1:{smtp}"}),
    )


def connected(ports: dict[str, int]) -> AccountSide:
    side = settings(ports["imap"], ports["smtp"])
    told = CONNECTOR.connect(None, side, datetime.now(UTC))  # type: ignore[arg-type]
    return replace(side, state=told.state)


def mail(text: str = "My parcel is broken.", **headers: str) -> EmailMessage:
    """A customer's mail; `in_reply_to` and the like are headers."""
    found = EmailMessage()
    usual = {"from": "Kim <kim@customer.test>", "to": ADDRESS, "subject": "My order"}
    for name, value in (usual | headers).items():
        found[name.replace("_", "-")] = value
    found.set_content(text)
    return found
