import pytest

from lyhord.lib.sniff import sniffed
from lyhord.lib.tests.pictures import png


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(2, 2), "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><svg>", "text/html"),
        (b"<!-- <p> --><svg onload=alert(1)>", "image/svg+xml"),
        (b"<?xml version='1.0'?><feed>", "application/xml"),
        (b' {"a": 1}', "application/json"),
        ("hej åäö <svg>".encode(), "text/plain"),
        (b"", "text/plain"),
        (b"MZ\x90\x00", "application/octet-stream"),
    ],
)
def test_bytes_are_known_by_what_they_are(content: bytes, kind: str) -> None:
    assert sniffed(content) == kind
