"""Where static files come from: compressed, their names holding a hash of what is in them."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# How Django finds the imports inside a module ("*.js", the expressions). Applied to our own modules alone: the scripts
# that come with packages name files that they do not bring.
_ANY_SCRIPT, _IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise brings no types
    patterns: Any = (*HashedFilesMixin.patterns, *((f"{room}/*.js", _IMPORTS) for room in settings.ROOMS))
