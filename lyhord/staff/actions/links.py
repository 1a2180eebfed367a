"""Links that let one person in once: invitations and new passwords."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lyhord.lib import crypto
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.actions.people import Memberships, known_roles
from lyhord.staff.actions.shared import name_of, require_over, rights_changed, set_password
from lyhord.staff.models import AccessLink, Membership, ResetWish, User

LIVES = {AccessLink.INVITATION: timedelta(days=7), AccessLink.RESET: timedelta(hours=2)}


class LinkEnded(LyhordError):
    """The link was used, has ended, or was never ours: the three look alike."""

    status = 404


class AlreadyHere(LyhordError):
    """Somebody has this address already."""


class BadAddress(LyhordError):
    """Not a mail address."""

    status = 422


@transaction.atomic
def invite(
    email: str, name: str, memberships: Memberships, *, by: User, now: datetime, language: str = ""
) -> tuple[User, str]:
    """A new person and the link by which she chooses her password. Without teams only an administrator can invite.

    Raises mandates.NotYours, AlreadyHere, BadAddress.
    """
    wanted = known_roles(memberships)
    if not wanted:
        mandates.require_administrator(by)
    for team, _role in wanted:
        mandates.require(by, "manage_people", team)
    user = User.objects.create_user(
        free_address(email), None, name=name_of(name), language=language or by.language
    )
    Membership.objects.bulk_create([Membership(user=user, team=team, role=role) for team, role in wanted])
    audit.record("person.invited", user, by=by, now=now, roles=[[team.pk, role] for team, role in wanted])
    return user, link(AccessLink.INVITATION, user, by, now)


@transaction.atomic
def invite_again(user: User, *, by: User, now: datetime) -> str:
    """A new link for somebody who has not come yet; the one before is dead."""
    require_over(by, user)
    if user.has_usable_password() or not user.is_active:
        raise AlreadyHere(
            _("%(name)s has come already. Make a link for a new password instead.") % {"name": user.name}
        )
    audit.record("person.invited_again", user, by=by, now=now)
    return link(AccessLink.INVITATION, user, by, now)


@transaction.atomic
def reset_link(user: User, *, by: User | None, now: datetime) -> str:
    """A link by which the person chooses a new password. `by` None: she asked for it herself, and it goes by mail."""
    if by is not None:
        require_over(by, user)
    audit.record("person.reset_link", user, by=by, now=now)
    return link(AccessLink.RESET, user, by, now)


def link(kind: str, user: User, by: User | None, now: datetime) -> str:
    """The whole address. The token stands nowhere else; of it the digest is kept."""
    AccessLink.objects.filter(user=user, kind=kind, used_at=None, expires_at__gt=now).update(expires_at=now)
    token = crypto.token()
    AccessLink.objects.create(
        kind=kind,
        user=user,
        digest=crypto.digest(token),
        made_by=by,
        made_at=now,
        expires_at=now + LIVES[kind],
    )
    return settings.LYHORD_PUBLIC_URL + reverse("staff:welcome", args=[token])


def free_address(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as problem:
        raise BadAddress(_("This is no mail address. Write it like name@example.com.")) from problem
    if User.objects.filter(email__iexact=email).exists():
        raise AlreadyHere(_("Somebody with the address %(email)s is here already.") % {"email": email})
    return email


def opened(token: str, now: datetime) -> AccessLink:
    """The link of `token`, if it can still be used. Raises LinkEnded."""
    found = AccessLink.objects.select_related("user").filter(
        digest=crypto.digest(token), used_at=None, expires_at__gt=now, user__is_active=True
    )
    row = found.first()
    if row is None:
        raise LinkEnded(_("This link was used or has ended. Ask an administrator for a new one."))
    return row


@transaction.atomic
def accept(token: str, *, name: str, password: str, now: datetime) -> tuple[User, str]:
    """Choose a password by an invitation (then also a name) or a reset link. Gives who it is and the link's kind.

    Every session of the person ends. Raises LinkEnded, WeakPassword.
    """
    row = opened(token, now)
    user = row.user
    if row.kind == AccessLink.INVITATION:
        user.name = name_of(name)
    set_password(user, password)
    # One conditional UPDATE: of two who use the link at once, one gets in.
    if not AccessLink.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
        raise LinkEnded(_("This link was used or has ended. Ask an administrator for a new one."))
    user.session_round += 1
    user.save(update_fields=["name", "password", "session_round"])
    AccessLink.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    came = row.kind == AccessLink.INVITATION
    audit.record("person.came" if came else "person.new_password", user, by=user, now=now)
    rights_changed(user, now)
    return user, row.kind


def wish_for_reset(email: str, *, now: datetime) -> None:
    """Somebody asked on the public page. Does the same for known and unknown addresses; a step sends the mail."""
    ResetWish.objects.create(email=email.strip().lower()[:254], asked_at=now, due_at=now)
