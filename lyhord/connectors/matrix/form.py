"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="server",
        label=N_("Homeserver"),
        help=N_("The server's own address, such as matrix.example; your client shows it among its settings."),
        kind="host",
    ),
    Field(
        name="access_token",
        label=N_("Access token"),
        help=N_(
            "Log in once for this account alone and copy the token: in Element under Settings, Help and About."
        ),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="joins",
        label=N_("Invitations"),
        help=N_("Which rooms the account enters by itself when somebody invites it."),
        kind="choice",
        choices=(
            ("direct", N_("Talks with one person")),
            ("all", N_("All rooms")),
            ("none", N_("None: somebody accepts them in a client")),
        ),
        initial="direct",
    ),
    Field(
        name="mentions_only",
        label=N_("Only what names us"),
        help=N_("In public rooms, take up only what names the account or answers it."),
        kind="switch",
        is_required=False,
    ),
)
INTRO = N_(
    "Make an account on your homeserver for customer service, log in with it once, and copy its access token here. "
    "Do not log out in that client: the token would end."
)
NOTES = (
    N_("Encrypted rooms cannot be read. Turn off encryption as the default for talks with your account."),
    N_(
        "A message cannot be hidden for a while: on Matrix it is removed for good, and only by who has the power."
    ),
    N_(
        "To block in a public room needs the power to ban there; in a talk with one person we ignore the person."
    ),
)
