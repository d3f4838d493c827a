"""Computes paths and sizes for the SVG drawings of `templates/parts`.

Drawings may be simplified: a tower of forty floors is drawn with twenty. The page lists the exact numbers beside the
drawing.
"""

import datetime
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template

from housing.templatetags.loge import figure

register = template.Library()

# (floor, column) of a window in the drawing of a building. Floor 0 is the ground floor, column 0 the leftmost.
Window = tuple[int, int]

MOST_FLOORS, MOST_COLUMNS = 20, 8
# Number of floors or columns of windows to draw if a building's real number is not known.
UNKNOWN = 3
WINDOW_WIDTH, WINDOW_HEIGHT, STEP_X, STEP_Y = 6, 7, 10, 11
# WALL is the distance of a building's wall from the drawing's left edge. EAVES is the y of the roof's lower edge.
WALL, EAVES = 3, 16


# --- A building seen from the street ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Elevation:
    """SVG paths of a drawing of a building's front (`<svg class="elevation">`). `lead` is a line from the highlighted
    window to the right edge, or empty if no window is highlighted."""

    width: int
    height: int
    roof: str
    roof_details: str
    walls: str
    ground: str
    full: str
    hollow: str
    lead: str

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"


def within(number: int | None, most: int) -> int:
    return max(2, min(number or UNKNOWN, most))


def window_path(windows: Iterable[Window], floors: int) -> str:
    return "".join(
        f"M{WALL + 3 + column * STEP_X} {EAVES + 3 + (floors - 1 - floor) * STEP_Y}"
        f"h{WINDOW_WIDTH}v{WINDOW_HEIGHT}h-{WINDOW_WIDTH}z"
        for floor, column in windows
    )


def roof_paths(roof: str, width: int) -> tuple[str, str]:
    """Return two SVG paths: the roof's outline, and the chimneys or, on a flat roof, the lift housing."""
    middle = width // 2
    if roof == "gable":
        return f"M2 {EAVES} {middle} 3l{middle - 2} {EAVES - 3}z", ""
    if roof == "flat":
        return "", f"M{middle - 5} {EAVES}v-5h10v5"
    return f"M2 {EAVES} 6 4h{width - 12}l4 12z", f"M{width // 4} 4V0h5v4M{width - width // 4 - 5} 4V0h5v4"


def is_full(window: Window, vacant: set[Window], lit: Window | None) -> bool:
    return window == lit if lit is not None else window not in vacant


def lead_path(lit: Window, floors: int, width: int) -> str:
    floor, column = lit
    return f"M{WALL + 3 + WINDOW_WIDTH + column * STEP_X} {EAVES + 6 + (floors - 1 - floor) * STEP_Y}H{width + 12}"


@register.simple_tag
def elevation(
    floors: int | None,
    columns: int | None,
    vacant: Iterable[Window] = (),
    lit: Window | None = None,
    roof: str = "mansard",
) -> Elevation:
    """Compute the drawing of a building's front. If `lit` is given, only this window is filled, to show where a
    dwelling is. Otherwise all windows except `vacant` ones are filled."""
    rows, across, empty = within(floors, MOST_FLOORS), within(columns, MOST_COLUMNS), set(vacant or ())
    width, height = 2 * WALL + 2 + across * STEP_X, EAVES + 6 + rows * STEP_Y
    windows = list(itertools.product(range(rows), range(across)))
    outline, details = roof_paths(roof or "mansard", width)
    # Treat an empty `lit` (window to highlight) as None: a template passes "" if the variable does not exist.
    lit = lit or None
    return Elevation(
        width=width,
        height=height,
        roof=outline,
        roof_details=details,
        walls=f"M{WALL} {height - 1}V{EAVES}h{width - 2 * WALL}V{height - 1}",
        ground=f"M0 {height - 1}h{width}",
        full=window_path((w for w in windows if is_full(w, empty, lit)), rows),
        hollow=window_path((w for w in windows if not is_full(w, empty, lit)), rows),
        lead=lead_path(lit, rows, width) if lit else "",
    )


# --- A balance over twelve months ------------------------------------------------------------------------------------

PLOT_WIDTH, PLOT_HEIGHT, MONTHS_SHOWN = 120, 40, 12
MONTH_WIDTH = PLOT_WIDTH / MONTHS_SHOWN
# The scale of a balance chart ends at one of these amounts in cents, or at 10, 100, 1000... times such an amount.
ROUND_SCALES = (100_00, 200_00, 500_00)


@dataclass(frozen=True)
class BalanceChart:
    """Chart of a balance over twelve months: SVG paths of a step curve in a box of 120 by 40. `scale` has the labels of
    the vertical axis from top to bottom, and `months` the first days of the months on the horizontal axis."""

    step: str
    area: str
    zero: str
    grid: str
    scale: list[str]
    months: tuple[datetime.date, ...]


