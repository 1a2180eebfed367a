"""The API's addresses, in a module of their own: `urls` loads it at the first call."""

from django.urls import re_path

from lyhord.api import api, nowhere

urlpatterns = [*api.urls[0], re_path(r"^(?P<rest>.*)$", nowhere)]
