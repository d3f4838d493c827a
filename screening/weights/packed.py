"""Fast vector arithmetic without NumPy. A vector is packed into one large Python integer, with 32 bits per coordinate.

Adding two vectors, multiplying a vector by a number, or taking the coordinate-wise maximum of two vectors then takes
only a few integer operations. The absolute value of each coordinate must stay below MIDDLE. A larger value would
overflow into the next coordinate unnoticed.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from operator import mul

LANE = 32
# Coordinates below MIDDLE leave the highest of their 32 bits free, which `higher` needs to compare two coordinates.
MIDDLE = 1 << (LANE - 2)


@cache
def each(value: int, count: int) -> int:
    """A packed vector whose `count` coordinates all have the same value."""
    return sum(value << (LANE * place) for place in range(count))


def packed(values: Sequence[int]) -> int:
    """Pack a vector into one integer. Adding or multiplying the integer then applies to all coordinates."""
    lanes = array("I", [value + MIDDLE for value in values])
    return int.from_bytes(lanes.tobytes(), "little") - each(MIDDLE, len(values))


def unpacked(number: int, count: int) -> Sequence[int]:
    """Return the `count` coordinates of a packed vector. No coordinate may be negative."""
    return memoryview(number.to_bytes(LANE // 8 * count, "little")).cast("I")


def higher(first: int, second: int, tops: int) -> int:
    """Return the coordinate-wise maximum of two packed vectors.

    `tops` is a packed vector in which only the highest bit of each coordinate is set.
    """
    # After this subtraction, the highest bit of a coordinate is set where `first` is not smaller than `second`.
    not_smaller = ((first | tops) - second) & tops
    return second ^ ((first ^ second) & (not_smaller - (not_smaller >> (LANE - 1))))


def weighed(numbers: Iterable[int], rows: Iterable[int]) -> int:
    """Multiply a vector by a matrix whose rows are packed."""
    return sum(map(mul, numbers, rows))
