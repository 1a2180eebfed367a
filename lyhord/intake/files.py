"""Where the files of posts lie: under the media folder, by random names."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from lyhord.intake.models import Attachment


def write(path: str, content: bytes) -> None:
    target = folder() / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        target.chmod(0o640)
        file.write(content)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT)


def remove(now: datetime, most: int = 500) -> int:
    """Remove the files of what was deleted, then the rows; how many went."""
    rows = list(Attachment.objects.filter(state=Attachment.GONE)[:most])
    for attachment in rows:
        if attachment.path:
            (folder() / attachment.path).unlink(missing_ok=True)
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
