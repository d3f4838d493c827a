"""Several ways of doing one thing, taken in turn so that a busy machine slows them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median

ROUNDS = 60


def milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def compare(title: str, ways: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Medians in milliseconds, printed with their ratio to the first way."""
    for act in ways.values():
        act()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, act in ways.items():
            taken[name].append(milliseconds(act))
    medians = {name: median(times) for name, times in taken.items()}
    show(title, medians, rounds)
    return medians


def show(title: str, medians: Mapping[str, float], rounds: int) -> None:
    base = next(iter(medians.values()))
    print(f"\n{title} (median of {rounds})")
    for name, value in medians.items():
        print(f"  {name:<58} {value:>9.2f} ms  x{value / base:>7.2f}", flush=True)
