"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.connectors._meta import form
from lyhord.lib.text import N_

APP_FIELDS = form.APP_FIELDS
FIELDS = (
    Field(
        name="login",
        label=N_("How the token was made"),
        help=N_("With a Facebook page behind the account news come at once; with the Instagram account alone we ask for them."),
        kind="choice",
        choices=(("facebook", N_("By the Facebook page that belongs to it")), ("instagram", N_("By the Instagram account alone"))),
        initial="facebook",
    ),
    Field(name="token", label=N_("Access token"), help=form.TOKEN_HELP, is_secret=True, kind="password"),
    form.SERVER,
)  # fmt: skip
INTRO = N_(
    "Comments, mentions, story mentions and replies, and direct messages of a professional account. "
    "Use the same app as for your Facebook page, and the page's token where a page belongs to the account."
)
NOTES = (
    N_("Instagram tells of no edits and deletions of comments; what is open is looked at again."),
    N_("A comment can be answered in private once, within seven days; after that the customer must write."),
    N_("Instagram lets no program like comments or block people. Do that in its own app."),
)
