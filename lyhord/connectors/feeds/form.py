"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="url",
        label=N_("Address"),
        help=N_("Of the feed, or of the page whose feed is to be read."),
        kind="url",
    ),
    Field(
        name="is_ours",
        label=N_("Written to us"),
        help=N_(
            "On for comments on our own blog or for our own forum: each entry is a matter to answer. Off for news, "
            "alerts and what others write elsewhere: entries are matched by watches."
        ),
        kind="switch",
        is_required=False,
    ),
)
INTRO = N_(
    "Reads blogs and their comments, news, forums and Google Alerts by their feed: RSS, Atom or JSON Feed. Give the "
    "address of the feed, or of the page that has one."
)
NOTES = (
    N_("A feed takes no answers. Open the link and answer there."),
    N_("A feed tells of no deletions, and shows its newest entries alone."),
)
CANNOT = N_("A feed takes no answers. Open the link and answer on the page itself.")
