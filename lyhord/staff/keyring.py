"""This installation's keys for what lies encrypted in the database."""

import functools

from django.conf import settings

from lyhord.lib.crypto import Keyring


@functools.cache
def ring() -> Keyring:
    return Keyring.at(settings.KEYRING_PATH)
