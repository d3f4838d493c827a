"""Measures how fast the screening (the search for sensitive personal data in notes) checks texts, one by one and in
bulk, and how long the screening takes to load.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from operator import itemgetter
from pathlib import Path
from statistics import median

from tests.bench.measure import Finding, compare
from tests.screening.hostile import forget_everything, hostile_texts

NOTES = Path(__file__).parents[2] / "research" / "screening" / "notes"
BATCHES, IN_A_BATCH = 20, 1_000
STARTUP = """
import resource, time
start = time.process_time()
from screening import screen
screen("Mme est sous chimiothérapie")
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def texts() -> list[str]:
    return [json.loads(line)["text"] for path in sorted(NOTES.glob("*.jsonl")) for line in path.open(encoding="utf-8")]


LENGTHS = (280, 560, 1_120, 2_240)


def uncached_time(text: str, rounds: int = 5) -> float:
    """Return the CPU milliseconds that the screening of a text takes with empty caches, in the fastest round."""
    from screening import screen

    durations = []
    for _ in range(rounds):
        forget_everything()
        start = time.process_time()
        screen(text)
        durations.append(time.process_time() - start)
    return 1000 * min(durations)


@dataclass(frozen=True)
class Speed:
    """How long the screening takes at one moment of the bench, in milliseconds of a processor: a note in bulk, and the
    slowest of the texts of 280 characters that are written to make it slow, with its name."""

    bulk: float
    hostile: float
    slowest: str


def speed() -> Speed:
    """Measure now. The notes are those of the training data, which have the length and style of real notes."""
    from screening import screen_many

    notes = cycle(texts())
    batches = []
    for _number in range(BATCHES):
        start = time.process_time()
        for _ in screen_many(islice(notes, IN_A_BATCH)):
            pass
        batches.append((time.process_time() - start) / IN_A_BATCH)
    slowest, hostile = slowest_of(LENGTHS[0])
    return Speed(median(batches) * 1000, hostile, slowest)


def slowest_of(length: int) -> tuple[str, float]:
    times = {name: uncached_time(text) for name, text in hostile_texts(length).items()}
    return max(times.items(), key=itemgetter(1))


def screening(speeds: Sequence[Speed]) -> Iterator[Finding]:
    """Report the medians of several moments of the bench, since the speed of a machine changes from minute to minute.
    Then measure single notes and longer texts."""
    from screening import screen

    next_note = cycle(texts())
    [alone] = compare("Screening", {"one note": lambda: screen(next(next_note))}, rounds=2_000).values()
    yield Finding("Screening a note", alone.median, 2, unit="ms")
    bulk, hostile = [each.bulk for each in speeds], [each.hostile for each in speeds]
    note = f"{1000 / median(bulk):,.0f} per second on a core; {min(bulk):.3f} to {max(bulk):.3f} at {len(bulk)} moments"
    yield Finding("Screening a note, in bulk", median(bulk), 0.2, unit="ms", note=note)
    note = f"{speeds[0].slowest}; {min(hostile):.1f} to {max(hostile):.1f} at {len(hostile)} moments"
    yield Finding("Screening the slowest hostile text of 280 characters", median(hostile), 10, unit="ms", note=note)
    per_sign = [slowest_of(length)[1] / length for length in LENGTHS]
    label = "Time per character of the slowest text of 560 to 2,240 characters, relative to 280"
    yield Finding(label, max(per_sign) / per_sign[0], 2)


def startup() -> Iterator[Finding]:
    """Measure a process that screens. Must run before all other measurements, while this process is small. Linux counts
    its memory as memory of the new process until that one has started its program."""
    started = subprocess.run([sys.executable, "-c", STARTUP], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, started.stdout.split())
    yield Finding("Screening, from process start to the first answer", seconds, 1, unit="s")
    yield Finding("Memory of a process that screens", megabytes, 300, unit="MB")
