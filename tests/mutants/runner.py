"""Tries planted defects (small edits of the code). Each defect is applied alone to a copy of the source tree, where at
least one of the tests listed for this defect must then fail.

Two workers run side by side, each with its own copy of the tree. They share one database server and the template
databases. A defect that may change the templates gets database roles and template databases of its own.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

import psycopg2

from housing.database.embedded import find_cluster, urls
from tests.architecture.source import ROOT
from tests.mutants.catalogue import Mutant, problem_of, runs_at_night

WORKERS = 2
# Maximum number of seconds that the tests of one planted defect may take.
TIMEOUT = 600
# Matches the paths of files whose code takes part in creating the template databases, which the tests clone.
# A planted defect in a file that MAKES_TEMPLATES matches is tested with template databases of its own.
MAKES_TEMPLATES = re.compile(
    r"/migrations/|/policies(/|\.py)|/models(/|\.py)|/vocabulary/|\.sql$|^privacy/|^tests/|^housing/settings"
    r"|^access/(database/provision|database/apply_policies|compartments|roles|permissions|reach|scope)\.py"
)
# Name of the database roles and template databases that most planted defects of this run share.
SHARED = f"mutants{os.getpid()}"
PYTEST = ("-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider")


@dataclass(frozen=True)
class Outcome:
    mutant: str
    noticed: bool
    # Name of the test that failed, or the reason why the planted defect counts as unnoticed.
    remark: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Workplace:
    """A copy of the source tree. Its tests use the virtual environment and the database server of the original tree."""

    root: Path
    templates: Path

    def pytest(
        self, tests: Iterable[str], instance: str, *options: str, timeout: int = TIMEOUT
    ) -> subprocess.CompletedProcess[str]:
        templates = self.templates / instance
        templates.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            **urls(find_cluster(os.environ, fast=True), {"LOGE_INSTANCE": instance}),
            "LOGE_INSTANCE": instance,
            "LOGE_TEST_TEMPLATES": str(templates),
        }
        command = [sys.executable, *PYTEST, *options, *tests]
        return subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )

    def try_mutant(self, mutant: Mutant, instance: str) -> Outcome:
        """Plant the defect, run its tests and remove the defect.

        The defect is noticed only if a test fails. An error before any test has run does not count.
        """
        path, start = self.root / mutant.path, time.monotonic()
        text = path.read_text(encoding="utf-8")
        path.write_text(mutant.planted_in(text), encoding="utf-8")
        try:
            # If a test of this defect runs by day, the nightly ones are left out: the defect must be noticed by day.
            expression = "nightly" if runs_at_night(mutant) else "not nightly"
            run = self.pytest(mutant.tests, instance, "-n", "0", "-x", "-m", expression)
        except subprocess.TimeoutExpired:
            return Outcome(mutant.name, False, f"its tests took longer than {TIMEOUT} s", TIMEOUT)
        finally:
            path.write_text(text, encoding="utf-8")
        return Outcome(mutant.name, *judge(run.returncode, run.stdout), time.monotonic() - start)


def judge(code: int, output: str) -> tuple[bool, str]:
    """Return (True, name of the failed test) if a test failed in a run of pytest, or else (False, what happened).

    An ERROR at teardown counts as a failed test: at teardown a fixture checks that every access has its audit event.
    """
    if code == 0:
        return False, "SURVIVED: its tests pass"
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.M)
    if code == 1 and failed and "ERROR at setup of" not in output:
        return True, failed[1]
    lines = [line for line in output.splitlines() if line.strip()]
    return False, f"pytest ended with {code} and no failed test: {lines[-1] if lines else 'it printed nothing'}"


def run_mutants(mutants: list[Mutant]) -> Iterator[Outcome]:
    """Plant each defect and yield whether its tests noticed it.

    Raises RuntimeError if the tests fail even without a defect.
    """
    problems = {mutant.name: problem for mutant in mutants if (problem := problem_of(mutant, ROOT))}
    yield from (Outcome(name, False, f"DOES NOT APPLY: {problem}") for name, problem in problems.items())
    sound = [mutant for mutant in mutants if mutant.name not in problems]
    if not sound:
        return
    with workplaces() as places:
        _require_green(places[0], sound)
        free: SimpleQueue[Workplace] = SimpleQueue()
        for place in places:
            free.put(place)
        # Defects that need template databases of their own take longest, so they run first.
        numbered = sorted(enumerate(sound), key=lambda pair: not MAKES_TEMPLATES.search(pair[1].path))
        with ThreadPoolExecutor(len(places)) as pool:
            yield from pool.map(lambda pair: _try_on(free, f"{SHARED}x{pair[0]}", pair[1]), numbered)


def _try_on(free: "SimpleQueue[Workplace]", own_instance: str, mutant: Mutant) -> Outcome:
    place = free.get()
    try:
        if not MAKES_TEMPLATES.search(mutant.path):
            outcome = place.try_mutant(mutant, SHARED)
            if not outcome.remark.startswith("SURVIVED"):
                return outcome
        # Use new template databases if the defect may change them, or if no test failed with the shared databases.
        outcome = place.try_mutant(mutant, own_instance)
        drop_instance(own_instance)
        return outcome
    finally:
        free.put(place)


def _require_green(place: Workplace, mutants: list[Mutant]) -> None:
    tests = list(dict.fromkeys(test for mutant in mutants for test in mutant.tests))
    print(f"First, {len(tests)} tests without any defect:", flush=True)
    every_case = ("-m", "nightly or not nightly")
    run = place.pytest(tests, SHARED, "-n", str(WORKERS), *every_case, timeout=TIMEOUT + 60 * len(tests))
    if run.returncode:
        raise RuntimeError(f"{run.stdout[-6000:]}{run.stderr[-2000:]}\nThe tests fail without any defect.")
    print(run.stdout.splitlines()[-1], flush=True)


@contextmanager
def workplaces() -> Iterator[list[Workplace]]:
    """Create one copy of the working tree per worker, and delete the copies on exit.

    The copies are in the project's folder .local/, because tests search all folders above them for shared/data.
    """
    with TemporaryDirectory(prefix="mutants-", dir=ROOT / ".local") as folder:
        templates = Path(folder) / "templates"
        templates.mkdir()
        places = [Workplace(Path(folder) / f"tree{number}", templates) for number in range(WORKERS)]
        for place in places:
            copy_tree(place.root)
        try:
            yield places
        finally:
            drop_instance(SHARED)


def copy_tree(target: Path) -> None:
    """Copy the current content of all files that git tracks, and of untracked files that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    (target / ".venv").symlink_to(ROOT / ".venv")
    (target / ".local").mkdir(mode=0o700)


def drop_instance(instance: str) -> None:
    """Drop the databases of the role `<instance>_owner`, and all roles whose names begin with `<instance>_`."""
    with closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"])) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SELECT datname FROM pg_database WHERE datdba = to_regrole(%s)", [f"{instance}_owner"])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{instance}_"])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP ROLE "{name}"')
