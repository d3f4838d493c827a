"""Confidence intervals of a proportion, for rates that concern few cases."""

from math import sqrt
from statistics import NormalDist


def wilson(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the limits of the Wilson score interval of `count` out of `total`, which must not be zero."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate, spread = count / total, z * z / total
    middle = (rate + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(rate * (1 - rate) / total + spread / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)
