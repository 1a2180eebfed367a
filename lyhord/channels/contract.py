"""What every connector meets. Plain values: a connector never sees a model, a clock of its own, or another room.

Words: an *event* tells one thing that happened on a network. An *item* is a post there, known by its native id. A
*thread* is a place there. All native ids are strings, since networks disagree on everything else.
Source of the fields: reference channels.md, section 7.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

import httpx

from lyhord.lib import lengths
from lyhord.lib.errors import LyhordError

Kind = Literal[
    "created",  # a post; the same item again is an echo
    "edited",  # carries the new text
    "deleted",  # by its author or the network: text and files go everywhere
    "hidden",
    "shown",  # no longer hidden
    "reaction",  # `text` is the sign, "" takes it back
    "read",
    "delivered",  # of a dispatch of ours; `ok` False with `text` why
    "author_changed",
    "account",  # state of our account: `text` is token_revoked | permission_lost | disabled
    "erasure",  # a person asks the network that we forget her
]
Visibility = Literal["public", "private"]
Verb = Literal[
    "reply", "hide", "unhide", "delete", "like", "unlike", "block", "unblock", "report", "edit", "post"
]
Way = Literal["poll", "stream", "backfill"]
Headers = Mapping[str, str]  # keys in lower case

HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
VERBS: tuple[Verb, ...] = (
    "reply", "hide", "unhide", "delete", "like", "unlike", "block", "unblock", "report", "edit", "post",
)  # fmt: skip


# What comes in ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: known by `native`, never by handle, phone or name, which change hands."""

    native: str
    handle: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()  # further native ids of the same person on this network
    avatar: str = ""  # URL; fetched by us, never shown from there
    followers: int | None = None
    lang: str = ""
    profile: str = ""  # URL of the profile, for people to open
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """A file at the network. `url` may expire, so intake fetches it at once.

    `part:...` as `url` names a file that came inside the envelope itself; `Connector.part` gives its bytes.
    `ask:...` names one that the network gives to our account alone; `Connector.file` asks for it.
    """

    url: str
    kind: Literal["picture", "video", "sound", "file"] = "file"
    alt: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on a network, told alike for all of them.

    `key` is what makes it one: the same key again changes nothing. `thread` is None where the network names only
    the parent; intake finds it. `account` is the native id of our page there, since one hook serves many.
    """

    kind: Kind
    key: str
    account: str = ""  # "": the account that asked
    item: str | None = None
    thread: str | None = None
    parent: str | None = None
    author: Author | None = None
    at: datetime | None = None  # the network's time, UTC
    text: str = ""  # plain text without markup
    visibility: Visibility = "public"
    is_own: bool = False  # written by our account, here or with another tool
    media: tuple[Media, ...] = ()
    lang: str = ""
    link: str = ""  # permalink for people
    title: str = ""
    mentions: tuple[Author, ...] = ()  # everyone named in it, us too
    aliases: tuple[str, ...] = ()  # further native ids of the same item
    ok: bool = True
    connector: str = ""  # "": the connector that parsed it; Meta's one hook names two
    is_spoken_to: bool = True  # False: seen on the way (an ancestor, a timeline), nobody asked us
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Known, and not one that we use."""

    why: str
    item: str | None = None


