"""Runs the checks that take too long for `.ci/run`, and first prints how long they will take.

`./dev nightly` starts this program. The argument is an expression for pytest's option -m that selects tests. It begins
with the marker `nightly`, as in `nightly and not strangers`.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants.catalogue import read_mutants

# Testing a mutant (a defect planted in the code) takes this many seconds on average, with two tested at a time.
SECONDS_A_MUTANT = 4
PYTEST = ("-m", "pytest")
SERVER_OF_ITS_OWN = ("-m", "housing.database.embedded", "run", "--fast", sys.executable)


@dataclass(frozen=True)
class Round:
    title: str
    minutes: float
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def rounds(expression: str) -> list[Round]:
    """Return the commands to run, each with its expected duration.

    New tests in tests/nightly/ or in the lists of tests/tiers.py need no new command. The tests in tests/nightly/
    measure times, so they run one after another, without other tests beside them.
    """
    mutants = len(read_mutants()) * SECONDS_A_MUTANT / 60
    planned = [
        Round("planted defects", mutants, ("-m", "tests.mutants")),
        Round("tests of the night", 15, (*PYTEST, "-m", expression, "--ignore=tests/nightly")),
        Round("tests that need the whole machine", 20, (*PYTEST, "-n", "1", "-m", expression, "tests/nightly")),
    ]
    if os.geteuid() == 0 and all(map(shutil.which, ("patroni", "etcd", "pgbackrest"))):
        planned.append(Round("kills, upgrade and recovery of a cluster", 30, ("-m", "tests.nightly.cluster")))
    binaries = os.environ.get("LOGE_PG15_BIN", "")
    if (Path(binaries) / "postgres").is_file():
        on_each_version = (
            f"database and not browser and (nightly or second_version_at_night){expression[len('nightly') :]}"
        )
        command = (*SERVER_OF_ITS_OWN, *PYTEST, "-n", "2", "-m", on_each_version)
        planned.append(Round("the tests of the night on PostgreSQL 15", 5, command, {"LOGE_PG_BIN": binaries}))
    return planned


def main(expression: str = "nightly") -> int:
    planned = rounds(expression)
    print(f"About {sum(planned_round.minutes for planned_round in planned):.0f} minutes in all, on two cores:")
    for planned_round in planned:
        print(f"  {planned_round.title}: about {planned_round.minutes:.0f} minutes", flush=True)
    failed = [planned_round.title for planned_round in planned if not _passes(planned_round)]
    print(f"Failed: {', '.join(failed)}" if failed else "All rounds passed.")
    return 1 if failed else 0


def _passes(step: Round) -> bool:
    print(f"\n{step.title}", flush=True)
    environment = {**os.environ, **step.environment}
    return subprocess.run([sys.executable, *step.command], env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
