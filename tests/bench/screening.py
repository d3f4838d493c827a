"""Measures how fast the screening (the search for sensitive personal data in notes) checks texts, one by one and in
bulk, and how long the screening takes to load.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
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


def hostile() -> Iterator[Finding]:
    """Measure texts that are written to make the screening slow: the slowest text of 280 characters, and how the time
    per character grows with the length of the text."""
    times = {length: {name: uncached_time(text) for name, text in hostile_texts(length).items()} for length in LENGTHS}
    first = times[LENGTHS[0]]
    worst = max(first, key=first.__getitem__)
    yield Finding("Screening the slowest hostile text of 280 characters", first[worst], 10, unit="ms", note=worst)
    per_sign = {length: max(times[length].values()) / length for length in LENGTHS}
    growth = max(per_sign[length] / per_sign[LENGTHS[0]] for length in LENGTHS)
    yield Finding("Time per character of the slowest text of 560 to 2,240 characters, relative to 280", growth, 2)


def screening() -> Iterator[Finding]:
    """Measure how long the screening of notes takes: first note by note, then in bulk. The notes are those of the
    training data, which have the length and style of real notes."""
    from screening import screen, screen_many

    startup = subprocess.run([sys.executable, "-c", STARTUP], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, startup.stdout.split())
    notes = texts()
    next_note = cycle(notes)
    [alone] = compare("Screening", {"one note": lambda: screen(next(next_note))}, rounds=2_000).values()
    yield Finding("Screening a note", alone.median, 2, unit="ms")
    batches = []
    for _number in range(BATCHES):
        start = time.process_time()
        for _ in screen_many(islice(next_note, IN_A_BATCH)):
            pass
        batches.append((time.process_time() - start) / IN_A_BATCH)
    each = median(batches)
    note = f"{1 / each:,.0f} per second on a core, {BATCHES} batches of {IN_A_BATCH:,}"
    yield Finding("Screening a note, in bulk", each * 1000, 0.2, unit="ms", note=note)
    yield from hostile()
    yield Finding("Screening, from process start to the first answer", seconds, 1, unit="s")
    yield Finding("Memory of a process that screens", megabytes, 300, unit="MB")
