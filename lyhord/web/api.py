"""The envelope of `/api/v1`: how lists are paged and how errors look. Routes live in the rooms."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import time
from typing import Annotated, Any, Generic, TypedDict, TypeVar
from uuid import UUID, uuid4, uuid5

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic_core import PydanticKnownError

from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.web.refusals import problem as problem

T = TypeVar("T")
Row = TypeVar("Row", bound=models.Model)
MOST = 200


def no_truth(told: Any) -> Any:
    """Python takes `true` for 1; JSON does not."""
    if isinstance(told, bool):
        raise PydanticKnownError("int_type")
    return told


Id = Annotated[int, Field(ge=1, le=2**63 - 1), BeforeValidator(no_truth)]
Words = Annotated[str, AfterValidator(clean)]  # what no database refuses
Key = tuple[str | int | float | None, ...]
HOUR = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
hour_told: TypeAdapter[str] = TypeAdapter(Annotated[str, StringConstraints(pattern=HOUR)])
# `format: time` of JSON Schema wants a zone, which an hour of each day has not.
Hour = Annotated[
    time,
    BeforeValidator(lambda told: told if isinstance(told, time) else hour_told.validate_python(told)),
    WithJsonSchema({"type": "string", "pattern": HOUR}),
]


class BadCursor(LyhordError):
    """A cursor that we did not give."""


class NoSuch(LyhordError):
    """A body or a query names something that is not there, or not for this person: the two look alike."""

    status = 422


class Page(TypedDict):
    items: list[Any]
    next: str | None


class Given(Schema):
    """What a caller may send: these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Paging(Given):
    after: Words = Field("", description="`next` of the page before; empty for the first page.")
    limit: int = Field(50, ge=1, le=MOST)

    def last_id(self) -> int | None:
        """Where a list in the order of ids goes on; None: at its beginning."""
        if not self.after:
            return None
        (last,) = decode(self.after, 1)
        if not isinstance(last, int) or not 0 < last < 2**63:
            raise BadCursor(_("This cursor was not given by this list. Begin without one."))
        return last


class Listed(Schema, Generic[T]):
    """A page of a list. `next` goes into `after` of the next call; null: this was the last page."""

    items: list[T]
    next: str | None


class ErrorBody(Schema):
    code: str
    message: str


class Error(Schema):
    """What every refusal looks like."""

    error: ErrorBody


def encode(key: Key) -> str:
    """A cursor: the sort key of the last item, so that new items in front shift nothing."""
    return urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode(cursor: str, size: int) -> Key:
    """The key of `size` values that `encode` was given. Raises BadCursor."""
    try:
        key = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        key = None
    is_plain = isinstance(key, list) and all(
        part is None or isinstance(part, str | int | float) for part in key
    )
    if not is_plain or len(key) != size:
        raise BadCursor(
            "This cursor was not given by this list. Take `next` of the page before, or begin without one."
        )
    return tuple(key)


def page(found: Sequence[T], limit: int, key: Callable[[T], Key], show: Callable[[T], Any]) -> Page:
    """One page of `found`, which holds up to limit + 1 items: the one too many tells that there are more."""
    shown = found[:limit]
    more = len(found) > limit
    return {
        "items": [show(item) for item in shown],
        "next": encode(key(shown[-1])) if more and shown else None,
    }


def by_id(
    rows: models.QuerySet[Row], paging: Paging, show: Callable[[Row], Any], *, newest_first: bool
) -> Page:
    """One page of rows in the order of their ids."""
    if (last := paging.last_id()) is not None:
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": last})
    found = list(rows.order_by("-pk" if newest_first else "pk")[: paging.limit + 1])
    return page(found, paging.limit, lambda row: (row.pk,), show)


def chosen(rows: models.QuerySet[Row], pk: int, what: str) -> Row:
    """The row that a body names. Raises NoSuch; for the row that an address names there is `get_object_or_404`."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NoSuch(_("There is no %(what)s %(number)s that you can see.") % {"what": what, "number": pk})
    return row


WISHES = UUID("6a9f1d3c-0c58-4c1e-9a55-3d0f5b7f1f60")


def form_key(request: HttpRequest) -> UUID:
    """What makes a reply one reply: of the person's Idempotency-Key, so that it holds even after the answer is forgotten."""
    wish = request.headers.get("Idempotency-Key", "")
    return uuid5(WISHES, f"{request.user.pk} {request.path} {wish}") if wish else uuid4()


def code_of(error: LyhordError) -> str:
    """`NewerTurn` is `newer_turn`: the code stays when the text is translated."""
    name = type(error).__name__
    return "".join(
        f"_{sign.lower()}" if sign.isupper() and at else sign.lower() for at, sign in enumerate(name)
    )


STATUS_CODES = {
    400: "bad_request",
    401: "not_logged_in",
    403: "not_allowed",
    404: "not_found",
    405: "wrong_method",
    409: "conflict",
    429: "too_many",
}


def install(api: NinjaAPI) -> None:
    """Give an API our error answers. An error class may say its own `status`; else it is 409, a wish that cannot be met."""

    @api.exception_handler(LyhordError)
    def refused(request: HttpRequest, error: Exception) -> HttpResponse:
        status = int(getattr(error, "status", 400 if isinstance(error, BadCursor) else 409))
        assert isinstance(error, LyhordError)
        return problem(code_of(error), str(error), status)

    @api.exception_handler(ValidationError)
    def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, ValidationError)
        told = "; ".join(
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors
        )
        return problem("invalid", told, 422)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: Exception) -> HttpResponse:
        return problem("not_logged_in", "No valid API key. Send it as `Authorization: Bearer <key>`.", 401)

    @api.exception_handler(HttpError)
    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        assert isinstance(error, HttpError)
        return problem(STATUS_CODES.get(error.status_code, "failed"), str(error), error.status_code)
