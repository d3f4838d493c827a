"""Fast vector arithmetic without NumPy: each vector is packed into one large Python integer, 32 bits a coordinate.

Adding two vectors, multiplying one, or taking the coordinate-wise maximum then takes only a few integer operations.
The absolute value of a coordinate must stay below MIDDLE; otherwise it would overflow into the next one unnoticed.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from operator import mul

LANE = 32
# MIDDLE keeps the highest of the 32 bits of each coordinate free. `higher` needs that bit to compare coordinates.
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
    """The coordinates of a packed vector. None of them may be negative."""
    return memoryview(number.to_bytes(LANE // 8 * count, "little")).cast("I")


def higher(first: int, second: int, tops: int) -> int:
    """The coordinate-wise maximum of two packed vectors. `tops` has only the highest bit of each coordinate set."""
    # Set the highest bit of each coordinate, then subtract: the bit stays set where `first` is not smaller.
    not_smaller = ((first | tops) - second) & tops
    return second ^ ((first ^ second) & (not_smaller - (not_smaller >> (LANE - 1))))


def weighed(numbers: Iterable[int], rows: Iterable[int]) -> int:
    """Multiply a vector by a matrix whose rows are packed."""
    return sum(map(mul, numbers, rows))
