"""Pictures made at run time; bombs are never stored."""

import io
import struct
import zlib

from PIL import Image


def png(width: int, height: int, colour: str = "red") -> bytes:
    return saved(Image.new("RGB", (width, height), colour), "PNG")


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    written = io.BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()


def gif(frames: int, side: int = 8) -> bytes:
    """A GIF of many frames, made by repeating one, since drawing thousands takes long."""
    one = saved(Image.new("P", (side, side), 1), "GIF")
    start = one.index(b",", 13 + 3 * 2)
    head, frame = one[:start], one[start:-1]
    return head + b"".join(b"\x21\xf9\x04\x04\x0a\x00\x00\x00" + frame for _ in range(frames)) + b"\x3b"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(side: int) -> bytes:
    """A small file that says it is `side` pixels wide and high."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
