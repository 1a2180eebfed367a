"""The door of the web process: hooks first, in a slim callable; pages behind it by Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyhord.settings")

from django.core.wsgi import get_wsgi_application  # the settings must be named before

django = get_wsgi_application()

from lyhord.intake import door  # noqa: E402 - its models need Django to be set up

application = door.in_front_of(django)
