"""Compressed answers unpacked piece by piece and counted while unpacking, so that a bomb stays small."""

import zlib
from collections.abc import Iterable, Iterator

import httpx

from lyhord.lib.errors import LyhordError

RATIO = 100
FREE_BYTES = 1_000_000  # below this any ratio is harmless
PIECE = 65_536
KNOWN = {"gzip", "x-gzip", "deflate"}
ACCEPT = "gzip, deflate"


class TooLarge(LyhordError, httpx.ReadError):
    """The answer is larger than what we take."""


def inflated(chunks: Iterable[bytes], encoding: str, limit: int | None) -> Iterator[bytes]:
    """The unpacked bytes of `chunks`, never more than 64 kB at a time. Raises httpx.DecodingError, TooLarge."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        yield from chunks
        return
    if encoding not in KNOWN:
        raise httpx.DecodingError(f"The answer is packed as {encoding[:40]!r}; we asked for {ACCEPT}.")
    packed = unpacked = 0
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # both gzip and zlib headers
    for chunk in chunks:
        packed += len(chunk)
        for piece in pieces(unpacker, chunk):
            unpacked += len(piece)
            if limit is not None and unpacked > max(FREE_BYTES, packed * RATIO):
                raise TooLarge(f"The answer grows more than {RATIO}-fold when unpacked; it was left unread.")
            yield piece


def pieces(unpacker: "zlib._Decompress", chunk: bytes) -> Iterator[bytes]:
    while chunk and not unpacker.eof:
        try:
            piece = unpacker.decompress(chunk, PIECE)
        except zlib.error as problem:
            raise httpx.DecodingError("The answer is not packed as it says.") from problem
        if piece:
            yield piece
        chunk = unpacker.unconsumed_tail


def counted(chunks: Iterable[bytes], expected: int, limit: int | None) -> Iterator[bytes]:
    """`chunks` while they are not more than `limit` bytes together. Raises TooLarge."""
    if limit is not None and expected > limit:
        raise TooLarge(f"The answer has {expected} bytes; we take {limit}.")
    taken = 0
    for chunk in chunks:
        taken += len(chunk)
        if limit is not None and taken > limit:
            raise TooLarge(f"The answer has more than {limit} bytes, which is what we take.")
        yield chunk
