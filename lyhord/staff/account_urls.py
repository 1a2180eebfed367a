"""The pages of allauth that we use, under the names by which it looks for them. Sign-up and mail pages are left out."""

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path

from lyhord.staff.views import entrance, passkeys, second_factor

urlpatterns = [
    path("admin/login/", entrance.to_log_in),
    path("login/", entrance.log_in_page, name="account_login"),
    path("login/passkey/", passkeys.log_in, name="mfa_login_webauthn"),
    path("logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/second-factor/", second_factor.state, name="mfa_index"),
    path("account/second-factor/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("account/second-factor/again/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor/begin/", second_factor.activate, name="mfa_activate_totp"),
    path("account/second-factor/end/", second_factor.deactivate, name="mfa_deactivate_totp"),
    path("account/second-factor/passkey/", passkeys.reauthenticate, name="mfa_reauthenticate_webauthn"),
    path("account/passkeys/new/", passkeys.add, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/", passkeys.rename, name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("account/recovery-codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", second_factor.generate, name="mfa_generate_recovery_codes"),
    path(
        "account/recovery-codes/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
]
