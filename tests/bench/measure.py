"""Several ways of doing one thing, taken in turn so that a busy machine slows them alike."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

Ways = Mapping[str, Callable[[], object]]


@dataclass(frozen=True)
class Times:
    """Milliseconds of each round of one way."""

    rounds: list[float]

    @property
    def median(self) -> float:
        return median(self.rounds)

    def ratio(self, base: "Times") -> float:
        """Of the medians: rounds stand side by side, so what slowed one slowed the other."""
        return self.median / base.median

    def spread(self, base: "Times") -> tuple[float, float]:
        """Between which ratios half of the rounds lie."""
        low, _middle, high = quantiles([mine / its for mine, its in zip(self.rounds, base.rounds, strict=True)], n=4)
        return low, high


def milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def compare(title: str, ways: Ways, rounds: int) -> dict[str, Times]:
    """The times of each way, printed with their ratio to the first one."""
    for act in [*ways.values()] * 3:
        act()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        # Who comes first comes last in the next round: a cache that one leaves warm serves all alike.
        for name in list(ways) if number % 2 else reversed(list(ways)):
            taken[name].append(milliseconds(ways[name]))
    times = {name: Times(rounds) for name, rounds in taken.items()}
    show(title, times, rounds)
    return times


def show(title: str, times: Mapping[str, Times], rounds: int) -> None:
    base = next(iter(times.values()))
    print(f"\n{title} (median of {rounds}; half of the rounds between)")
    for name, found in times.items():
        low, high = found.spread(base)
        print(
            f"  {name:<58} {found.median:>9.2f} ms  x{found.ratio(base):>6.2f}  ({low:.2f} to {high:.2f})", flush=True
        )


@dataclass(frozen=True)
class Finding:
    """A line of the report. A ratio is held when it is at most `aim`; without an aim it is only told."""

    what: str
    figure: float
    aim: float | None = None
    spread: tuple[float, float] | None = None
    unit: str = ""
    note: str = ""

    @property
    def held(self) -> str:
        return "" if self.aim is None else "yes" if self.figure <= self.aim else "no"


def finding(what: str, times: Mapping[str, Times], name: str, aim: float | None, note: str = "") -> Finding:
    """The ratio of one way to the first."""
    base = next(iter(times.values()))
    return Finding(what, times[name].ratio(base), aim, times[name].spread(base), note=note)
