"""The door of the web process: hooks first, in a slim callable; pages behind it by Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyhord.settings")

from django.core.wsgi import get_wsgi_application  # the settings must be named first

from lyhord.intake import door

django = get_wsgi_application()
application = door.in_front_of(django)
