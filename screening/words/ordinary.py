"""Ordinary words, stored as their crc32. They are correct, so they are not treated as misspellings of other words."""

from array import array
from functools import cache
from pathlib import Path

ORDINARY = Path(__file__).parents[1] / "data" / "ordinary.bin"


@cache
def known_words() -> frozenset[int]:
    sums = array("I")
    sums.frombytes(ORDINARY.read_bytes())
    return frozenset(sums)
