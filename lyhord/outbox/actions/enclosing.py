"""Files with our words: taken before they are sent, tied to the dispatch that takes them, given up."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Abilities, Connector
from lyhord.channels.models import Account
from lyhord.lib.text import clean
from lyhord.outbox import files
from lyhord.outbox.files import BadFile
from lyhord.outbox.models import Dispatch, Enclosure
from lyhord.staff import mandates
from lyhord.staff.models import User


def enclose(
    account: Account, name: str, content: bytes, *, by: User, now: datetime, alt: str = ""
) -> Enclosure:
    """Keep a file for a reply that is being written. Raises NotYours, or BadFile with what the network takes."""
    mandates.require(by, "reply", account)
    connector = registry.get(account.connector)
    looked = files.look(name, content, connector.abilities(channels.side_of(account)), connector.label)
    path, token = files.write(looked)
    return Enclosure.objects.create(
        account=account, by=by, name=looked.name, alt=tidy(alt), content_type=looked.content_type, size=len(looked.content),
        width=looked.width, height=looked.height, path=path, token=token, made_at=now,
    )  # fmt: skip


def tidy(alt: str) -> str:
    return " ".join(clean(alt).split())[:1500]


def describe(enclosure: Enclosure, alt: str) -> None:
    """What the picture shows. What has left cannot be changed any more."""
    Enclosure.objects.filter(pk=enclosure.pk, dispatch=None).update(alt=tidy(alt))


def give_up(enclosures: Iterable[Enclosure], now: datetime) -> int:
    """Remove files for good, on the disk too."""
    gone = Enclosure.objects.filter(pk__in=[one.pk for one in enclosures]).update(
        is_gone=True, name="", alt=""
    )
    if gone:
        # A step does the same, should this process end before.
        transaction.on_commit(lambda: files.remove(now), robust=True)
    return gone


def check(enclosures: Sequence[Enclosure], connector: Connector, abilities: Abilities) -> None:
    """Once more at sending: the limits may be others by now, or the words go another way. Raises BadFile."""
    if len(enclosures) > abilities.most_files and abilities.files:
        told = ngettext(
            "%(network)s takes %(n)s file with a reply.",
            "%(network)s takes %(n)s files with a reply.",
            abilities.most_files,
        )
        raise BadFile(told % {"network": connector.label, "n": abilities.most_files})
    for one in enclosures:
        files.require_fit(one.content_type, one.size, abilities, connector.label)


def tie(dispatch: Dispatch, enclosures: Sequence[Enclosure]) -> None:
    """Within the transaction that makes the dispatch. Each file goes with one dispatch."""
    for position, one in enumerate(enclosures):
        mine = Enclosure.objects.filter(pk=one.pk, dispatch=None, is_gone=False)
        if not mine.update(dispatch=dispatch, position=position):
            raise BadFile(
                _("The file %(name)s was sent or removed meanwhile. Add it again.") % {"name": one.name}
            )


def untie(dispatch: Dispatch) -> list[Enclosure]:
    """The reply was taken back: its files are the writer's again."""
    found = list(enclosures_of(dispatch))
    Enclosure.objects.filter(dispatch=dispatch).update(dispatch=None)
    return found


def enclosures_of(dispatch: Dispatch) -> QuerySet[Enclosure]:
    return Enclosure.objects.filter(dispatch=dispatch, is_gone=False).order_by("position", "pk")