class Unreadable(LyhordError):
    """Not understood. Raised when the whole cannot be read; in a batch it stands in the bad item's place."""

    def __init__(self, why: str, item: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.item = item


Item = Event | Unsupported | Unreadable


@dataclass(frozen=True, slots=True)
class Request:
    """What came to the hook door: raw bytes, never re-serialised."""

    method: str
    url: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a poll or a stream brought; it becomes an envelope, saved together with the cursor."""

    raw: bytes
    cursor: str  # where the next one goes on
    url: str = ""
    headers: Headers = field(default_factory=dict)
    method: str = "GET"
    wait: timedelta | None = None  # the network's word on when to ask again


# What goes out ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing that we want done. `key` is the same at each attempt."""

    verb: Verb
    key: str
    text: str = ""
    visibility: Visibility = "public"
    item: str | None = None  # what we answer, hide, delete, like
    thread: str | None = None
    person: str | None = None  # native id of whom we address
    person_handle: str = ""
    mentions: tuple[str, ...] = ()  # handles that stay in the answer
    lang: str = ""
    files: tuple["File", ...] = ()
    item_visibility: Visibility = "public"
    link: str = ""
    made_at: datetime | None = None
    reason: str = ""
    tag: str = ""  # of `Window.tags`: `Allowed.tag` of when it was queued, the same at each attempt
    is_automatic: bool = (
        False  # no person wrote these words: tags that are for people's answers do not serve it
    )
    title: str = ""  # subject, where the network has one
    template: str = ""  # name/language of an approved template; `text` is what it says with its values
    template_values: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)  # `extra` of the event that told of `item`


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    native: str | None = None  # the new item's id, where there is one
    link: str = ""
    evidence: str = "answer"  # answer | read_back | webhook | person
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """Nothing was done; the same again later is safe."""

    why: str
    at: datetime | None = None  # the network's word, UTC


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done, and the same again would be refused too."""

    why: str
    code: str = ""
    account_state: Literal["", "token_revoked", "permission_lost", "disabled"] = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """The answer was lost: it may stand there or not. Never sent again blindly."""

    why: str


@dataclass(frozen=True, slots=True)
class Local:
    """This network is ours: the room that owns it takes it and writes the receipt."""

    room: str


Outcome = Sent | Retry | Refused | Unsure | Local


@dataclass(frozen=True, slots=True)
class Found:
    """A post as it stands at the network now, and what it hangs on."""

    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """The only way to conclude "deleted": the network said so of this very item."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """We may not see it; that says nothing about whether it is there."""

    why: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text that the network has approved. `body` is all that the customer sees, with {{name}} where a value goes."""

    name: str
    language: str  # the network's own code: sv, en_US
    category: str = ""  # as the network calls it: utility, marketing, authentication
    body: str = ""
    holes: tuple[str, ...] = ()  # in the order in which values are given

    def filled(self, values: Sequence[str]) -> str:
        given = dict(zip(self.holes, values, strict=True))
        return HOLE.sub(lambda hole: given.get(hole[1], hole[0]), self.body)


# What is possible where an answer is not: another place, an approved template, a person's own words, a link to write by.
Instead = Literal["private", "public", "template", "tag", "link"]


@dataclass(frozen=True, slots=True)
class Allowed:
    until: datetime | None = None
    price: "Price | None" = None
    tag: str = ""  # of `Window.tags`: the answer goes under it, since the ordinary window is over
    instead: tuple[Instead, ...] = ()  # what is possible after `until`


