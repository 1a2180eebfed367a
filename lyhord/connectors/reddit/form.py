"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="username",
        label=N_("User name"),
        help=N_("The account on Reddit that answers customers, without u/."),
    ),
    Field(
        name="client_id",
        label=N_("App's id"),
        help=N_("On reddit.com/prefs/apps make an app of the kind script; its id stands below its name."),
    ),
    Field(
        name="client_secret",
        label=N_("App's secret"),
        help=N_("The word beside “secret” on the same page."),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="password",
        label=N_("Password"),
        help=N_(
            "Of the account. Leave it empty if you give a refresh token; accounts with two-step login need one."
        ),
        is_secret=True,
        kind="password",
        is_required=False,
    ),
    Field(
        name="refresh_token",
        label=N_("Refresh token"),
        help=N_(
            "A permanent one, for the scopes identity, read, privatemessages, submit, edit, vote, report, and the mod scopes."
        ),
        is_secret=True,
        kind="password",
        is_required=False,
    ),
    Field(
        name="subreddit",
        label=N_("Our subreddit"),
        help=N_("All that is written there comes in. Leave it empty if you have none."),
        is_required=False,
    ),
    Field(
        name="search",
        label=N_("Search for"),
        help=N_(
            "Posts anywhere on Reddit with these words, such as your brand's name. Reddit does not search comments."
        ),
        is_required=False,
    ),
)
INTRO = N_(
    "Answers mentions, replies and messages to an account on Reddit, and all that is written in a subreddit of yours. Make an "
    "app of the kind script with that account; commercial use needs Reddit's consent."
)
NOTES = (
    N_("Reddit brings no news by itself; we ask once a minute."),
    N_(
        "Reddit tells of edits and deletions only when it is asked: what is open is looked at again, as its terms demand."
    ),
    N_("Removing, locking and banning need an account that moderates the subreddit."),
)
