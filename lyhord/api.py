"""`/api/v1/`: the rooms' routes, put together."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser

from lyhord.channels.actions import WrongName
from lyhord.channels.api import router as channels
from lyhord.channels.contract import ConnectFailed
from lyhord.customers.api import router as customers
from lyhord.desk import queries
from lyhord.desk.actions import NewerTurn
from lyhord.desk.api import router as desk
from lyhord.desk.api.shared import TurnShown
from lyhord.intake.api import router as intake
from lyhord.lib import jsons
from lyhord.moving.api import router as moving
from lyhord.outbox.actions import TooLong
from lyhord.outbox.api import router as outbox
from lyhord.staff.api import router as staff
from lyhord.staff.api_auth import Bearer
from lyhord.triage.actions import NoSuchLabel
from lyhord.triage.api import router as triage
from lyhord.web import api as envelope

DESCRIPTION = """Everything that a page can do, by API key. Send it as `Authorization: Bearer <key>`.

Lists give `{"items", "next"}`; send `next` as `after` for the page after. Refusals give `{"error": {"code", "message"}}`.
Each POST takes an `Idempotency-Key`: the same key with the same call is done once. Times are UTC in ISO 8601."""

# Refusals that say something of what was sent, not of how things stand (409).
STATUS = {TooLong: 422, NoSuchLabel: 422, ConnectFailed: 422, WrongName: 422, queries.BadCursor: 400}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "Stays the same in every language."},
                "message": {
                    "type": "string",
                    "description": "For people, in the language of Accept-Language.",
                },
            },
        }
    },
}
REFUSALS = {
    400: "The call cannot be read, or a cursor was not ours.",
    401: "No living key.",
    403: "The key lacks the scope, or its person the mandate.",
    404: "Not there, or not for this person's eyes.",
    409: "It cannot be done as things stand.",
    422: "What was sent is not right; the message names the field.",
    429: "Too many calls.",
}
RATE = {
    "RateLimit-Limit": {"schema": {"type": "integer"}, "description": "Calls that the key may make at once."},
    "RateLimit-Remaining": {"schema": {"type": "integer"}, "description": "How many of them are left."},
    "RateLimit-Reset": {
        "schema": {"type": "integer"},
        "description": "In how many seconds all of them are back.",
    },
}
AGAIN = {"Retry-After": {"schema": {"type": "integer"}, "description": "In how many seconds to go on."}}
IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "maxLength": 100},
    "description": "Up to 100 characters of your choice. The same key with the same call is done once.",
}


class StrictParser(Parser):
    """JSON as its standard has it."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        told: dict[str, Any] = jsons.read(request.body)
        return told


def in_our_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A wrong method is told like every other refusal."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        told = envelope.problem("wrong_method", _("This address does not take %s.") % request.method, 405)
        told["Allow"] = response["Allow"]
        return told

    return asked


class Api(NinjaAPI):
    document: OpenAPISchema | None = None

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app, namespace = super().urls
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            pattern.callback = in_our_form(pattern.callback)
        return patterns, app, namespace

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`room_verb`, which stays however files are split."""
        return f"{operation.view_func.__module__.split('.')[1]}_{operation.view_func.__name__}"

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Made once: it is the same for everybody, anybody may ask for it, and it takes half a second."""
        if self.document is None:
            self.document = self.made_document(**kwargs)
        return self.document

    def made_document(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"]["schemas"]["Error"] = ERROR
        for path, way in schema["paths"].items():
            for method, told in way.items():
                tell_more(path, method, told)
        return schema


def tell_more(path: str, method: str, told: dict[str, Any]) -> None:
    """What holds for every route: how it refuses, how often it may be called, and that a POST can be repeated."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for status, words in REFUSALS.items():
        if status == 409 and method == "get":
            continue
        if status == 404 and "{" not in path:
            continue
        told["responses"].setdefault(status, {"description": words, "content": content})
    for status, answer in told["responses"].items():
        answer["headers"] = RATE | (AGAIN if int(status) == 429 else {})
    if method == "post":
        told["parameters"] = [*told.get("parameters", []), IDEMPOTENCY]


api = Api(
    title="lyhord",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
    auth=Bearer(),
    parser=StrictParser(),
)
envelope.install(api)
for router in (staff, channels, intake, customers, outbox, triage, desk, moving):
    api.add_router("", router)


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Exception) -> HttpResponse:
    """What is not there and what is not for her eyes look alike."""
    return envelope.problem("not_found", _("There is nothing here that you can see."), 404)


@api.exception_handler(NewerTurn)
def newer(request: HttpRequest, error: Exception) -> HttpResponse:
    """The newer turns come along, so that the answer can be thought over at once."""
    assert isinstance(error, NewerTurn)
    ids = [turn.pk for turn in error.turns]
    rows = queries.turns(error.turns[0].conversation_id, only=ids)
    turns = [TurnShown.from_orm(row).dict() for row in rows]
    told = {"code": envelope.code_of(error), "message": str(error), "turns": turns}
    return api.create_response(request, {"error": told}, status=409)


def unfit(request: HttpRequest, error: Any) -> HttpResponse:
    return envelope.problem(envelope.code_of(error), str(error), STATUS[type(error)])


for kind in STATUS:
    api.add_exception_handler(kind, unfit)


@api.exception_handler(Exception)
def failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our own fault: logged as everywhere, told in the form of the API."""
    got_request_exception.send(sender=None, request=request)
    return envelope.problem("failed", _("Something went wrong here. It is noted; try again later."), 500)


@csrf_exempt  # else a wrong address that changes something were told in HTML, of a form that nobody sent
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    return envelope.problem("not_found", _("There is no such address in this API."), 404)
