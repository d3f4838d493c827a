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
# Coordinates stay below MIDDLE, so their highest bit is zero. `higher` uses this bit to compare two coordinates.
MIDDLE = 1 << (LANE - 2)


@cache
def each(value: int, count: int) -> int:
    """Return a packed vector with `count` coordinates, all equal to the given value."""
    return sum(value << (LANE * place) for place in range(count))


def packed(values: Sequence[int]) -> int:
    """Pack a list of numbers into one integer.

    Adding or multiplying this integer adds or multiplies all numbers at once.
    """
    lanes = array("I", [value + MIDDLE for value in values])
    return int.from_bytes(lanes.tobytes(), "little") - each(MIDDLE, len(values))


def unpacked(number: int, count: int) -> Sequence[int]:
    """Return the `count` coordinates of a packed vector as a list. The coordinates must not be negative."""
    return memoryview(number.to_bytes(LANE // 8 * count, "little")).cast("I")


def higher(first: int, second: int, tops: int) -> int:
    """Return the packed vector that has, at each coordinate, the larger one of two packed vectors' values.

    `tops` is a packed vector in which only the highest bit of each coordinate is set. The caller computes it once.
    """
    # A coordinate's highest bit is set in `not_smaller` if `first` is at least as large as `second` there.
    not_smaller = ((first | tops) - second) & tops
    return second ^ ((first ^ second) & (not_smaller - (not_smaller >> (LANE - 1))))


def weighed(numbers: Iterable[int], rows: Iterable[int]) -> int:
    """Multiply a vector (a list of numbers) by a matrix whose rows are packed vectors. Returns a packed vector."""
    return sum(map(mul, numbers, rows))
