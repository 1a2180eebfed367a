"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="token",
        label=N_("Bot token"),
        help=N_(
            "Write /newbot to @BotFather in Telegram, choose a name, and copy the token that you are given."
        ),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="asks",
        label=N_("Ask for news"),
        help=N_("Ask Telegram for news even where it could bring them itself."),
        kind="switch",
        is_required=False,
    ),
    Field(
        name="server",
        label=N_("Bot API server"),
        help=N_("Only for a Bot API server of your own. Leave it empty for Telegram's."),
        kind="host",
        is_required=False,
    ),
)
INTRO = N_(
    "A bot answers people who write to it, in groups that it is a member of, and for a business account that lets it. "
    "Make one with @BotFather and copy its token here."
)
NOTES = (
    N_("People must write to the bot first; it cannot begin."),
    N_("Telegram does not tell when people delete their messages, except in business accounts."),
    N_("What was sent cannot be looked up. If an answer is lost, look in the chat before you send it again."),
)