def months_ending(last_day: datetime.date) -> tuple[datetime.date, ...]:
    index = last_day.year * 12 + last_day.month - MONTHS_SHOWN
    return tuple(datetime.date((index + n) // 12, (index + n) % 12 + 1, 1) for n in range(MONTHS_SHOWN))


def across(moment: datetime.date, first_month: datetime.date) -> float:
    """Return the x coordinate of a day in a balance chart. Every month has the same width."""
    months = (moment.year - first_month.year) * 12 + moment.month - first_month.month
    return (months + (moment.day - 1) / 31) * MONTH_WIDTH


def scale_above(cents: int) -> int:
    """Round an amount in cents up to the end of a chart's scale: 1, 2 or 5 times a power of ten euros, at least 100
    euros."""
    factor = 1
    while True:
        for step in ROUND_SCALES:
            if cents <= step * factor:
                return step * factor
        factor *= 10


def short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def step_path(steps: Sequence[tuple[float, float]], right: float) -> str:
    """Return the SVG path of a step curve: horizontal to the x of the next step, then vertical to its y. `steps` are
    (x, y) pairs, the first of them at the left edge. The curve ends at x = `right`."""
    (x, y), *others = steps
    return f"M{short(x)} {short(y)}" + "".join(f"H{short(x)}V{short(y)}" for x, y in others) + f"H{short(right)}"


@register.simple_tag
def balance_chart(
    points: Sequence[tuple[datetime.date, int]],
    last_day: datetime.date,
    opening: int | str | None = 0,
) -> BalanceChart:
    """Compute the chart of a tenant's balance. `points`: (day, balance in cents at its end) for each day on which the
    balance changed, oldest first. `opening`: the balance before the first of these days."""
    months = months_ending(last_day)
    before = [cents for moment, cents in points if moment < months[0]]
    visible = [(moment, cents) for moment, cents in points if months[0] <= moment <= last_day]
    values = [before[-1] if before else int(opening or 0), *(cents for _moment, cents in visible)]
    lowest = min(0, *values)
    top = scale_above(max(-lowest, *values))
    # If the lowest balance of the chart is negative, zero is in the middle of the scale, otherwise at the bottom.
    bottom = -top if lowest < 0 else 0
    span = top - bottom

    def height(cents: int) -> float:
        return (top - cents) / span * PLOT_HEIGHT

    places = [0.0, *(across(moment, months[0]) for moment, _cents in visible)]
    right = across(last_day, months[0])
    step = step_path([(x, height(cents)) for x, cents in zip(places, values, strict=True)], right)
    zero = short(height(0))
    return BalanceChart(
        step=step,
        area=f"{step}V{zero}H0z",
        zero=f"M0 {zero}h{PLOT_WIDTH}",
        grid=f"M0 0h{PLOT_WIDTH}M0 {PLOT_HEIGHT / 2:.0f}h{PLOT_WIDTH}M0 {PLOT_HEIGHT}h{PLOT_WIDTH}",
        scale=[figure(cents // 100) for cents in (top, (top + bottom) // 2, bottom)],
        months=months,
    )


# --- Weeks -----------------------------------------------------------------------------------------------------------

# Height of the tallest bar in a weekly bar chart, in percent. The number above the bar needs the remaining height.
HEADROOM = 94


@dataclass(frozen=True)
class Bar:
    """The bar of one week in a bar chart. `top` and `height` are in percent. If a week's number is hidden, the height
    is 0: otherwise the number could be read from the height."""

    monday: datetime.date
    sunday: datetime.date
    count: int | None
    top: str
    height: str
    partial: bool
    names_month: bool
    key: bool


def part_of(week: Any, name: str) -> Any:
    return week.get(name) if isinstance(week, dict) else getattr(week, name, None)


@register.simple_tag
def week_bars(weeks: Sequence[Any]) -> list[Bar]:
    """Compute the bars of a chart with one number per week. Each week is a dict or an object with `monday`, `count`
    (None if hidden) and `partial` (whether the week is incomplete).

    Every fourth bar has `key` set. On telephones only these bars have a label.
    """
    tallest = max((part_of(week, "count") or 0 for week in weeks), default=0) or 1
    mondays: list[datetime.date] = [part_of(week, "monday") for week in weeks]
    return [
        Bar(
            monday=monday,
            sunday=monday + datetime.timedelta(days=6),
            count=(count := part_of(week, "count")),
            top=short(100 - (count or 0) / tallest * HEADROOM),
            height=short((count or 0) / tallest * HEADROOM),
            partial=bool(part_of(week, "partial")),
            names_month=index == 0 or mondays[index - 1].month != monday.month,
            key=(len(weeks) - 1 - index) % 4 == 0,
        )
        for index, (week, monday) in enumerate(zip(weeks, mondays, strict=True))
    ]


@register.simple_tag
def meter_width(share: float | None) -> str:
    """Convert a share from 0 to 1 to the width of a bar, in an SVG drawing that is 100 units wide."""
    return short(max(0.0, min(share or 0.0, 1.0)) * 100)
