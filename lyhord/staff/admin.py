"""The admin shows none of the tables that others brought: a second factor is reset on the person's page, with audit."""

import django.contrib.auth.admin  # noqa: F401 - all three register their tables when they are imported, so that comes first
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group

for model in (EmailAddress, Authenticator, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
