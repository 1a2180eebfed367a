"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

APP_FIELDS = (
    Field(
        name="client_id",
        label=N_("Client ID"),
        help=N_(
            "Google Cloud console, APIs & Services, Credentials: an OAuth client of the type Web application."
        ),
    ),
    Field(
        name="client_secret",
        label=N_("Client secret"),
        help=N_("Shown beside the client ID."),
        is_secret=True,
        kind="password",
    ),
)
FIELDS = (
    Field(
        name="refresh_token",
        label=N_("Refresh token"),
        help=N_("From giving access as the channel's owner with the scope youtube.force-ssl."),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="daily_quota",
        label=N_("Quota units a day"),
        help=N_(
            "What Google gives the project: 10 000 unless more was granted. Reading takes at most a fifth of it."
        ),
        kind="number",
        initial="10000",
        is_required=False,
    ),
)
INTRO = N_(
    "In the Google Cloud console make a project, turn on YouTube Data API v3 and make an OAuth client. Give it access "
    "as the owner of the channel, and paste the refresh token here."
)
NOTES = (
    N_("Reading a page costs 1 unit of the day's quota, each reply, edit, deletion and moderation 50."),
    N_("A blocked author cannot be unblocked from here; YouTube Studio can do it."),
    N_("YouTube tells no edits and deletions: what is open is looked at again."),
    N_("There are no private messages. Lead the customer to a private channel by a link."),
    N_("While the consent screen is in testing, Google ends the access after seven days. Publish it."),
)
