"""How fast a sentence is screened: alone, in bulk, and how much it takes to begin."""

import json
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path

from tests.bench.measure import compare

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


def screening() -> None:
    from privacy.screening import screen, screen_many

    begun = subprocess.run([sys.executable, "-c", BEGIN], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, begun.stdout.split())
    notes = texts()
    turn = cycle(notes)
    compare("The screen", {"one note": lambda: screen(next(turn))}, rounds=len(notes))
    start = time.process_time()
    for _ in screen_many(islice(cycle(notes), IN_BULK)):
        pass
    print(f"  {IN_BULK / (time.process_time() - start):,.0f} notes a second on a core; ", end="")
    print(f"{seconds:.2f} s to load and answer the first, {megabytes:.0f} MB")
