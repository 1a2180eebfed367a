"""Where the files of posts lie: under the media folder, by random names."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import FileResponse

from lyhord.intake.models import Attachment
from lyhord.lib.text import visible

INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


def write(path: str, content: bytes) -> None:
    target = folder() / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        target.chmod(0o640)
        file.write(content)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT)


def answer(path: Path, content_type: str, name: str) -> FileResponse:
    """Our copy of a file. Only pictures that we drew anew are shown; everything else is for download, and dead in the browser."""
    is_shown = content_type in INLINE
    response = FileResponse(
        path.open("rb"),
        as_attachment=not is_shown,
        filename=name,
        content_type=content_type if is_shown else "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def safe_name(name: str, otherwise: str) -> str:
    """The sender's name for it, without paths and without signs that turn or hide letters."""
    return visible(name).replace("/", "_").replace("\\", "_").strip(". ")[:100] or otherwise


def remove(now: datetime, most: int = 500) -> int:
    """Remove the files of what was deleted, then the rows; how many went."""
    rows = list(Attachment.objects.filter(state=Attachment.GONE)[:most])
    for attachment in rows:
        if attachment.path:
            (folder() / attachment.path).unlink(missing_ok=True)
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
