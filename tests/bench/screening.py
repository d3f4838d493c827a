"""How fast a sentence is screened: alone, in bulk, and how much it takes to begin."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from tests.bench.measure import Finding, compare
from tests.privacy.screening.hostile import forget_everything, hostile_texts

NOTES = Path(__file__).parents[2] / "privacy" / "screening" / "notes"
IN_BULK = 20_000
BEGIN = """
import resource, time
start = time.process_time()
from privacy.screening import screen
screen("Mme est sous chimiothérapie")
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def texts() -> list[str]:
    return [json.loads(line)["text"] for path in sorted(NOTES.glob("*.jsonl")) for line in path.open(encoding="utf-8")]


LENGTHS = (280, 560, 1_120, 2_240)


def slowest_of(text: str, rounds: int = 5) -> float:
    """Milliseconds of the processor for a text of which nothing is remembered: the best of some rounds."""
    from privacy.screening import screen

    taken = []
    for _ in range(rounds):
        forget_everything()
        start = time.process_time()
        screen(text)
        taken.append(time.process_time() - start)
    return 1000 * min(taken)


def hostile() -> Iterator[Finding]:
    """Texts written to be slow: the worst of 280 signs, and how the time grows with the length."""
    times = {length: {name: slowest_of(text) for name, text in hostile_texts(length).items()} for length in LENGTHS}
    first = times[LENGTHS[0]]
    worst = max(first, key=first.__getitem__)
    yield Finding("A hostile text of 280 signs screened, the worst", first[worst], 10, unit="ms", note=worst)
    per_sign = {length: max(times[length].values()) / length for length in LENGTHS}
    growth = max(per_sign[length] / per_sign[LENGTHS[0]] for length in LENGTHS)
    yield Finding("A sign of the worst of 560, 1,120 and 2,240, to one of 280", growth, 2)


def screening() -> Iterator[Finding]:
    """Of the notes it learnt from, which are as long and as odd as others: one at a time, then in bulk."""
    from privacy.screening import screen, screen_many

    begun = subprocess.run([sys.executable, "-c", BEGIN], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, begun.stdout.split())
    notes = texts()
    turn = cycle(notes)
    [alone] = compare("The screen", {"one note": lambda: screen(next(turn))}, rounds=2_000).values()
    yield Finding("A note screened", alone.median, 2, unit="ms")
    start = time.process_time()
    for _ in screen_many(islice(cycle(notes), IN_BULK)):
        pass
    each = (time.process_time() - start) / IN_BULK
    yield Finding("A note screened, of many", each * 1000, 0.2, unit="ms", note=f"{1 / each:,.0f} a second on a core")
    yield from hostile()
    yield Finding("The screen, from its start to its first answer", seconds, 1, unit="s")
    yield Finding("The memory of a program that screens", megabytes, 300, unit="MB")
