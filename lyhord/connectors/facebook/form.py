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
    "A page's posts, comments, visitor posts, mentions and recommendations, answered in public, and once in private. "
    "Make an app with Meta, and a token for your page; Messenger is connected by itself, with the same app."
)
NOTES = (
    N_("A comment can be answered in private once, within seven days; after that the customer must write."),
    N_("Meta shows who wrote only to apps that it has reviewed. Ask for advanced access before you begin."),
    N_("People who delete their Facebook account vanish from Meta without a word to us."),
)
