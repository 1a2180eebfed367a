"""Approved templates: which an account has, and what one says with its values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Template
from lyhord.channels.models import Account
from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean

LONGEST = 1024  # of one value; Meta's whole body may have no more


class NoSuchTemplate(LyhordError):
    """The network has approved no such template for this account."""


class WrongValues(LyhordError):
    """A template has as many values as holes, and none is empty."""


@dataclass(frozen=True)
class Chosen:
    """A template, and what stands in its holes, in their order."""

    name: str
    language: str
    values: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        return {"name": self.name, "language": self.language, "values": list(self.values)}


def chosen(kept: Mapping[str, Any]) -> Chosen | None:
    """As a row keeps it; None: it is no template."""
    return Chosen(kept["name"], kept["language"], tuple(kept["values"])) if kept else None


def templates_of(account: Account) -> tuple[Template, ...]:
    """What can be sent from this account where nothing else goes; (): nothing. No statement, no network."""
    return registry.get(account.connector).templates(channels.side_of(account))


def whole(account: Account, wanted: Chosen) -> Chosen:
    """The same with its values on one line each, as networks want them. Raises NoSuchTemplate, WrongValues."""
    found = template_of(account, wanted)
    values = tuple(one_line(value) for value in wanted.values)
    if len(values) != len(found.holes):
        told = ngettext(
            "The template %(name)s has %(n)d place to fill; %(given)d values were given.",
            "The template %(name)s has %(n)d places to fill; %(given)d values were given.",
            len(found.holes),
        )
        raise WrongValues(told % {"name": found.name, "n": len(found.holes), "given": len(values)})
    for hole, value in zip(found.holes, values, strict=True):
        if not value:
            raise WrongValues(_("Fill in {%(hole)s}: the template cannot go without it.") % {"hole": hole})
        if len(value) > LONGEST:
            told = _("The value of {%(hole)s} has %(n)d characters; at most %(most)d go.")
            raise WrongValues(told % {"hole": hole, "n": len(value), "most": LONGEST})
    return Chosen(wanted.name, wanted.language, values)


def words(account: Account, wanted: Chosen) -> str:
    """What the customer sees. `wanted` is whole."""
    return template_of(account, wanted).filled(wanted.values)


def template_of(account: Account, wanted: Chosen) -> Template:
    for one in templates_of(account):
        if (one.name, one.language) == (wanted.name, wanted.language):
            return one
    raise NoSuchTemplate(
        _(
            "%(account)s has no approved template %(name)s (%(language)s). Check the account to renew the list."
        )
        % {"account": account.name, "name": wanted.name, "language": wanted.language}
    )


def one_line(value: str) -> str:
    return " ".join(clean(value).split())
