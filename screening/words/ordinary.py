"""Ordinary French words, stored as crc32. The screening does not read them as misspellings of words in the lexicons."""

from array import array
from functools import cache
from pathlib import Path

ORDINARY = Path(__file__).parents[1] / "data" / "ordinary.bin"


@cache
def known_words() -> frozenset[int]:
    sums = array("I")
    sums.frombytes(ORDINARY.read_bytes())
    return frozenset(sums)
