"""Compares the run times of several functions. Runs them in turn, so that other load on the machine slows them all."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

Ways = Mapping[str, Callable[[], object]]


@dataclass(frozen=True)
class Times:
    """The times of one of the compared functions: the milliseconds of each round."""

    rounds: list[float]

    @property
    def median(self) -> float:
        return median(self.rounds)

    def ratio(self, base: "Times") -> float:
        """Return the median of these times, divided by the median of the times `base` of another function.

        compare() runs both functions in alternating rounds, so that other load on the machine hardly changes the ratio.
        """
        return self.median / base.median

    def spread(self, base: "Times") -> tuple[float, float]:
        """Divide the time of each round by that of `base` in the same round. Returns the ratios' first and third
        quartile."""
        low, _middle, high = quantiles(
            [own / reference for own, reference in zip(self.rounds, base.rounds, strict=True)], n=4
        )
        return low, high


def milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def compare(title: str, ways: Ways, rounds: int) -> dict[str, Times]:
    """Time the functions in `ways` in turn, and print each median time with its ratio to that of the first function."""
    for function in [*ways.values()] * 3:
        function()
    durations: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        # Every second round runs the functions in reverse order. Otherwise the same function would always fill caches.
        for name in list(ways) if number % 2 else reversed(list(ways)):
            durations[name].append(milliseconds(ways[name]))
    times = {name: Times(rounds) for name, rounds in durations.items()}
    show(title, times, rounds)
    return times


def show(title: str, times: Mapping[str, Times], rounds: int) -> None:
    base = next(iter(times.values()))
    print(f"\n{title} (median of {rounds}; half of the rounds between)")
    for name, measured in times.items():
        low, high = measured.spread(base)
        print(
            f"  {name:<58} {measured.median:>9.2f} ms  x{measured.ratio(base):>6.2f}  ({low:.2f} to {high:.2f})",
            flush=True,
        )


@dataclass(frozen=True)
class Finding:
    """A line of the benchmark's report. `aim` is the highest acceptable figure. If it is None, the figure is only
    reported."""

    label: str
    figure: float
    aim: float | None = None
    spread: tuple[float, float] | None = None
    unit: str = ""
    note: str = ""

    @property
    def within_aim(self) -> str:
        return "" if self.aim is None else "yes" if self.figure <= self.aim else "no"


def finding(label: str, times: Mapping[str, Times], name: str, aim: float | None, note: str = "") -> Finding:
    """Return a line of the report: the time of the function `name` divided by the time of the first function."""
    base = next(iter(times.values()))
    return Finding(label, times[name].ratio(base), aim, times[name].spread(base), note=note)
