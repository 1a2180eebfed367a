"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

PORTAL = N_("developer.x.com, your app, Keys and tokens.")
FIELDS = (
    Field(
        name="access_token",
        label=N_("Access token"),
        help=N_("Generate it for the account itself, with Read, Write and Direct Messages."),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="access_secret", label=N_("Access token secret"), help=PORTAL, is_secret=True, kind="password"
    ),
    Field(
        name="reads_messages",
        label=N_("Read direct messages"),
        help=N_("X charges for each message that is read. Encrypted ones cannot be read by programs."),
        kind="switch",
        is_required=False,
        initial="1",
    ),
    Field(
        name="finds_quotes",
        label=N_("Look for posts that quote us"),
        help=N_("When we ask for news. X charges for each post that is found."),
        kind="switch",
        is_required=False,
    ),
    Field(
        name="is_enterprise",
        label=N_("The app has an Enterprise agreement"),
        help=N_("Then X lets it answer anybody in public, and like."),
        kind="switch",
        is_required=False,
    ),
    Field(
        name="long_posts",
        label=N_("The account has Premium"),
        help=N_("Posts may then have 25,000 characters."),
        kind="switch",
        is_required=False,
    ),
    Field(
        name="asks",
        label=N_("Ask for news"),
        help=N_("Ask X for news even where it could bring them itself."),
        kind="switch",
        is_required=False,
    ),
    Field(
        name="server",
        label=N_("Another server"),
        help=N_("Only to rehearse with a server of your own. Leave it empty for X's."),
        kind="host",
        is_required=False,
    ),
)
APP_FIELDS = (
    Field(
        name="consumer_key", label=N_("API key (consumer key)"), help=PORTAL, is_secret=True, kind="password"
    ),
    Field(
        name="consumer_secret",
        label=N_("API key secret"),
        help=N_("X signs its news with it, and we our calls."),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="bearer",
        label=N_("Bearer token of the app"),
        help=N_("With it X can bring its news to us. Without it we ask for them."),
        is_secret=True,
        kind="password",
        is_required=False,
    ),
)
INTRO = N_(
    "An account on X by an app of your own. Make the app at developer.x.com with Read, Write and Direct Messages, buy "
    "credits, and copy its keys and the account's own tokens here."
)
NOTES = (
    N_("X charges for what is read and what is written; the price of an answer is shown before it is sent."),
    N_(
        "Public answers go only to people who name us or quote us in that very post, unless the app has an Enterprise agreement."
    ),
    N_("X tells of deletions by customers late or not at all; open posts are looked at again."),
    N_("X gives programs no block: in public a person is muted, in private her messages are blocked."),
)
