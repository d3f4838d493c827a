"""Measures the processor time of an account's page: of Python, of the database, and of the parts of Python's work.

Linux counts the processor time of each process. So the database must run on this machine, and the work that PostgreSQL
does in processes of its own, such as writing its files later, is not included.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from django.conf import settings

from tests.bench.measure import Finding, milliseconds
from tests.bench.page_parts import DOOR, REST, STATEMENTS, TEMPLATES
from tests.bench.pages import Visitors
from tests.bench.serving import Server, environment
from tests.builders import run

AIM_PYTHON_MS, AIM_DATABASE_MS = 13, 4
WARM_UP = 40
# Processes of the database for its own work, such as autovacuum, belong to no user.
_BACKENDS = """SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()"""
_LABEL = "Processor time of an account’s page: "


@dataclass(frozen=True)
class Spent:
    """How long an account's page took at one moment of the bench, in milliseconds.

    `python` and `database`: mean processor time of the two. `waited`: median time from the request to the whole page.
    """

    python: float
    database: float
    waited: float


def spent(visitors: Visitors, server: Server, pages: int) -> Spent:
    """Open `pages` pages of the small landlord on a warm server, one after another."""
    open_page = visitors.opener(server)
    for number in range(WARM_UP):
        open_page(number)
    groups: dict[str, Callable[[], list[int]]] = {"python": partial(workers, server), "database": backends}
    before = {name: processor_seconds(pids()) for name, pids in groups.items()}
    after = {name: dict(seconds) for name, seconds in before.items()}
    times = []
    for number in range(WARM_UP, WARM_UP + pages):
        times.append(milliseconds(partial(open_page, number)))
        # After each page, because processes of the database end meanwhile: Django closes connections after a minute.
        for name, pids in groups.items():
            after[name].update(processor_seconds(pids()))
    used = {
        name: sum(total - before[name].get(pid, 0) for pid, total in seconds.items()) * 1000 / pages
        for name, seconds in after.items()
    }
    moment = Spent(**used, waited=median(times))
    print(f"\nAn account's page: {moment}", flush=True)
    return moment


def parts(visitors: Visitors, moments: Sequence[Spent], pages: int) -> Iterator[Finding]:
    """Report the medians of several moments of the bench, since the speed of a machine changes from minute to minute.
    Then measure the parts of Python's work."""
    python, database = ([getattr(moment, name) for moment in moments] for name in ("python", "database"))
    waited = f"{median(moment.waited for moment in moments):.1f} ms from the request to the whole page"
    for name, figures, aim, note in (
        ("Python", python, AIM_PYTHON_MS, f"; {waited}"),
        ("database", database, AIM_DATABASE_MS, ""),
    ):
        note = f"{min(figures):.1f} to {max(figures):.1f} at {len(figures)} moments{note}"
        yield Finding(f"{_LABEL}{name}", median(figures), aim, unit="ms", note=note)
    yield from of_python(visitors, pages)


def workers(server: Server) -> list[int]:
    """Return the processes that gunicorn has started."""
    return [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


def backends() -> list[int]:
    """Return PostgreSQL's processes for the connections to the current database, except the one of this query."""
    return [pid for (pid,) in run(_BACKENDS)]


def processor_seconds(pids: Iterable[int]) -> dict[int, float]:
    """Map each process to its processor time: that of all its threads, in user mode and in the kernel.

    Leaves out processes that have ended.
    """
    seconds = {}
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            # The name of the program is in parentheses and may contain spaces. The two times are fields 14 and 15.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            seconds[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def of_python(visitors: Visitors, pages: int) -> Iterator[Finding]:
    """Measure the parts of Python's work in a process without gunicorn (tests/bench/page_parts.py)."""
    accounts = [(page.path, f"{settings.SESSION_COOKIE_NAME}={page.session}") for page in visitors.accounts]
    requests = json.dumps([*islice(cycle(accounts), WARM_UP + pages)])
    command = [sys.executable, "-m", "tests.bench.page_parts", str(WARM_UP)]
    environ = environment(visitors.landlord.small)
    completed = subprocess.run(command, input=requests, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    spent = json.loads(completed.stdout.splitlines()[-1])
    notes = {
        STATEMENTS: "in Django’s database layer and the driver, without the database",
        TEMPLATES: "without their statements",
        DOOR: "without their statements",
        REST: "the view, middleware; without gunicorn",
    }
    for part, note in notes.items():
        yield Finding(f"{_LABEL}Python, {part}", spent[part], unit="ms", note=note)
