"""Who somebody is at the organisation's identity provider, and what follows from it here.

A person is (issuer, subject), never a mail address: addresses are given to others and claimed by strangers. An address makes
a link only where the provider says that it is verified and the operator trusts this provider with it.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.lib.text import clean
from lyhord.staff import audit
from lyhord.staff.actions import links
from lyhord.staff.actions.shared import name_of, rights_changed
from lyhord.staff.models import AccessLink, Membership, ProviderIdentity, Team, User
from lyhord.staff.oidc import Claims, ProviderRefused

EMAIL_MOST = 254


class Unlinkable(LyhordError):
    """These two cannot be one person, or would leave her without a way in."""


def email_of(claims: Claims) -> str:
    """The address, if the provider vouches for it; "" else. Only the word of the standard counts, no "true" in quotes."""
    email = claims.get("email")
    is_sure = claims.get("email_verified") is True and isinstance(email, str) and len(email) <= EMAIL_MOST
    return str(email).strip().lower() if is_sure else ""


def require_domain(claims: Claims) -> None:
    domains = settings.LYHORD_OIDC_DOMAINS
    if domains and email_of(claims).rpartition("@")[2] not in domains:
        raise ProviderRefused(
            _("Only people of %(domains)s log in this way.") % {"domains": ", ".join(sorted(domains))},
            "domain",
        )


@transaction.atomic
def come(claims: Claims, *, now: datetime) -> User:
    """Who comes from the provider. Raises ProviderRefused for strangers and for whose access has ended."""
    require_domain(claims)
    row = known(claims)
    user = row.user if row else by_email(claims, now)
    if user is None or not user.is_active:
        raise ProviderRefused(
            _(
                "%(label)s knows you, but you have no access to lyhord. Ask an administrator for an invitation, "
                "or log in another way and connect the two in your profile."
            )
            % {"label": settings.LYHORD_OIDC_LABEL},
            "unknown_person" if user is None else "inactive",
        )
    ProviderIdentity.objects.filter(user=user, issuer=claims["iss"]).update(last_used_at=now)
    set_roles(user, claims, now)
    return user


def known(claims: Claims) -> ProviderIdentity | None:
    rows = ProviderIdentity.objects.select_related("user")
    return rows.filter(issuer=claims["iss"], subject=claims["sub"]).first()


def by_email(claims: Claims, now: datetime) -> User | None:
    email = email_of(claims)
    if not email or not settings.LYHORD_OIDC_TRUSTS_EMAIL:
        return None
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None or ProviderIdentity.objects.filter(user=user, issuer=claims["iss"]).exists():
        return None  # her address, another subject: somebody else has it at the provider now
    link(user, claims, now=now)
    return user


@transaction.atomic
def link(user: User, claims: Claims, *, now: datetime) -> ProviderIdentity:
    """From now on this subject is this person. Raises Unlinkable."""
    require_domain(claims)
    row = known(claims)
    if row is not None and row.user_id != user.pk:
        raise Unlinkable(
            _("Somebody else here is connected with this account of %(label)s.")
            % {"label": settings.LYHORD_OIDC_LABEL}
        )
    if row is None:
        ProviderIdentity.objects.filter(user=user, issuer=claims["iss"]).delete()
        row = ProviderIdentity.objects.create(
            user=user, issuer=claims["iss"], subject=claims["sub"], email=email_of(claims), linked_at=now
        )
        audit.record("person.provider_linked", user, by=user, now=now)
    return row


@transaction.atomic
def unlink(user: User, *, now: datetime) -> None:
    """The provider lets her in no longer. Raises Unlinkable where nothing else would."""
    rows = ProviderIdentity.objects.filter(user=user)
    if not rows.exists():
        return
    if settings.LYHORD_OIDC_ONLY and not user.is_administrator:
        raise Unlinkable(_("Here people log in with %(label)s only.") % {"label": settings.LYHORD_OIDC_LABEL})
    if not user.has_usable_password():
        raise Unlinkable(_("You have no password to log in with. Ask for a link for a new password first."))
    rows.delete()
    audit.record("person.provider_unlinked", user, by=user, now=now)
    rights_changed(user, now)


@transaction.atomic
def accept_by_provider(token: str, claims: Claims, *, now: datetime) -> User:
    """Take an invitation with an account of the provider in place of a password. Raises LinkEnded, ProviderRefused."""
    row = links.opened(token, now)
    user = row.user
    if row.kind != AccessLink.INVITATION:
        raise links.LinkEnded(_("This link was used or has ended. Ask an administrator for a new one."))
    link(user, claims, now=now)
    if not AccessLink.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
        raise links.LinkEnded(_("This link was used or has ended. Ask an administrator for a new one."))
    AccessLink.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    name = clean(str(claims.get("name") or "")).strip()
    if name and not user.name.strip():
        user.name = name_of(name[:100])
        user.save(update_fields=["name"])
    audit.record("person.came", user, by=user, now=now, how="provider")
    set_roles(user, claims, now)
    rights_changed(user, now)
    return user


# Groups ---------------------------------------------------------------------------------------------------------


def set_roles(user: User, claims: Claims, now: datetime) -> None:
    """Teams and roles by the provider's groups, where the operator mapped some. What no group is mapped to stays as it is."""
    mapped = mapping()
    if not mapped:
        return
    told = claims.get(settings.LYHORD_OIDC_GROUPS_CLAIM)
    groups = (
        {str(one) for one in told} if isinstance(told, list) else {told} if isinstance(told, str) else set()
    )
    wanted = {pair for group, pair in mapped if group in groups}
    ruled = {pair for _group, pair in mapped}
    had = {(one.team_id, one.role): one.pk for one in user.memberships.all()}
    added = sorted(wanted - set(had))
    removed = sorted(pair for pair in ruled - wanted if pair in had)
    if not added and not removed:
        return
    Membership.objects.filter(pk__in=[had[pair] for pair in removed]).delete()
    Membership.objects.bulk_create([Membership(user=user, team_id=team, role=role) for team, role in added])
    details: dict[str, Any] = {
        "added": [list(pair) for pair in added],
        "removed": [list(pair) for pair in removed],
    }
    audit.record("person.memberships", user, by=None, now=now, how="provider", **details)
    rights_changed(user, now)


def mapping() -> list[tuple[str, tuple[int, str]]]:
    """(group, (team, role)) of LYHORD_OIDC_ROLES; teams that are not there are passed over."""
    teams = {f"{team.brand.name}/{team.name}": team.pk for team in Team.objects.select_related("brand")}
    return [
        (group, (teams[place], role))
        for group, (place, role) in settings.LYHORD_OIDC_ROLES.items()
        if place in teams
    ]
