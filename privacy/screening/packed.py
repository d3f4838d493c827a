"""Vectors of whole numbers, each kept as one whole number: thirty-two bits for each of its parts.

Python adds two of them, multiplies one, or takes the higher of each part, in a step or a few. A part must stay within
MIDDLE of nought: beyond, it would spill into the next one unseen.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from operator import mul

LANE = 32
# A part keeps its highest bit free, which tells the higher of two.
MIDDLE = 1 << (LANE - 2)


@cache
def each(value: int, count: int) -> int:
    """A packed vector of one value."""
    return sum(value << (LANE * place) for place in range(count))


def packed(values: Sequence[int]) -> int:
    """Whole numbers side by side in one: what is added to it or multiplies it does so to each."""
    lanes = array("I", [value + MIDDLE for value in values])
    return int.from_bytes(lanes.tobytes(), "little") - each(MIDDLE, len(values))


def unpacked(number: int, count: int) -> Sequence[int]:
    """The parts of a vector none of which is below nought."""
    return memoryview(number.to_bytes(LANE // 8 * count, "little")).cast("I")


def higher(one: int, other: int, tops: int) -> int:
    """Of two vectors the higher of each part; `tops` has the free bit of each."""
    # Taken from a part that has its free bit, a part no higher leaves it there.
    kept = ((one | tops) - other) & tops
    return other ^ ((one ^ other) & (kept - (kept >> (LANE - 1))))


def weighed(numbers: Iterable[int], rows: Iterable[int]) -> int:
    """A vector times a matrix of packed rows."""
    return sum(map(mul, numbers, rows))
