"""./dev nightly: says how long it takes, then runs in turn each round that `.ci/run` leaves out."""

import subprocess
import sys
from dataclasses import dataclass

from tests.mutants.catalogue import read_mutants

SECONDS_A_MUTANT = 10  # two at a time, on two cores


@dataclass(frozen=True)
class Round:
    title: str
    minutes: float
    command: tuple[str, ...]


def rounds() -> list[Round]:
    """Add a round here when it is no test; a test is marked `nightly`."""
    mutants = len(read_mutants()) * SECONDS_A_MUTANT / 60
    return [
        Round("planted defects", mutants, ("-m", "tests.mutants")),
        Round("tests marked nightly", 10, ("-m", "pytest", "-n", "1", "-m", "nightly")),
    ]


def main() -> int:
    planned = rounds()
    print(f"About {sum(step.minutes for step in planned):.0f} minutes in all, on two cores:")
    for step in planned:
        print(f"  {step.title}: about {step.minutes:.0f} minutes", flush=True)
    failed = [step.title for step in planned if not _passes(step)]
    print(f"Failed: {', '.join(failed)}" if failed else "All rounds passed.")
    return 1 if failed else 0


def _passes(step: Round) -> bool:
    print(f"\n{step.title}", flush=True)
    return subprocess.run([sys.executable, *step.command], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
