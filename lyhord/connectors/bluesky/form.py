"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="handle",
        label=N_("Handle"),
        help=N_("Your name on Bluesky, such as nordbanan.bsky.social."),
    ),
    Field(
        name="app_password",
        label=N_("App password"),
        help=N_(
            "In Bluesky under Settings, Privacy and security, App passwords. Allow direct messages to answer them."
        ),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="service",
        label=N_("Server"),
        help=N_("bsky.social, unless the account lies on a server of your own."),
        kind="host",
        is_required=False,
        initial="bsky.social",
    ),
)

INTRO = N_(
    "Log in to Bluesky as the account that answers customers and make an app password under Settings, Privacy and "
    "security. Never give the account's own password."
)
NOTES = (
    N_("Others' posts cannot be deleted. A reply below your own post can be hidden for everybody."),
    N_(
        "Who edits a post leaves no mark in Bluesky. We see it only while the conversation is looked at again."
    ),
    N_("Direct messages are known from the service's description alone; no open server could prove them."),
)
