"""Vectors of integers, each packed into one large Python integer with thirty-two bits for each part.

Adding two vectors, multiplying one, or taking the maximum of each part then takes only a few operations on integers.
The absolute value of a part must stay below MIDDLE; otherwise it would overflow into the next part unnoticed.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from operator import mul

LANE = 32
# Parts never use their highest bit, which `higher` needs for comparing.
MIDDLE = 1 << (LANE - 2)


@cache
def each(value: int, count: int) -> int:
    """A packed vector with the same value in each part."""
    return sum(value << (LANE * place) for place in range(count))


def packed(values: Sequence[int]) -> int:
    """Pack integers into one integer, so that adding or multiplying it applies to all of them."""
    lanes = array("I", [value + MIDDLE for value in values])
    return int.from_bytes(lanes.tobytes(), "little") - each(MIDDLE, len(values))


def unpacked(number: int, count: int) -> Sequence[int]:
    """The parts of a packed vector, none of which may be negative."""
    return memoryview(number.to_bytes(LANE // 8 * count, "little")).cast("I")


def higher(first: int, second: int, tops: int) -> int:
    """The maximum, part by part, of two packed vectors. In `tops`, only the highest bit of each part is set."""
    # In each part, the highest bit is set before subtracting. It stays set where `first` is not smaller.
    not_smaller = ((first | tops) - second) & tops
    return second ^ ((first ^ second) & (not_smaller - (not_smaller >> (LANE - 1))))


def weighed(numbers: Iterable[int], rows: Iterable[int]) -> int:
    """Multiply a vector by a matrix whose rows are packed."""
    return sum(map(mul, numbers, rows))
