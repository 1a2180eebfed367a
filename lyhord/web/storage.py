"""Where static files come from: compressed, their names holding a hash of what is in them."""

from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise brings no types
    support_js_module_import_aggregation: ClassVar[bool] = (
        True  # our modules import each other by relative names
    )
