"""How fast a sentence is screened: alone, in bulk, and how much it takes to begin."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from tests.bench.measure import Finding, compare

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
    yield Finding("The screen, from its start to its first answer", seconds, 1, unit="s")
    yield Finding("The memory of a program that screens", megabytes, 300, unit="MB")