@dataclass(frozen=True, slots=True)
class Denied:
    why: str
    until: datetime | None = None  # when it would be allowed again
    instead: tuple[Instead, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    amount: float
    currency: str
    why: str


# What a connector is and can ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Length:
    """How a network counts: `unit` code points, graphemes, UTF-16 units, bytes, or weighted as Mastodon and X do."""

    limit: int
    unit: Literal["codepoints", "graphemes", "utf16", "bytes", "weighted"] = "codepoints"
    url_weight: int | None = None  # every address counts as this many


@dataclass(frozen=True, slots=True)
class Window:
    """How long after the customer's word we may answer."""

    hours: int
    tags: Mapping[str, int] = field(default_factory=dict)  # name of a tag -> hours that it gives
    has_templates: bool = False


@dataclass(frozen=True, slots=True)
class Abilities:
    """What an account of this network can do; `capabilities` may ask the server."""

    receive: tuple[Literal["hook", "poll", "stream"], ...]
    verbs: frozenset[Verb]
    signals: frozenset[Kind]
    reply: Mapping[Visibility, Length]  # absent: cannot answer so
    private_after_public: Literal["private_reply", "direct", "link", "none"] = "none"
    private_reply_days: int | None = None  # None: no limit; else one private answer within so many days
    window: Window | None = None
    can_start: bool = False  # write to one who has not written
    backfill: str = ""  # "" | days:7 | items:800 | full
    idempotency: Literal["key", "client_id", "none"] = "none"
    unkeyed: frozenset[Verb] = frozenset()  # verbs that its keys do not cover: the same again is a second one
    # Whom the network's word to wait binds when we send: sending from the account alone, its reading too, or all accounts
    # of the app with their reading.
    limits: Literal["sending", "account", "app"] = "sending"
    tries_for: timedelta | None = None  # how long it is tried again before a person looks; None: eight times
    files: Mapping[str, int] = field(default_factory=dict)  # content type -> most bytes
    most_files: int = 4  # with one reply
    prices: Mapping[str, Price] = field(default_factory=dict)
    evidence: Literal["real-server", "contract+sdk", "recordings", "documentation"] = "documentation"
    api_version: str = ""
    poll_every: timedelta = timedelta(seconds=60)
    is_chat: bool = False  # no undo: words leave at once
    drafts_public_warning: bool = False
    must_look_again: bool = (
        False  # edits and deletions by others are not told: what is open is looked at again
    )

    def does_once(self, verb: str) -> bool:
        """Whether the same key again is safe with this verb."""
        return self.idempotency != "none" and verb not in self.unkeyed


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a connector's form; `label` and `help` are marked by N_ and translated where shown."""

    name: str
    label: str
    help: str = ""
    is_secret: bool = False
    is_required: bool = True
    kind: Literal["text", "url", "host", "email", "number", "choice", "switch", "password"] = "text"
    choices: tuple[tuple[str, str], ...] = ()
    initial: str = ""


@dataclass(frozen=True, slots=True)
class AccountSide:
    """Our account as a connector sees it. `state` is what the connector itself learnt (server limits, own id)."""

    id: int
    native: str
    handle: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    app: Mapping[str, str] = field(default_factory=dict)  # the app's credentials
    state: Mapping[str, Any] = field(default_factory=dict)
    public_url: str = ""
    allow_hosts: frozenset[str] = frozenset()
    folder: str = ""  # LYHORD_DATA, for networks that are our own


@dataclass(frozen=True, slots=True)
class Connected:
    """What connecting or testing told us."""

    native: str
    handle: str = ""
    name: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)  # renewed ones
    expires_at: datetime | None = None
    admins: int | None = None  # people who administer it there; 1 is a risk (CH-17)
    is_verified: bool | None = None
    notes: tuple[str, ...] = ()  # deprecations and the like, for the health page (GO-17)
    link: str = ""


@dataclass(frozen=True, slots=True)
class CaseAddress:
    """An address of ours for one case alone. What is sent to it comes with `parent`, which nobody else can make."""

    address: str
    parent: str


class ConnectFailed(LyhordError):
    """The account could not be connected or does not answer; the text says what to do."""

    def __init__(self, why: str, *, is_permanent: bool = True) -> None:
        super().__init__(why)
        self.is_permanent = is_permanent


class Trouble(LyhordError):
    """Reading failed. `at` is when to try again; `account_state` says that a person must act."""

    def __init__(self, why: str, *, at: datetime | None = None, account_state: str = "") -> None:
        super().__init__(why)
        self.at = at
        self.account_state = account_state


