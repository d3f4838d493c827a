"""`./dev nightly`: runs the checks that take too long for `.ci/run`, and first prints how long they will take."""

import subprocess
import sys
from dataclasses import dataclass

from tests.mutants.catalogue import read_mutants

# Testing a mutant (a defect planted in the code) takes this many seconds on average, with two tested at a time.
SECONDS_A_MUTANT = 10


@dataclass(frozen=True)
class Round:
    title: str
    minutes: float
    command: tuple[str, ...]


def rounds() -> list[Round]:
    """Return the commands to run, each with its expected duration.

    A new slow pytest test needs no new entry here: if it has the marker `nightly`, the command for "tests marked
    nightly" runs it.
    """
    mutants = len(read_mutants()) * SECONDS_A_MUTANT / 60
    return [
        Round("planted defects", mutants, ("-m", "tests.mutants")),
        Round("tests marked nightly", 20, ("-m", "pytest", "-n", "1", "-m", "nightly")),
    ]


def main() -> int:
    planned = rounds()
    print(f"About {sum(planned_round.minutes for planned_round in planned):.0f} minutes in all, on two cores:")
    for planned_round in planned:
        print(f"  {planned_round.title}: about {planned_round.minutes:.0f} minutes", flush=True)
    failed = [planned_round.title for planned_round in planned if not _passes(planned_round)]
    print(f"Failed: {', '.join(failed)}" if failed else "All rounds passed.")
    return 1 if failed else 0


def _passes(step: Round) -> bool:
    print(f"\n{step.title}", flush=True)
    return subprocess.run([sys.executable, *step.command], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
