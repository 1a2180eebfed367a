"""The markup that a post came with, cleaned: to see what the customer saw, where the words alone leave doubt."""

import json

from markupsafe import Markup

from lyhord.channels import registry
from lyhord.intake.models import Post
from lyhord.lib import html

# `sandbox` without `allow-same-origin`: the page is nobody's, whatever the cleaning may have missed.
POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def original(post: Post) -> Markup | None:
    """Harmless HTML; None where it came without markup, or where what came is not kept any more."""
    envelope = post.envelope
    if post.deleted_at is not None or envelope is None or envelope.is_blank or not envelope.raw:
        return None
    connector, headers = registry.get(envelope.connector), json.loads(envelope.headers)
    found = connector.original(bytes(envelope.raw), headers, post.native)
    return Markup(html.safe(found)) if found else None  # noqa: S704 - just cleaned
