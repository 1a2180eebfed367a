"""Saved replies: which somebody sees, and how one reads in a conversation."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from lyhord.channels import queries as channels
from lyhord.channels import registry
from lyhord.channels.actions import side_of
from lyhord.channels.contract import Length
from lyhord.channels.models import Account
from lyhord.desk import filling, rules
from lyhord.desk.models import Conversation, SavedReply, SavedReplyText, Strand
from lyhord.desk.queries.hours import hours_of_account
from lyhord.lib.hours import zone_of
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import User

MOST = 1000  # of one brand that a search walks through
SHOWN = 30
NORWEGIAN = {"no": "nb", "nn": "nb"}


def reach(user: User) -> Q:
    """Of a thing with brand, team and owner: what is hers, her teams' or her brands'."""
    shared = Q(owner=None, brand__in=staff.brands_visible_to(user))
    if not user.is_administrator:
        shared &= Q(team=None) | Q(team__memberships__user=user)
    return shared | Q(owner=user, brand__in=staff.brands_visible_to(user))


def saved_replies_visible_to(user: User) -> QuerySet[SavedReply]:
    return SavedReply.objects.filter(pk__in=SavedReply.objects.filter(reach(user)).values("pk"))


def saved_replies(user: User, *, words: str = "", review: str = "") -> list[SavedReply]:
    """For the list, with their words, by folder and name."""
    rows = with_texts(saved_replies_visible_to(user)).select_related("brand", "team", "owner")
    rows = rows.filter(review=review) if review else rows
    found = list(rows.order_by("brand__name", "folder", "name", "pk")[:MOST])
    return [row for row in found if not words or rank(row, folded(words)) is not None]


def with_texts(rows: QuerySet[SavedReply]) -> QuerySet[SavedReply]:
    return rows.prefetch_related(Prefetch("texts", SavedReplyText.objects.order_by("lang", "connector")))


def may_change(user: User, row: SavedReply) -> bool:
    return row.owner_id == user.pk or (row.owner_id is None and mandates.allows(user, "manage_replies", row))


# In a conversation ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fitting:
    """A saved reply as it would stand in this conversation."""

    reply: SavedReply
    lang: str
    text: str
    missing: tuple[str, ...] = ()
    used: int = 0  # as the network counts, signature included
    limit: int | None = None

    @property
    def is_too_long(self) -> bool:
        return self.limit is not None and self.used > self.limit


@dataclass(frozen=True)
class Place:
    """What filling asks of a conversation, looked up once for all replies of a list."""

    conversation: Conversation
    user: User
    length: Length | None
    values: Mapping[str, str] = field(default_factory=dict)

    def measured(self, text: str) -> int:
        if self.length is None:
            return len(text)
        connector = registry.get(self.conversation.account.connector)
        signature = rules.signature_of(self.user.signature, self.user.name)
        words = text if not self.conversation.brand.must_sign else f"{text} {signature}"
        return connector.measure(words, self.length)


def fitting(user: User, conversation: Conversation, words: str = "") -> list[Fitting]:
    """Saved replies for this conversation that hold the words, the best first; those used most before others."""
    rows = saved_replies_visible_to(user).filter(brand=conversation.brand_id)
    rows = rows.exclude(review=SavedReply.Review.RETIRED)
    sought = folded(words)
    ranked = [(rank(row, sought), row) for row in with_texts(rows).order_by("-uses", "name", "pk")[:MOST]]
    best = sorted(((place, row) for place, row in ranked if place is not None), key=lambda pair: pair[0])
    here = place_of(user, conversation)
    found = (fit(row, here) for _place, row in best[:SHOWN])
    return [one for one in found if one is not None]


def fitting_one(user: User, conversation: Conversation, reply: SavedReply) -> Fitting | None:
    return fit(reply, place_of(user, conversation))


def fit(reply: SavedReply, here: Place) -> Fitting | None:
    text = text_for(reply.texts.all(), here.conversation)
    if text is None:
        return None
    done = filling.filled(text.text, here.values)
    limit = here.length.limit if here.length else None
    return Fitting(reply, text.lang, done.text, done.missing, here.measured(done.text), limit)


def text_for(texts: Iterable[SavedReplyText], conversation: Conversation) -> SavedReplyText | None:
    """In her language, else in the account's, else in English, else any; made for the network before made for all."""
    account = conversation.account
    wanted = [language(conversation.lang), language(account.language), "en"]
    fitting = [text for text in texts if text.connector in {"", account.connector}]

    def order(text: SavedReplyText) -> tuple[int, bool]:
        code = language(text.lang)
        return (wanted.index(code) if code in wanted else len(wanted), not text.connector)

    return min(fitting, key=order, default=None)


def language(code: str) -> str:
    short = code.partition("-")[0].lower()
    return NORWEGIAN.get(short, short)


