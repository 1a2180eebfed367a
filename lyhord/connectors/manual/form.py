"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="place",
        label=N_("Where it is"),
        help=N_("The forum, partner's site or other place, as your colleagues call it."),
    ),
    Field(
        name="profile",
        label=N_("Our page there"),
        help=N_("The address of your profile or of the place itself."),
        kind="url",
        is_required=False,
    ),
    Field(
        name="look_again",
        label=N_("Look again after"),
        help=N_("Days after which somebody is reminded to look at an open matter there again."),
        kind="number",
        initial="3",
        is_required=False,
    ),
)
INTRO = N_(
    "For a place that no program can read: somebody pastes what was seen there, with its link. Answers are written here, "
    "posted there by hand, and marked with a link as proof."
)
NOTES = (
    N_("Nothing comes or goes by itself. The page By hand shows what is to be posted and looked at again."),
)
