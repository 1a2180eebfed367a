"""Whose eyes an export is made with."""

from collections.abc import Sequence
from dataclasses import dataclass

from lyhord.staff.models import User


@dataclass(frozen=True)
class Scope:
    """`person` None: the operator at the command line, who sees all of these brands."""

    person: User | None
    brands: Sequence[int]
