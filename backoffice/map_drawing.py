"""Draws the map of the housing stock: the outline of the buildings of each postcode, and their positions.

Loge draws the map itself, from positions in its database. Nothing is loaded from another server.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 1000.0, 400.0, 800.0
MARGIN = 40.0
# A map of a single building shows this many degrees of latitude around it, about 500 metres.
LEAST_DEGREES = 0.005

Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """Converts (latitude, longitude) in degrees to (x, y) on a drawing of WIDTH x `height`, with north at the top."""

    west: float
    north: float
    stretch: float
    scale: float
    height: float

    def place(self, position: Point) -> Point:
        latitude, longitude = position
        x = (longitude - self.west) * self.stretch * self.scale + MARGIN
        return round(x, 1), round((self.north - latitude) * self.scale + MARGIN, 1)


def frame_around(positions: Sequence[Point]) -> Frame:
    """Return a frame that contains all positions, at the largest possible scale. There must be at least one."""
    souths, wests = zip(*positions, strict=True)
    middle = (min(souths) + max(souths)) / 2
    # A degree of longitude is shorter than a degree of latitude, by the cosine of the latitude.
    stretch = cos(radians(middle))
    tall = max(max(souths) - min(souths), LEAST_DEGREES)
    wide = max((max(wests) - min(wests)) * stretch, LEAST_DEGREES)
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / tall)
    height = max(tall * scale + 2 * MARGIN, LEAST_HEIGHT)
    centre = (min(wests) + max(wests)) / 2
    west = centre - (WIDTH / 2 - MARGIN) / scale / stretch
    north = middle + (height / 2 - MARGIN) / scale
    return Frame(west, north, stretch, scale, round(height, 1))


def outline(points: Iterable[Point]) -> list[Point]:
    """Return the convex hull of points on the drawing, without its last point repeated (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return _half(ordered)[:-1] + _half(ordered[::-1])[:-1]


def _half(points: Sequence[Point]) -> list[Point]:
    half: list[Point] = []
    for x, y in points:
        while len(half) > 1:
            (x1, y1), (x2, y2) = half[-2], half[-1]
            if (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0:
                break
            half.pop()
        half.append((x, y))
    return half


def path_of(points: Iterable[Point]) -> str:
    """Return points as the attribute `points` of an SVG polygon."""
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def centre_of(points: Sequence[Point]) -> Point:
    return round(sum(x for x, _y in points) / len(points), 1), round(sum(y for _x, y in points) / len(points), 1)
