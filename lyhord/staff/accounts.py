"""How allauth's log-in fits this house: limits that hold for all processes, failures told, seeds encrypted."""

from typing import Any
from urllib.parse import urlsplit

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathFillImage

from lyhord.lib import crypto
from lyhord.staff import audit, keyring, limits
from lyhord.staff.actions import profile
from lyhord.staff.actions.shared import rights_changed
from lyhord.staff.models import User
from lyhord.web.statements import Kept

# What allauth would say after a log-in is seen on the page anyway.
SILENT = frozenset({
    "account/messages/logged_in.txt", "account/messages/logged_out.txt",
    "mfa/messages/webauthn_added.txt", "mfa/messages/webauthn_removed.txt",  # we say it in our words
})  # fmt: skip


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people come by invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return limits.address_of(request) or "unknown"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        now, email = timezone.now(), str(credentials.get("email", ""))
        if not limits.take(limits.LOG_IN_NETWORK, limits.network_of(request), now):
            raise self.refused()
        if not limits.take(limits.LOG_IN_ACCOUNT, email, now):
            raise self.refused()

    def refused(self) -> ValidationError:
        return ValidationError(_("Too many attempts to log in. Wait some minutes and try again."))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user and settings.LYHORD_OIDC_ONLY and not user.is_administrator:
            # Answered like a wrong password, after the same work: only a break-glass administrator comes this way.
            self.authentication_failed(request, **credentials)
            return None
        if user:
            # A right password is no guess. It gives back its own attempt only, so that logging in with an own account
            # between guesses frees nothing else.
            now = timezone.now()
            limits.give_back(limits.LOG_IN_NETWORK, limits.network_of(request), now)
            limits.give_back(limits.LOG_IN_ACCOUNT, str(credentials.get("email", "")), now)
        return user

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth's own counter is not used: it lives in the memory of one process."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Told with a digest of what was typed: known or not, the address is no word of this log."""
        email = str(credentials.get("email", "")).strip().casefold()
        known = User.objects.filter(email=email).first()
        audit.record(
            "log_in.failed",
            known,
            by=None,
            now=timezone.now(),
            address=crypto.digest(email)[:16],
            network=limits.network_of(request),
        )

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        now = timezone.now()
        # Who has just proved who she is need not do so again to set up a second factor.
        record_authentication(request, user, method="password", reauthenticated=True)
        profile.note_log_in(
            user,
            request.session,
            browser=request.headers.get("User-Agent", ""),
            network=limits.network_of(request),
            now=now,
        )
        audit.record("log_in", user, by=user, now=now)

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        now = timezone.now()
        audit.record("person.new_password", user, by=user, now=now)
        rights_changed(user, now)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            rights_changed(user, timezone.now())  # this browser's stream ends; others come back by themselves

    def add_message(
        self, request: HttpRequest, level: int, message_template: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)


has_factor = Kept[int](lambda user: Authenticator.objects.filter(user=user).values_list("pk", flat=True)[:1])


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seeds lie encrypted; the row is not known here, so they are bound to the column."""

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        if types is not None or user.is_anonymous:
            return bool(super().is_mfa_enabled(user, types))
        return bool(has_factor(user.pk))

    def encrypt(self, text: str) -> str:
        return keyring.ring().seal(text, table="mfa_authenticator", column="data", row="-")

    def decrypt(self, encrypted_text: str) -> str:
        return keyring.ring().open(encrypted_text, table="mfa_authenticator", column="data", row="-")

    def build_totp_svg(self, url: str) -> str:
        """With a ground of its own: cameras do not read black on a dark page."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(picture.to_string(encoding="unicode"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys hold for the host that people type, whichever of our names this request came by."""
        return {"id": urlsplit(settings.LYHORD_PUBLIC_URL).hostname or "localhost", "name": "lyhord"}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's
        made = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey") if not made else _("Passkey %(number)s") % {"number": made + 1}

    def get_totp_label(self, user: Any) -> str:
        return str(user.email)
