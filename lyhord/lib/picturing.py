"""The child process of `images`: reads a picture from standard input, writes it anew to standard output."""

import contextlib
import io
import sys
from typing import BinaryIO

from PIL import Image, ImageOps

FORMATS = ["JPEG", "PNG", "GIF", "WEBP"]
MAX_SIDE = 1600
MAX_PIXELS = 50_000_000
MAX_FRAMES = 1000  # more is a bomb, not a picture
MOVING_FRAMES = 60  # a picture moves on if it has at most this many frames of at most this size
MOVING_SIDE = 480
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10


def main() -> None:
    limit()
    try:
        content, content_type, (width, height) = redrawn(sys.stdin.buffer)
    except Exception:
        sys.exit(1)
    sys.stdout.buffer.write(f"{content_type} {width} {height}\n".encode("ascii") + content)


def limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; time is still bounded by the parent
        return
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS knows the name of the memory limit and refuses to set it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def redrawn(source: BinaryIO) -> tuple[bytes, str, tuple[int, int]]:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(io.BytesIO(source.read()), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        if moves_on(image):
            return moving(image)
        return still(image)


def moves_on(image: Image.Image) -> bool:
    if image.format != "GIF":
        return False
    frames = int(getattr(image, "n_frames", 1))
    if frames > MAX_FRAMES:
        raise ValueError("too many frames")
    return 1 < frames <= MOVING_FRAMES and max(image.size) <= MOVING_SIDE


def still(image: Image.Image) -> tuple[bytes, str, tuple[int, int]]:
    image.seek(0)
    if image.format == "JPEG":
        image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    drawn = ImageOps.exif_transpose(image)
    is_see_through = drawn.mode in {"RGBA", "LA", "PA"} or "transparency" in drawn.info
    bare = bared(drawn, "RGBA" if is_see_through else "RGB")
    bare.thumbnail((MAX_SIDE, MAX_SIDE))
    written = io.BytesIO()
    if image.format == "JPEG" or (image.format == "WEBP" and not is_see_through):
        bare.save(written, "JPEG", quality=85)
        return written.getvalue(), "image/jpeg", bare.size
    bare.save(written, "PNG")
    return written.getvalue(), "image/png", bare.size


def moving(image: Image.Image) -> tuple[bytes, str, tuple[int, int]]:
    frames, durations = [], []
    for number in range(int(getattr(image, "n_frames", 1))):
        image.seek(number)
        durations.append(min(max(int(image.info.get("duration", 100)), 20), 10_000))
        frames.append(bared(image, "RGBA"))
    written = io.BytesIO()
    frames[0].save(
        written, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, disposal=2
    )
    return written.getvalue(), "image/gif", frames[0].size


def bared(image: Image.Image, mode: str) -> Image.Image:
    """The pixels in a new picture: notes, profiles and places stay behind with the old one."""
    converted = image.convert(mode)
    bare = Image.new(mode, converted.size)
    bare.paste(converted)
    return bare
