"""Pictures from strangers, decoded and drawn anew, so that only the picture is left.

Decoding runs in a child process with little memory and time: a fault of a decoder ends the child, not us.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lyhord.lib.errors import LyhordError
from lyhord.lib.sniff import sniffed

MAX_BYTES = 20_000_000
SECONDS = 10
ROOT = Path(__file__).resolve().parents[2]
KINDS = {"image/jpeg", "image/png", "image/gif", "image/webp"}
CHILD = "from lyhord.lib.picturing import main; main()"


class NotAPicture(LyhordError):
    """The bytes are no picture that we show; they may still be offered for download."""


@dataclass(frozen=True)
class Picture:
    content: bytes
    content_type: str
    width: int
    height: int


def recopy(data: bytes) -> Picture:
    """A JPEG, PNG, GIF or WebP drawn anew, at most 1600 pixels a side, without its metadata (place, camera, notes).

    A small moving picture stays one, a larger one keeps its first frame. Raises NotAPicture.
    """
    if len(data) > MAX_BYTES:
        raise NotAPicture(f"The picture has {len(data)} bytes; at most {MAX_BYTES} are read.")
    if sniffed(data) not in KINDS:
        raise NotAPicture("Only JPEG, PNG, GIF and WebP pictures are shown.")
    try:
        child = subprocess.run(  # noqa: S603 - our own module; the stranger gives only its input
            [sys.executable, "-P", "-c", CHILD],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise NotAPicture(f"The picture took more than {SECONDS} seconds to read.") from problem
    return picture_of(child.returncode, child.stdout)


def picture_of(returncode: int, answer: bytes) -> Picture:
    head, separator, content = answer.partition(b"\n")
    if returncode or not separator:
        raise NotAPicture("The picture is damaged, too large, or made to cause harm.")
    content_type, width, height = head.decode("ascii").split()
    return Picture(content, content_type, int(width), int(height))
