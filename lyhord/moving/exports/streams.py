"""An export as it leaves: the newest rows last, a few hundred in memory at a time, seen through the one gate for reading."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, get_args

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.moving.exports import cells
from lyhord.moving.exports.kinds import KINDS, Kind
from lyhord.moving.exports.scope import Scope
from lyhord.staff import audit, mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, User

Form = Literal["csv", "jsonl"]
FORMS: tuple[Form, ...] = get_args(Form)
VERB = "move_data"
AT_ONCE = 500


class NoSuchKind(LyhordError):
    """There is no such kind of rows, or no such form."""

    status = 422


class EmptyScope(LyhordError):
    """Nothing that this person may take out."""

    status = 403


def scope_of(person: User | None, brand: int | None = None) -> Scope:
    """What may be taken out: of one brand, or of all in which the person has the mandate. None: the operator, all.

    Raises mandates.NotYours.
    """
    if person is None:
        brands = Brand.objects.all()
    elif person.is_administrator and person.is_active:
        brands = staff.brands_visible_to(person)
    else:
        brands = Brand.objects.filter(pk__in=mandates.brands_where(person, VERB))
    found = brands.order_by("pk") if brand is None else brands.filter(pk=brand)
    ids = list(found.values_list("pk", flat=True))
    if not ids and person is not None:
        raise mandates.NotYours(mandates.refusal(person, VERB, None))
    if not ids:
        raise EmptyScope(_("There is no such brand."))
    return Scope(person, ids)


def export(scope: Scope, kind: str, form: str, *, now: datetime) -> Iterator[bytes]:
    """The file in pieces. That it was taken out is on the record before its first byte leaves. Raises NoSuchKind."""
    if kind not in KINDS or form not in FORMS:
        raise NoSuchKind(_("Choose one of %(kinds)s, as csv or jsonl.") % {"kinds": ", ".join(sorted(KINDS))})
    with transaction.atomic():
        for brand in Brand.objects.filter(pk__in=scope.brands).order_by("pk"):
            audit.record("data.exported", brand, by=scope.person, now=now, kind=kind, form=form)
    return pieces(KINDS[kind], scope, form)


def pieces(kind: Kind, scope: Scope, form: str) -> Iterator[bytes]:
    if form == "csv":
        yield cells.csv_lines([kind.columns])
    for batch in batches(kind.rows(scope)):
        told = kind.tell(batch)
        if form == "csv":
            yield cells.csv_lines([line[column] for column in kind.columns] for line in told)
        else:
            yield cells.json_lines(told)


def batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """By keyset: each batch is a statement of its own, so that no cursor stays open while a slow reader takes the file."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield batch
        last = batch[-1].pk
