"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

SECURITY = (
    ("tls", N_("TLS from the start")),
    ("starttls", N_("STARTTLS")),
    ("none", N_("None (only in your own network)")),
)

FIELDS = (
    Field(
        "address", N_("Address"), N_("To which customers write, such as help@brand.example."), kind="email"
    ),
    Field(
        "sender_name",
        N_("Sender's name"),
        N_("Stands before the address in every answer."),
        is_required=False,
    ),
    Field("user", N_("User name"), N_("If it is another than the address."), is_required=False),
    Field(
        "password",
        N_("Password"),
        N_("Google and others want an app password here, not that of the account."),
        is_secret=True,
        is_required=False,
        kind="password",
    ),
    Field(
        "oauth_token",
        N_("Access token (XOAUTH2)"),
        N_("Instead of a password, as Microsoft 365 wants it."),
        is_secret=True,
        is_required=False,
        kind="password",
    ),
    Field(
        "token_url",
        N_("Where access tokens are renewed"),
        N_(
            "Microsoft: https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token. Google: https://oauth2.googleapis.com/token."
        ),
        is_required=False,
        kind="url",
    ),
    Field(
        "client_id",
        N_("Id of the app registration"),
        N_("Only where access tokens are renewed."),
        is_required=False,
    ),
    Field(
        "client_secret",
        N_("Secret of the app registration"),
        N_("If the registration has one."),
        is_secret=True,
        is_required=False,
        kind="password",
    ),
    Field(
        "oauth_refresh",
        N_("Refresh token"),
        N_("With it lyhord gets new access tokens by itself."),
        is_secret=True,
        is_required=False,
        kind="password",
    ),
    Field("imap_host", N_("Server for incoming mail (IMAP)"), kind="host"),
    Field("imap_port", N_("Port for incoming mail"), kind="number", initial="993"),
    Field("imap_security", N_("Protection of incoming mail"), kind="choice", choices=SECURITY, initial="tls"),
    Field("smtp_host", N_("Server for outgoing mail (SMTP)"), kind="host"),
    Field("smtp_port", N_("Port for outgoing mail"), kind="number", initial="465"),
    Field("smtp_security", N_("Protection of outgoing mail"), kind="choice", choices=SECURITY, initial="tls"),
    Field("inbox", N_("Folder with incoming mail"), initial="INBOX", is_required=False),
    Field(
        "sent",
        N_("Folder with sent mail"),
        N_("Empty: the one that the server calls so."),
        is_required=False,
    ),
    Field(
        "authserv_id",
        N_("Name of your server in Authentication-Results"),
        N_("Only what this server says about a sender counts. Empty: every sender is only claimed."),
        is_required=False,
    ),
    Field(
        "plus_addressing",
        N_("An address for each case"),
        N_("Answers come to help+…@brand.example. Only if your server delivers such addresses."),
        is_required=False,
        kind="switch",
    ),
)

INTRO = N_(
    "Give the address and its servers for incoming and outgoing mail. Both are tried before the mailbox is kept."
)
NOTES = (
    N_("A mail that was sent cannot be changed or taken back."),
    N_("Automatic answers, newsletters and reports of mail servers open no conversation."),
    N_("Who writes is only claimed, unless your own mail server confirms it."),
)
