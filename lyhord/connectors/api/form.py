"""What connecting asks for, and what of it an account can do."""

from typing import Any, Literal, cast, get_args

from lyhord.channels.contract import AccountSide, Field, Length, Verb, Visibility
from lyhord.lib.text import N_

Unit = Literal["codepoints", "graphemes", "utf16", "bytes"]
USUAL_LENGTH = 5_000
MOST_LENGTH = 100_000

APP_FIELDS = (
    Field(
        name="secret",
        label=N_("Signing secret"),
        help=N_(
            "Shared with the other system: whsec_ and at least 24 bytes in base64, or any 24 characters. "
            "Both sides sign with it."
        ),
        is_secret=True,
        kind="password",
    ),
    Field(
        name="takes_bearer",
        label=N_("Take the secret without a signature"),
        help=N_("For systems that cannot sign: they send Authorization: Bearer and the secret."),
        kind="switch",
        is_required=False,
    ),
)
FIELDS = (
    Field(
        name="url",
        label=N_("Address for answers"),
        help=N_("Where answers and moderation are posted to, signed. Leave it empty to receive only."),
        kind="url",
        is_required=False,
    ),
    Field(
        name="settle_url",
        label=N_("Address for questions"),
        help=N_("Where we may ask with ?key= whether something lost on the way was done after all."),
        kind="url",
        is_required=False,
    ),
    Field(
        name="honours_key",
        label=N_("The same key is done once"),
        help=N_("On if the other system does nothing twice that has the same webhook-id."),
        kind="switch",
        is_required=False,
    ),
    Field(
        name="reply_in",
        label=N_("Answers may be"),
        kind="choice",
        choices=(("both", N_("Public and private")), ("public", N_("Public")), ("private", N_("Private"))),
        initial="both",
    ),
    Field(name="length", label=N_("Longest answer"), kind="number", initial=str(USUAL_LENGTH)),
    Field(
        name="unit",
        label=N_("Counted in"),
        kind="choice",
        choices=(
            ("codepoints", N_("characters")),
            ("graphemes", N_("characters as people see them")),
            ("utf16", N_("UTF-16 units")),
            ("bytes", N_("bytes")),
        ),
        initial="codepoints",
    ),
    Field(name="can_edit", label=N_("Can change our answers"), kind="switch", is_required=False),
    Field(name="can_delete", label=N_("Can delete"), kind="switch", is_required=False),
    Field(name="can_hide", label=N_("Can hide and show"), kind="switch", is_required=False),
    Field(name="can_like", label=N_("Can like"), kind="switch", is_required=False),
    Field(name="can_block", label=N_("Can block people"), kind="switch", is_required=False),
    Field(name="can_report", label=N_("Can report"), kind="switch", is_required=False),
    Field(name="can_post", label=N_("Can post without being asked"), kind="switch", is_required=False),
)
SWITCHES: dict[str, tuple[Verb, ...]] = {
    "can_edit": ("edit",),
    "can_delete": ("delete",),
    "can_hide": ("hide", "unhide"),
    "can_like": ("like", "unlike"),
    "can_block": ("block", "unblock"),
    "can_report": ("report",),
    "can_post": ("post",),
}
INTRO = N_(
    "Any system, by our own interface: it posts messages to an address here and gets answers by signed webhook. For a "
    "network that lyhord does not know, write a bridge of thirty lines (docs/api-channel.md)."
)
NOTES = (N_("What this channel can is what the system behind it can; the form says it."),)


def verbs(account: AccountSide) -> frozenset[Verb]:
    if not account.settings.get("url"):
        return frozenset()
    chosen = [each for name, several in SWITCHES.items() if account.settings.get(name) for each in several]
    return frozenset({"reply", *chosen})


def lengths(account: AccountSide) -> dict[Visibility, Length]:
    if not account.settings.get("url"):
        return {}
    unit = account.settings.get("unit")
    length = Length(
        limit(account.settings.get("length")), cast(Unit, unit) if unit in get_args(Unit) else "codepoints"
    )
    chosen = account.settings.get("reply_in")
    both: tuple[Visibility, ...] = get_args(Visibility)
    return {each: length for each in both if chosen == each or chosen not in both}


def limit(value: Any) -> int:
    try:
        return min(max(int(value), 1), MOST_LENGTH)
    except (TypeError, ValueError):
        return USUAL_LENGTH