class Connector:
    """One network. The defaults are those of a network that can nothing; a connector says what it can."""

    name: ClassVar[str]
    label: ClassVar[str]  # a brand name, not translated
    mark: ClassVar[str] = ""  # icon name in the sprite
    fields: ClassVar[tuple[Field, ...]] = ()
    app_fields: ClassVar[tuple[Field, ...]] = ()  # () : needs no registration of an app
    intro: ClassVar[str] = ""  # N_: how to connect, in two sentences
    notes: ClassVar[tuple[str, ...]] = ()  # what it cannot, deprecations
    # The network signs nothing: its calls carry our secret in their address, as ?token=
    has_secret_in_address: ClassVar[bool] = False
    family: ClassVar[str] = ""  # connectors of one family share an app, and its one hook
    is_roaming: ClassVar[bool] = False  # goes to any address of the internet, by the rules of `lib.safefetch`

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        """Where the network is spoken with, the main one first; the client reaches nothing else. (): a network of our own."""
        told = (account.settings.get(field.name) for field in self.fields if field.kind in ("host", "url"))
        return tuple(str(value) for value in told if value)

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(receive=(), verbs=frozenset(), signals=frozenset(), reply={})

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        """Whether the network itself sent this. Constant time; over raw bytes."""
        return False

    def why_not(self, request: Request, secrets: Mapping[str, str]) -> str:
        """What to tell a sender who was refused, where he proved who he is and something else is wrong; "": nothing."""
        return ""

    def answer(self, request: Request, secrets: Mapping[str, str]) -> Answer | None:
        """What the network wants to hear at once: challenges, erasure callbacks. None: the plain 200."""
        return None

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        """Pure. Raises Unreadable when the whole cannot be read."""
        raise Unreadable(f"{self.label} sends nothing.")

    def part(self, raw: bytes, headers: Headers, place: str) -> bytes | None:
        """A file inside what came, by the `url` of its Media; None if there is none. Pure."""
        return None

    def original(self, raw: bytes, headers: Headers, item: str) -> str | None:
        """The item's own markup, where it came with any beside its words. A stranger's: clean it before it is shown. Pure."""
        return None

    def file(self, http: httpx.Client, account: AccountSide, place: str, now: datetime) -> bytes | None:
        """A file that needs our credentials, by the `url` of its Media; None if it is not to be had. Raises Trouble."""
        return None

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        """Test the account as it stands; also renews what can be renewed. Raises ConnectFailed."""
        raise ConnectFailed(f"{self.label} cannot be connected.")

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        """What is new after `cursor`, oldest first. Raises Trouble."""
        return iter(())

    def stream(self, http: httpx.Client, account: AccountSide, cursor: str) -> Iterator[Arrival]:
        """Runs in a thread of its own until the connection ends. An arrival with empty `raw` is a heartbeat."""
        return iter(())

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return iter(())

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        """One item and its ancestors. Raises Trouble."""
        return Hidden(f"{self.label} cannot be asked.")

    def look(
        self, http: httpx.Client, account: AccountSide, item: str, facts: Mapping[str, Any], now: datetime
    ) -> Found | Gone | Hidden:
        """One item again. `facts` is the `extra` of what told of it: some networks show an edit by nothing else."""
        return self.fetch(http, account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        """Replies and moderation. Never raises for what a network does."""
        return Refused(f"{self.label} takes no answers.")

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        """After a lost answer: read back. Retry means: it is certain that nothing stands there."""
        return Unsure(f"{self.label} cannot be read back.")

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        return Allowed()

    def templates(self, account: AccountSide) -> tuple[Template, ...]:
        """What the network has approved for this account, as its last check told. Pure: `state` holds it."""
        return ()

    def case_address(self, account: AccountSide, case: str) -> CaseAddress | None:
        """The address for `case`, a name of ours; always the same one. None: this account has no such addresses."""
        return None

    def words(self, account: AccountSide, outgoing: Outgoing) -> str:
        """The text as it will stand there, with what the network needs in it (mentions). Measure and show this one."""
        return outgoing.text

    def measure(self, text: str, length: Length) -> int:
        """How long the network counts `text`."""
        return lengths.measure(text, length.unit, length.url_weight or 0)
