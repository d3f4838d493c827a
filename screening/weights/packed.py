"""Vectors of integers, each packed into one Python integer with thirty-two bits for each part.

Adding two vectors, multiplying one, or taking the maximum of each part then takes only a few operations. The absolute
value of a part must stay below MIDDLE; otherwise it would overflow into the next part unnoticed.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from operator import mul

LANE = 32
# A part leaves its highest bit free, which `higher` uses for comparing.
MIDDLE = 1 << (LANE - 2)


@cache
def each(value: int, count: int) -> int:
    """A packed vector with the same value in each part."""
    return sum(value << (LANE * place) for place in range(count))


def packed(values: Sequence[int]) -> int:
    """Pack integers into one, so that additions and multiplications apply to each of them."""
    lanes = array("I", [value + MIDDLE for value in values])
    return int.from_bytes(lanes.tobytes(), "little") - each(MIDDLE, len(values))


def unpacked(number: int, count: int) -> Sequence[int]:
    """The parts of a packed vector. None may be negative."""
    return memoryview(number.to_bytes(LANE // 8 * count, "little")).cast("I")


def higher(first: int, second: int, tops: int) -> int:
    """The maximum of each part of two vectors. `tops` has the free bit of each part set."""
    # With the free bit set in `first`, the subtraction leaves it set exactly in the parts where `first` is not smaller.
    not_smaller = ((first | tops) - second) & tops
    return second ^ ((first ^ second) & (not_smaller - (not_smaller >> (LANE - 1))))


def weighed(numbers: Iterable[int], rows: Iterable[int]) -> int:
    """A vector times a matrix whose rows are packed."""
    return sum(map(mul, numbers, rows))
