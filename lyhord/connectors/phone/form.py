"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="line",
        label=N_("Our number"),
        help=N_("The number that customers call, with its country, such as +46 771 00 00 00."),
    ),
    Field(
        name="country",
        label=N_("Country"),
        help=N_("Numbers without a country are of this one."),
        kind="choice",
        choices=(
            ("46", N_("Sweden")),
            ("358", N_("Finland")),
            ("47", N_("Norway")),
            ("45", N_("Denmark")),
            ("354", N_("Iceland")),
            ("372", N_("Estonia")),
        ),
        initial="46",
    ),
)
INTRO = N_(
    "Calls beside what is written: somebody notes a call, or the telephone exchange's log is brought in as a file. "
    "Who calls is found by number."
)
NOTES = (
    N_("An answer here is a wish to call back: a person calls, and marks that it is done."),
    N_("A log brought in twice changes nothing."),
)