def place_of(user: User, conversation: Conversation) -> Place:
    return Place(
        conversation,
        user,
        length_of(conversation.account, conversation.is_public),
        values(user, conversation),
    )


def length_of(account: Account, is_public: bool) -> Length | None:
    return (
        registry.get(account.connector)
        .abilities(side_of(account))
        .reply.get("public" if is_public else "private")
    )


def values(user: User, conversation: Conversation, now: datetime | None = None) -> dict[str, str]:
    """What variables stand for here; "" where we do not know."""
    account, customer = conversation.account, conversation.customer
    strands = Strand.objects.filter(conversation=conversation).select_related("identity").order_by("-pk")
    strand = strands.first()
    handle = strand.identity.handle if strand else ""
    name = customer.name or (strand.identity.name if strand else "")
    return {
        "customer.first_name": filling.first_name(name, handle),
        "customer.name": name if filling.first_name(name, handle) else "",
        "customer.handle": f"@{handle.lstrip('@')}" if handle else "",
        "agent.name": user.name,
        "agent.first_name": user.first_name,
        "agent.signature": rules.signature_of(user.signature, user.name),
        "case.number": f"#{conversation.number}",
        "case.subject": conversation.subject,
        "case.link": case_link(conversation),
        "account.name": account.name,
        "account.handle": account.handle,
        "account.link": account.link,
        "brand.name": conversation.brand.name,
        "opening_hours": opening_hours(conversation, now or timezone.now()),
    }


def opening_hours(conversation: Conversation, now: datetime) -> str:
    """Of today, as people of her language write them; "" where nobody set them, or it is closed all day."""
    hours = hours_of_account(conversation.account_id, conversation.brand_id, now)
    if hours is None:
        return ""
    sign = "." if language(conversation.lang) in {"fi", "da"} else ":"
    spans = hours.spans(now.astimezone(zone_of(hours.zone)).date())
    return ", ".join(f"{clock(opens, sign)}–{clock(closes, sign)}" for opens, closes in spans)


def clock(minutes: int, sign: str) -> str:
    return f"{minutes // 60}{sign}{minutes % 60:02d}"


def case_link(conversation: Conversation) -> str:
    """The page on which she sees how her matter stands; "" where she has none."""
    if conversation.ticket is None:
        return ""
    lang = language(conversation.lang) or "en"
    lang = lang if lang in dict(settings.LANGUAGES) else "en"
    return f"{settings.LYHORD_PUBLIC_URL}/{lang}/help/ticket/{conversation.ticket.token}/"


# Lengths -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Network:
    """A network that somebody's accounts stand on, and how it counts."""

    name: str  # of the connector
    label: str
    length: Length


def networks(user: User) -> list[Network]:
    """Those of her accounts, each once, the tightest first."""
    found: dict[str, Network] = {}
    for account in channels.accounts_visible_to(user).select_related("app").order_by("pk")[:200]:
        length = length_of(account, True) or length_of(account, False)
        if length is not None and account.connector not in found:
            connector = registry.get(account.connector)
            found[account.connector] = Network(account.connector, str(connector.label), length)
    return sorted(found.values(), key=lambda one: (one.length.limit, one.name))


def lengths(text: SavedReplyText, found: Iterable[Network]) -> list[tuple[Network, int]]:
    """How long the words are on each network they are for, with what variables stand for on the whole."""
    words = filling.filled(text.text, SAMPLE).text
    fitting = [one for one in found if text.connector in {"", one.name}]
    return [(one, registry.get(one.name).measure(words, one.length)) for one in fitting]


SAMPLE = {
    "customer.first_name": "Margareta", "customer.name": "Margareta Lindström", "customer.handle": "@margareta", "agent.name":
    "Linnea Nordström", "agent.first_name": "Linnea", "agent.signature": "/Linnea", "case.number": "#104242", "case.subject":
    "A subject of some words", "case.link": "https://service.example/sv/help/ticket/0123456789abcdef/", "account.name": "Our account",
    "account.handle": "@our-account", "account.link": "https://social.example/our-account", "brand.name": "Our brand", "opening_hours":
    "9:00–17:00",
}  # fmt: skip


# Searching -----------------------------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Without case and marks. Done here: SQLite folds the case of ASCII alone."""
    return "".join(
        c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c)
    ).strip()


def rank(row: SavedReply, sought: str) -> int | None:
    """How well it fits what is sought, 0 the best; None: not at all."""
    if not sought:
        return 0
    name = folded(row.name)
    if name.startswith(sought):
        return 0
    parts = sought.split()
    if all(part in name for part in parts):
        return 1
    everything = " ".join([name, folded(row.folder), *(folded(text.text) for text in row.texts.all())])
    return 2 if all(part in everything for part in parts) else None
