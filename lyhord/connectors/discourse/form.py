"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="server",
        label=N_("Forum"),
        help=N_("The address of the forum, such as forum.example."),
        kind="host",
    ),
    Field(
        name="username",
        label=N_("User name"),
        help=N_("The user who answers customers. To hide, delete and silence it must be a moderator."),
    ),
    Field(
        name="api_key",
        label=N_("API key"),
        help=N_(
            "In the forum's administration under API keys, New API key: single user, this user, global scope."
        ),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="category",
        label=N_("Category for new topics"),
        help=N_(
            "Its number, as it stands at the end of the category's address. Only for topics that we open."
        ),
        kind="number",
        is_required=False,
    ),
)
INTRO = N_(
    "Answers in a Discourse forum, in topics and in private messages. An administrator of the forum makes an API key for "
    "the user who answers. With an administrator's key the webhook is set up by itself; with any other we ask once a minute."
)
NOTES = (
    N_("A reply in a private message is read by everyone who takes part in it."),
    N_("Likes that are taken back, and people who are made anonymous, are not told by the forum."),
)
