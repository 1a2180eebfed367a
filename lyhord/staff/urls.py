"""Addresses of this room's own pages; those that allauth knows by name are in `account_urls`."""

from django.urls import path

from lyhord.staff.views import audit, duty, entrance, hub, mandates, oidc, people, profile, teams

urlpatterns = [
    path("setup/", entrance.setup, name="setup"),
    path("welcome/<str:token>/", entrance.welcome, name="welcome"),
    path("login/provider/", oidc.log_in, name="oidc"),
    path("login/provider/back/", oidc.back, name="oidc_back"),
    path("profile/provider/", oidc.connect, name="oidc_connect"),
    path("profile/provider/end/", oidc.disconnect, name="oidc_disconnect"),
    path("account/forgot/", entrance.forgot, name="forgot"),
    path("duty/", duty.switch, name="duty"),
    path("settings/", hub.settings, name="settings"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/invite/", people.invite, name="invite"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/teams/", people.memberships, name="memberships"),
    path("settings/people/<int:pk>/administrator/", people.administrator, name="administrator"),
    path("settings/people/<int:pk>/<slug:what>/", people.change, name="change_person"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/brand/", teams.make_brand, name="make_brand"),
    path("settings/teams/brand/<int:pk>/", teams.brand, name="brand"),
    path("settings/teams/brand/<int:pk>/team/", teams.make_team, name="make_team"),
    path("settings/teams/<int:pk>/", teams.rename_team, name="rename_team"),
    path("settings/mandates/", mandates.table, name="mandates"),
    path("settings/mandates/<slug:role>/<slug:verb>/", mandates.change, name="mandate"),
    path("settings/audit/", audit.events, name="audit"),
    path("profile/", profile.profile, name="profile"),
    path("profile/keys/", profile.shortcuts, name="shortcuts"),
    path("profile/sessions/end/", profile.end_sessions, name="end_sessions"),
    path("profile/sessions/others/", profile.end_other_sessions, name="end_other_sessions"),
    path("profile/sessions/<int:pk>/end/", profile.end_session, name="end_session"),
    path("profile/api-keys/", profile.make_api_key, name="make_api_key"),
    path("profile/api-keys/<int:pk>/rotate/", profile.rotate_api_key, name="rotate_api_key"),
    path("profile/api-keys/<int:pk>/revoke/", profile.revoke_api_key, name="revoke_api_key"),
]
