"""How alike two texts are, without comparing each with each: signatures of a fixed size, cut into bands to look up by.

One-permutation MinHash over runs of five characters (Li, Owen, Zhang 2012). Nothing can be read back from a signature.
"""

from array import array
from zlib import crc32

import regex

BINS = 64
ROWS = 4  # of a band; eight bands: texts seven tenths alike share one in nine cases of ten
RUN = 5
LONGEST = 1_000  # characters that are looked at
FEWEST_WORDS = 5
EMPTY = 0xFFFFFFFF

# What differs between networks when the same is said: who is addressed, links, and signs.
NOISE = regex.compile(r"https?://\S+|@[\w.@-]+|[^\w\s]|_")


def signature(text: str) -> bytes:
    """64 numbers of 32 bits; b"" for a text too short to say that two are alike."""
    words = NOISE.sub(" ", text[: 2 * LONGEST].casefold()).split()
    if len(words) < FEWEST_WORDS:
        return b""
    line = " ".join(words)[:LONGEST]
    bins = [EMPTY] * BINS
    for place in range(len(line) - RUN + 1):
        number = crc32(line[place : place + RUN].encode())
        number = (number * 0x9E3779B1) & 0xFFFFFFFF  # neighbouring sums are spread over the bins
        at, value = number >> 26, number & 0x03FFFFFF
        bins[at] = min(bins[at], value)
    return array("I", filled(bins)).tobytes()


def filled(bins: list[int]) -> list[int]:
    """An empty bin takes the value of the next one that has any, marked by how far it was."""
    full = list(bins)
    for place, value in enumerate(bins):
        steps = 0
        while value == EMPTY and steps < BINS:
            steps += 1
            value = bins[(place + steps) % BINS]
        full[place] = (value + steps * 0x9E3779B1) & 0xFFFFFFFF if steps else value
    return full


def share(one: bytes, other: bytes) -> float:
    """About the share of runs that both texts have, 0 to 1; 0 where one is too short to tell."""
    if not one or not other:
        return 0.0
    first, second = array("I", one), array("I", other)
    return sum(a == b for a, b in zip(first, second, strict=True)) / BINS


def bands(made: bytes) -> list[int]:
    """Numbers to look up by; texts that are much alike have one in common. Below 2**63, so that both databases take them."""
    size = 4 * ROWS
    return [
        (number << 32) | crc32(made[start : start + size])
        for number, start in enumerate(range(0, len(made) // 2, size))
    ]
