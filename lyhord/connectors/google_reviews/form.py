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
        help=N_("From giving access as an owner or manager of the place, with the scope business.manage."),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="location",
        label=N_("Location"),
        help=N_("As accounts/111/locations/222. Leave it empty if the access reaches one location alone."),
        is_required=False,
    ),
    Field(
        name="subscription",
        label=N_("Pub/Sub subscription"),
        help=N_(
            "As projects/p/subscriptions/s, of the type pull, where Google tells of new reviews. Needs the scope pubsub. "
            "Without it the list alone is read."
        ),
        is_required=False,
    ),
)
INTRO = N_(
    "Google must first approve your project for the Business Profile APIs. Then make an OAuth client, give it access as "
    "an owner or manager of the place, and paste the refresh token here. One account here is one location."
)
NOTES = (
    N_("A review takes one answer; a new text replaces it. Google looks at each answer before it shows it."),
    N_("Reviews of others cannot be hidden or deleted from here; report them on Google."),
    N_("There are no private messages, and Google does not tell who the reviewer is beyond the name shown."),
)
