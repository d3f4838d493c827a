"""What the sealer costs those who write the trace, and how long a line waits for its leaf and its signature."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connections

from audit import events
from audit.events import Outcome
from audit.record import look
from tests.bench.landlord import Landlord
from tests.bench.load import together
from tests.bench.measure import Finding, Times, finding, milliseconds, show
from tests.bench.serving import environment
from tests.builders import run

WRITERS, LINES = 8, 1_000  # each, a round: as long as several passes, so that they cost it what they cost all day
PAGES = 80
ALONE, SEALED = "the sealer asleep", "beside the sealer"
AIM = 1 / 0.95
# Every line has its leaf, and every leaf a checkpoint over it: that one comes a second after the one before.
_DRAINED = """SELECT (SELECT count(*) FROM audit_leaf) = (SELECT count(*) FROM audit_event)
    AND (SELECT count(*) FROM audit_leaf) = (SELECT max(size) FROM audit_checkpoint)"""
LEAF_SECONDS = 1
# From a line's own moment to the first checkpoint over its leaf, which is written by the pass that adds the leaf, or by
# a later one: no line waits longer for its leaf.
_WAITED = """SELECT percentile_cont(ARRAY[0.5, 1]) WITHIN GROUP (ORDER BY extract(epoch FROM c.at - l.at)::float8)
    FROM audit_leaf l CROSS JOIN LATERAL
        (SELECT at FROM audit_checkpoint WHERE size > l.number ORDER BY size LIMIT 1) c
    WHERE l.at >= %s AND l.at < %s"""
_MANY = """INSERT INTO audit_event
    (id, kind, outcome, machine, role, permission, route, about_kind, shown, count, facts)
    SELECT gen_random_uuid(), 'list_shown', 'shown', 'bench', '', '', '', '', '{}', 0, '{}'
    FROM generate_series(1, %s)"""


def sealing(landlord: Landlord, open_page: Callable[[int], object], rounds: int) -> Iterator[Finding]:
    """Pages, each of which writes a line, and lines as fast as eight can write nothing else."""
    with sealer(landlord.small) as process:
        drain()
        pages, _waits = in_turn(process, partial(together, open_page, WRITERS, PAGES), rounds)
        lines, waits = in_turn(process, write, rounds)
    show(f"{PAGES} pages by {WRITERS} clients", pages, rounds)
    a_second = PAGES / pages[SEALED].median * 1000
    yield finding("Accounts opened, to the same without the sealer", pages, SEALED, AIM, f"{a_second:,.0f} pages/s")
    show(f"{WRITERS} writers of {LINES} lines", lines, rounds)
    a_second = WRITERS * LINES / lines[SEALED].median * 1000
    yield finding("Writing nothing but the trace, to the same", lines, SEALED, AIM, f"{a_second:,.0f} lines/s")
    middle, longest = sorted(wait[0] for wait in waits)[len(waits) // 2], max(wait[1] for wait in waits)
    yield Finding("From a line to its leaf and the signature over it, under that load", middle, unit="s")
    yield Finding("The longest that one of these lines waited", longest, LEAF_SECONDS, unit="s")
    yield catching_up(landlord)


def in_turn(
    process: subprocess.Popen[bytes], act: Callable[[], object], rounds: int
) -> tuple[dict[str, Times], list[list[float]]]:
    """The same with the sealer asleep and awake; what it finds waiting, it has done before the next round. And how long
    lines waited while it was awake: the middle and the longest, in seconds, of each round."""
    taken: dict[str, list[float]] = {ALONE: [], SEALED: []}
    waits: list[list[float]] = []
    for _round in range(rounds):
        process.send_signal(signal.SIGSTOP)
        taken[ALONE].append(milliseconds(act))
        process.send_signal(signal.SIGCONT)
        drain()
        [(since,)] = run("SELECT clock_timestamp()")
        taken[SEALED].append(milliseconds(act))
        [(until,)] = run("SELECT clock_timestamp()")
        drain()
        waits.append(run(_WAITED, since, until)[0][0])
    return {name: Times(found) for name, found in taken.items()}, waits


def catching_up(landlord: Landlord, lines: int = 20_000) -> Finding:
    """How fast a sealer that was away comes back."""
    run(_MANY, lines)
    start = time.perf_counter()
    command = [sys.executable, "manage.py", "seal", "--once"]
    subprocess.run(command, env=environment(landlord.small), check=True, stdout=subprocess.DEVNULL)
    return Finding(
        "A sealer that was away catches up",
        lines / (time.perf_counter() - start),
        unit="lines/s",
        note="its start included",
    )


def write() -> None:
    """Until all writers are done, each on a connection of its own."""
    writers = [threading.Thread(target=_write) for _number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


def _write() -> None:
    try:
        for _line in range(LINES):
            look(events.LIST_SHOWN, Outcome.SHOWN, by="bench", list="accounts")
    finally:
        connections.close_all()


def drain() -> None:
    for _try in range(600):
        if run(_DRAINED) == [(True,)]:
            return
        time.sleep(0.1)
    raise RuntimeError("The sealer does not keep up.")


@contextmanager
def sealer(database: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "manage.py", "seal"], env=environment(database))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(30)
