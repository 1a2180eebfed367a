"""Put something into the outbox. The key makes it once, however often it is asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Abilities, AccountSide, Connector, Denied
from lyhord.channels.models import Account
from lyhord.channels.models import State as AccountState
from lyhord.customers.models import Identity
from lyhord.intake.models import Post, Thread
from lyhord.lib import sabotage
from lyhord.lib.errors import LyhordError
from lyhord.outbox import queries, rules
from lyhord.outbox.actions import enclosing, moving
from lyhord.outbox.actions.templating import Chosen
from lyhord.outbox.models import Dispatch, Enclosure
from lyhord.staff import mandates
from lyhord.staff.models import User


class KeyReused(LyhordError):
    """The same key came with something else."""


class TooLong(LyhordError):
    """The text is longer than the network takes."""


class CannotSend(LyhordError):
    """The network, or this account, cannot do this."""


def queue(
    account: Account,
    verb: str,
    *,
    key: UUID | str,
    by: User | None,
    now: datetime,
    thread: Thread | None = None,
    answers: Post | None = None,
    newest: Post | None = None,
    person: str = "",
    person_handle: str = "",
    text: str = "",
    lang: str = "",
    is_public: bool = True,
    identity_id: int | None = None,
    delay: timedelta = timedelta(0),
    reason: str = "",
    files: Sequence[Enclosure] = (),
    is_automatic: bool = False,
    template: Chosen | None = None,
) -> Dispatch:
    """Ask for one thing on a network; after `delay` (the time to undo) it leaves.

    The same key with the same request gives the same dispatch, in whatever state it is by now. `newest` is her newest
    post that the writer had before him. `by` is None for rules, whose words are automatic. `files` were kept by `enclose`.
    `template` is whole (`templating.whole`), and `text` what it says. Raises mandates.NotYours, KeyReused, TooLong,
    CannotSend, BadFile.
    """
    wanted = Dispatch(
        account=account, verb=verb, key=UUID(str(key)), by=by, thread=thread, answers=answers, newest=newest,
        person=person, person_handle=person_handle, text=text, lang=lang, is_public=is_public, reason=reason,
        is_automatic=is_automatic or by is None, template=template.kept() if template else {}, made_at=now, state_at=now, due_at=now + delay,
    )  # fmt: skip
    if by is not None:
        mandates.require(by, rules.mandate(verb), account)
    if sabotage.is_on("outbox.no_form_key"):
        wanted.key = uuid4()
    # Before any check: what was taken once stays taken, though the rules be others by now.
    if (known := known_by(wanted)) is not None:
        return known
    check(wanted, now, files)
    return insert(wanted, identity_id, now, files)


def known_by(wanted: Dispatch) -> Dispatch | None:
    known = Dispatch.objects.filter(key=wanted.key).first()
    if known is not None and request_of(known) != request_of(wanted):
        raise KeyReused(
            _("This form was sent already, with other words. Load the page again before you send more.")
        )
    return known


def request_of(dispatch: Dispatch) -> tuple[Any, ...]:
    """What two asks with one key must have in common."""
    return (
        dispatch.account_id, dispatch.verb, dispatch.thread_id, dispatch.answers_id, dispatch.person,
        dispatch.text, dispatch.is_public, dispatch.by_id, dispatch.template,
    )  # fmt: skip


@transaction.atomic
def insert(
    wanted: Dispatch, identity: int | None, now: datetime, files: Sequence[Enclosure] = ()
) -> Dispatch:
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError:  # the same form at the same moment on another connection
        known = known_by(wanted)
        if known is None:
            raise
        return known
    wanted.lane = rules.lane(
        wanted.verb,
        dispatch=wanted.pk,
        account=wanted.account_id,
        thread=wanted.thread_id,
        is_public=wanted.is_public,
        identity=identity if identity is not None else identity_of(wanted),
        person=wanted.person,
        post=wanted.answers_id,
    )
    wanted.save(update_fields=["lane"])
    enclosing.tie(wanted, files)
    moving.tell(wanted, now)
    return wanted


def identity_of(dispatch: Dispatch) -> int | None:
    account = dispatch.account
    rows = Identity.objects.filter(
        brand=account.brand_id, connector=account.connector, native=dispatch.person
    )
    return rows.values_list("pk", flat=True).first() if dispatch.person else None


def check(wanted: Dispatch, now: datetime, files: Sequence[Enclosure] = ()) -> None:
    """Everything that can be known before the network is asked."""
    account = wanted.account
    connector = registry.get(account.connector)
    if account.state == AccountState.RETIRED:
        raise CannotSend(_("%(name)s is retired; nothing can be sent from it.") % {"name": account.name})
    side = channels.side_of(account)
    abilities = connector.abilities(side)
    if wanted.verb not in abilities.verbs:
        raise CannotSend(_("%(network)s has no way to do this.") % {"network": connector.label})
    if files:
        enclosing.check(files, connector, abilities)
    if wanted.verb in rules.REPLIES:
        check_length(wanted, connector, side, abilities)
    if wanted.verb == "reply":
        check_allowed(wanted, connector, side, now)


def check_length(wanted: Dispatch, connector: Connector, side: AccountSide, abilities: Abilities) -> None:
    length = abilities.reply.get("public" if wanted.is_public else "private")
    if length is None:
        way = _("public") if wanted.is_public else _("private")
        raise CannotSend(
            _("%(network)s takes no %(way)s replies.") % {"network": connector.label, "way": way}
        )
    if not wanted.text.strip():
        raise CannotSend(_("The reply is empty. Write something first."))
    used = connector.measure(connector.words(side, queries.outgoing(wanted)), length)
    if used > length.limit:
        told = _("The reply has %(used)s characters; %(network)s takes %(limit)s. Shorten it by %(over)s.")
        raise TooLong(
            told
            % {"used": used, "network": connector.label, "limit": length.limit, "over": used - length.limit}
        )


def check_allowed(wanted: Dispatch, connector: Connector, side: AccountSide, now: datetime) -> None:
    """Where the network takes it under a tag alone, the tag is kept with it: each attempt says the same."""
    answer = connector.can_reply(side, queries.outgoing(wanted), queries.last_word_at(wanted), now)
    if isinstance(answer, Denied):
        raise CannotSend(_(answer.why))
    wanted.tag = answer.tag
