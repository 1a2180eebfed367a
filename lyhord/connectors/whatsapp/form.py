"""What connecting asks for."""

from lyhord.channels.contract import Field
from lyhord.lib.text import N_

FIELDS = (
    Field(
        name="number",
        label=N_("Phone number ID"),
        help=N_("WhatsApp Manager, Phone numbers: the long number beside the telephone number."),
    ),
    Field(
        name="business",
        label=N_("WhatsApp Business Account ID"),
        help=N_("Meta Business Suite, WhatsApp accounts: the long number of the account."),
    ),
    Field(
        name="token",
        label=N_("Access token of a system user"),
        help=N_(
            "Meta Business Suite, System users: give the user the app and the WhatsApp account, then make a token that "
            "never ends with whatsapp_business_messaging and whatsapp_business_management."
        ),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="marks_read",
        label=N_("Show that we have read"),
        help=N_("The customer sees two blue ticks on the message that we answer."),
        kind="switch",
        is_required=False,
    ),
    Field(
        name="template_language",
        label=N_("Language of templates"),
        help=N_("Where a template is not approved in the customer's language. For example sv."),
        is_required=False,
    ),
    Field(
        name="service_price",
        label=N_("Price of an answer"),
        help=N_("From Meta's price list; shown before sending. Empty: nothing is shown."),
        is_required=False,
    ),
    Field(
        name="template_price",
        label=N_("Price of a template"),
        help=N_("From Meta's price list; shown before sending. Empty: nothing is shown."),
        is_required=False,
    ),
    Field(
        name="currency",
        label=N_("Currency of the prices"),
        help=N_("Three letters, such as EUR or SEK."),
        is_required=False,
        initial="EUR",
    ),
    Field(
        name="server",
        label=N_("Another server"),
        help=N_("Only to rehearse with a server of your own. Leave it empty for Meta's."),
        kind="host",
        is_required=False,
    ),
)
APP_FIELDS = (
    Field(
        name="app_secret",
        label=N_("App secret"),
        help=N_("Meta for Developers, your app, App settings, Basic. WhatsApp signs its messages with it."),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="verify_token",
        label=N_("Verify token"),
        help=N_("Think of a long word. Write the same one in your app: WhatsApp, Configuration, Webhook."),
        is_secret=True,
        kind="password",
    ),
)
INTRO = N_(
    "A number of the WhatsApp Business Platform. Make an app with WhatsApp at developers.facebook.com, and give a system "
    "user of your business the app and the number. After connecting, write the webhook address shown here and your "
    "verify token in the app, and choose the field messages."
)
NOTES = (
    N_(
        "We may answer for 24 hours after the customer's latest message; after that only with approved templates."
    ),
    N_(
        "A customer with a username may show no telephone number. She is known by an id that is hers with you alone."
    ),
    N_("What was sent can be neither changed nor taken back, and not be looked up."),
    N_("Meta charges for messages. Without a payment method an answer seems to leave and is not delivered."),
)
