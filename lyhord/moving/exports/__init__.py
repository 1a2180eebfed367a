"""Everything that a brand has in lyhord, as CSV or JSON lines."""

from lyhord.moving.exports.kinds import KINDS, Kind
from lyhord.moving.exports.scope import Scope
from lyhord.moving.exports.streams import FORMS, VERB, EmptyScope, Form, NoSuchKind, export, scope_of

__all__ = [
    "FORMS",
    "KINDS",
    "VERB",
    "EmptyScope",
    "Form",
    "Kind",
    "NoSuchKind",
    "Scope",
    "export",
    "scope_of",
]
