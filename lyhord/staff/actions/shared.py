"""What the actions of this room share: names as they are stored, passwords, and telling open pages."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.staff import mandates
from lyhord.staff.models import LogIn, User
from lyhord.web import changes

NAME_MOST = 100


class BadName(LyhordError):
    """A name that is empty, too long or taken."""

    status = 422


class WeakPassword(LyhordError):
    """A password that others would guess."""

    status = 422


def name_of(text: str) -> str:
    name = " ".join(clean(text).split())
    if not name:
        raise BadName(_("The name is empty. Write one."))
    if len(name) > NAME_MOST:
        over = {"length": len(name), "most": NAME_MOST}
        raise BadName(
            _("The name has %(length)s characters; at most %(most)s are stored. Shorten it.") % over
        )
    return name


def set_password(user: User, password: str) -> None:
    """Raises WeakPassword with the reasons. Ends every session of the person."""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise WeakPassword(" ".join(problem.messages)) from problem
    user.set_password(password)


def rights_changed(user: User, now: datetime) -> None:
    """The person's streams end, and come back with what she may see now."""
    changes.note("rights", user.pk, audience=f"u{user.pk}", now=now)


def forget_sessions(user: User, *, but: str = "") -> None:
    """Every session of the person ends, but the one with the key `but`, whose own hash the view renews."""
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    user.refresh_from_db(fields=["session_round"])
    sessions = LogIn.objects.filter(user=user).exclude(session=but)
    Session.objects.filter(session_key__in=sessions.values("session")).delete()
    sessions.delete()


def require_over(by: User, user: User) -> None:
    """Whether `by` may manage `user`: in each of her teams; administrators and teamless only by administrators."""
    teams = [membership.team for membership in user.memberships.select_related("team")]
    if user.is_administrator or not teams:
        mandates.require_administrator(by)
    for team in teams:
        mandates.require(by, "manage_people", team)
