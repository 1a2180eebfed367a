"""What the views of this room share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.models import User


def user_of(request: HttpRequest) -> User:
    """Behind `login_required` the user is one of ours."""
    assert isinstance(request.user, User)
    return request.user


def tried(form: BaseForm, action: Callable[[], Any]) -> Any:
    """What the action gives; None where the form or the action refused, and then the form says why."""
    if not form.is_valid():
        return None
    try:
        return action()
    except mandates.NotYours:
        raise  # a page of its own says so (middleware.Refusals)
    except LyhordError as problem:
        form.add_error(None, str(problem))
        return None


def said(request: HttpRequest, action: Callable[[], Any], done: str) -> bool:
    """Do it and say so on the next page, or say there why not."""
    try:
        action()
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        messages.error(request, str(problem))
        return False
    messages.success(request, done)
    return True


def status_of(form: BaseForm) -> int:
    return 422 if form.errors else 200


def with_now(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The one place of a request where the clock is read."""

    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, now=timezone.now(), **kwargs)

    return reading
