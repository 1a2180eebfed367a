"""Lay out the static files, once for each set of them: it is the dearest part of a start."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# Readable twins of files that the pages take in their short form, and what no page of ours takes.
UNUSED = ["xregexp.js", "jquery.js", "select2.full.js", "htmx-2.js", "htmx-4*.js", "htmax-*.js", "ext"]


def collect() -> bool:
    """Whether there was anything to lay out."""
    stamp, found = settings.STATIC_ROOT / "collected", fingerprint()
    if stamp.exists() and stamp.read_text() == found:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
    stamp.write_text(found)
    return True


def fingerprint() -> str:
    """Of all files that the rooms and packages bring: path, size and time."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list(UNUSED), key=lambda found: found[0]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
