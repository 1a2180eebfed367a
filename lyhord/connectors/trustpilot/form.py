"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

APP_FIELDS = (
    Field(
        name="api_key",
        label=N_("API key"),
        help=N_("Trustpilot Business, Integrations, Developers, APIs."),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="api_secret",
        label=N_("API secret"),
        help=N_("Shown beside the API key."),
        is_secret=True,
        kind="password",
    ),
)
FIELDS = (
    Field(
        name="domain",
        label=N_("Domain"),
        help=N_("Under which Trustpilot lists you, such as brand.example."),
    ),
    Field(
        name="business_user",
        label=N_("Business user"),
        help=N_("The id of the user in whose name answers stand: Trustpilot Business, profile, User ID."),
    ),
)
INTRO = N_(
    "You need a Trustpilot plan with API access. Make an API key in Trustpilot Business, paste it here, and put the address "
    "of the hook with its token under Integrations, Developers, Webhooks."
)
NOTES = (
    N_(
        "A review takes one public answer. In private Trustpilot lets you ask the reviewer who he is; that is one question."
    ),
    N_("Reviews are reported in Trustpilot Business; its interface for programs does not take reports."),
    N_("Edits of older reviews come by the webhooks alone."),
)
