"""What bytes are, by looking at them and not at their label."""

import regex

MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
BOM = b"\xef\xbb\xbf"
SVG = regex.compile(rb"<svg[\s>]", regex.IGNORECASE)
HTML = regex.compile(
    rb"<(?:!doctype html|html|head|body|script|iframe|div|table|title|style|meta|a|p|br|b|h1)[\s>/-]",
    regex.IGNORECASE,
)
HEAD = 4096
BINARY = regex.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def sniffed(content: bytes) -> str:
    """The media type of `content`; what is no known kind is text/plain or application/octet-stream."""
    for magic, kind in MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(b"RIFF") and content[8:12] in RIFF:
        return RIFF[content[8:12]]
    if content[4:8] == b"ftyp":
        return "video/mp4"
    return of_text(content[:HEAD])


def of_text(head: bytes) -> str:
    if BINARY.search(head):
        return "application/octet-stream"
    start = head.removeprefix(BOM).lstrip(b" \t\r\n")
    if HTML.match(start):
        return "text/html"
    if SVG.search(start) and start.startswith(b"<"):
        return "image/svg+xml"
    if start.startswith(b"<"):
        return "application/xml"
    if start[:1] in {b"{", b"["}:
        return "application/json"
    return "text/plain"
