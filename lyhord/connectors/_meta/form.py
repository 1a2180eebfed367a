"""What connecting asks for, alike in the family."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

APP_FIELDS = (
    Field(
        name="app_id",
        label=N_("App ID"),
        help=N_(
            "On developers.facebook.com make an app of the type Business for this alone; its number stands at the top."
        ),
    ),
    Field(
        name="app_secret",
        label=N_("App secret"),
        help=N_("In the app: App settings, Basic, App secret, Show. It proves that news come from Meta."),
        is_secret=True,
        kind="password",
    ),
)
TOKEN_HELP = N_(
    "In Business settings make a system user, give it the page with full control, and generate a token for the app "
    "that never expires. Ask then for the page's own token: the guide in docs/networks shows each step."
)
SERVER = Field(
    name="server",
    label=N_("Graph API server"),
    help=N_("Only for rehearsals with a server of your own. Leave it empty for Meta's."),
    kind="host",
    is_required=False,
)
