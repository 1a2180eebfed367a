"""Where the models of own topics lie: LYHORD_DATA/models/topics-<number>/, plain arrays."""

import shutil
from pathlib import Path

from django.conf import settings

PLAIN, FULL = "plain.npz", "full.npz"


def folder(number: int) -> Path:
    return Path(settings.LYHORD_DATA) / "models" / f"topics-{number}"


def are_there(number: int) -> bool:
    return (folder(number) / PLAIN).is_file()


def remove(number: int) -> None:
    shutil.rmtree(folder(number), ignore_errors=True)
