"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="server",
        label=N_("Server"),
        help=N_("The part after the last @ of your address, such as mastodon.example."),
        kind="host",
    ),
    Field(
        name="access_token",
        label=N_("Access token"),
        help=N_("On your server under Preferences, Development, New application: scopes read and write."),
        is_secret=True,
        kind="password",
    ),
)

INTRO = N_(
    "Log in to your Mastodon server as the account that answers customers and make an application with the "
    "scopes read and write. Copy its access token here."
)
NOTES = (
    N_("Others' posts cannot be hidden or deleted; block or report the author instead."),
    N_("A direct message is read by everyone who is named in it, and by the people who run the servers."),
    N_("An edit reaches us only while the conversation is looked at again; a server need not tell of it."),
)
