"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.connectors._meta import form
from lyhord.lib.text import N_

APP_FIELDS = form.APP_FIELDS
FIELDS = (
    Field(name="token", label=N_("Page access token"), help=form.TOKEN_HELP, is_secret=True, kind="password"),
    form.SERVER,
)
INTRO = N_(
    "Private talks with a page. Customers write first; within a day we answer freely, within seven days as people. "
    "Use the same app and the same token as for the page on Facebook."
)
NOTES = (
    N_("After seven days without a word of the customer Meta lets us write no more."),
    N_(
        "Answers after the first day need the feature Human agent, which Meta gives to an app that it has reviewed."
    ),
    N_("A message that was sent cannot be changed or taken back by program."),
)
