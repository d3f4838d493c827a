"""Measures how much the sealer, the process that adds audit events to the sealed log, slows the writing of events.
Also measures how long an event waits until it is in the sealed log.
"""

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
from audit.record import record_view
from tests.bench.landlord import Landlord
from tests.bench.load import open_concurrently
from tests.bench.measure import Finding, Times, finding, milliseconds, show
from tests.bench.serving import environment
from tests.builders import run

# In a round, `WRITERS` threads write `LINES` events each. During one round the sealer makes several passes.
WRITERS, LINES = 8, 1_000
PAGES = 80
ALONE, SEALED = "without the sealer", "with the sealer"
AIM = 1 / 0.95
# SQL that is true once every event is in the sealed log and a checkpoint, a signed state of the log, covers them all.
_DRAINED = """SELECT (SELECT count(*) FROM audit_leaf) = (SELECT count(*) FROM audit_event)
    AND (SELECT count(*) FROM audit_leaf) = (SELECT max(size) FROM audit_checkpoint)"""
LEAF_SECONDS = 1
# Median and longest time from an event to the first checkpoint, a signed state of the sealed log, that covers it.
_WAITED = """SELECT percentile_cont(ARRAY[0.5, 1]) WITHIN GROUP (ORDER BY extract(epoch FROM c.at - l.at)::float8)
    FROM audit_leaf l CROSS JOIN LATERAL
        (SELECT at FROM audit_checkpoint WHERE size > l.number ORDER BY size LIMIT 1) c
    WHERE l.at >= %s AND l.at < %s"""
_MANY = """INSERT INTO audit_event
    (id, kind, outcome, machine, role, permission, route, about_kind, shown, count, facts)
    SELECT gen_random_uuid(), 'list_shown', 'shown', 'bench', '', '', '', '', '{}', 0, '{}'
    FROM generate_series(1, %s)"""


def sealing(landlord: Landlord, open_page: Callable[[int], object], rounds: int) -> Iterator[Finding]:
    """Compare the speed with and without the sealer, the process that adds audit events to the sealed log. Measure
    account pages, each of which writes an event, and then eight threads that only write events."""
    with sealer(landlord.small) as process:
        drain()
        pages, _waits = in_turn(process, partial(open_concurrently, open_page, WRITERS, PAGES), rounds)
        lines, waits = in_turn(process, write_events, rounds)
    show(f"{PAGES} pages by {WRITERS} clients", pages, rounds)
    a_second = PAGES / pages[SEALED].median * 1000
    yield finding(
        "Accounts opened, relative to the same without the sealer", pages, SEALED, AIM, f"{a_second:,.0f} pages/s"
    )
    show(f"{WRITERS} writers of {LINES} events", lines, rounds)
    a_second = WRITERS * LINES / lines[SEALED].median * 1000
    yield finding("Writing audit events only, relative to the same", lines, SEALED, AIM, f"{a_second:,.0f} events/s")
    middle, longest = sorted(pair[0] for pair in waits)[len(waits) // 2], max(pair[1] for pair in waits)
    yield Finding("From an event to its leaf and checkpoint, under that load", middle, unit="s")
    yield Finding("The longest wait of one of these events", longest, LEAF_SECONDS, unit="s")
    yield catching_up(landlord)


def in_turn(
    process: subprocess.Popen[bytes], act: Callable[[], object], rounds: int
) -> tuple[dict[str, Times], list[list[float]]]:
    """Time `act` in alternating rounds: with the sealer stopped, and with the sealer running and not behind.

    Returns the times without and with the sealer. For each round with the sealer, it also returns the median and the
    longest time, in seconds, until an event is in the sealed log.
    """
    durations: dict[str, list[float]] = {ALONE: [], SEALED: []}
    waits: list[list[float]] = []
    for number in range(rounds):
        # Every second round begins with the sealer. Otherwise one way would always follow the sealer's catching up.
        for name in (ALONE, SEALED) if number % 2 else (SEALED, ALONE):
            if name == ALONE:
                process.send_signal(signal.SIGSTOP)
            [(since,)] = run("SELECT clock_timestamp()")
            durations[name].append(milliseconds(act))
            [(until,)] = run("SELECT clock_timestamp()")
            process.send_signal(signal.SIGCONT)
            drain()
            if name == SEALED:
                waits.append(run(_WAITED, since, until)[0][0])
    return {name: Times(milliseconds_of_rounds) for name, milliseconds_of_rounds in durations.items()}, waits


def catching_up(landlord: Landlord, lines: int = 20_000) -> Finding:
    """Measure how many events per second the sealer (`manage.py seal`) adds to the sealed log after a pause, when many
    events wait."""
    run(_MANY, lines)
    start = time.perf_counter()
    command = [sys.executable, "manage.py", "seal", "--once"]
    subprocess.run(command, env=environment(landlord.small), check=True, stdout=subprocess.DEVNULL)
    return Finding(
        "Catching up after a pause of the sealer",
        lines / (time.perf_counter() - start),
        unit="events/s",
        note="including its start",
    )


def write_events() -> None:
    """Write events from concurrent threads, each with its own connections, and wait until all threads have ended."""
    writers = [threading.Thread(target=_write_some) for _number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()


def _write_some() -> None:
    try:
        for _line in range(LINES):
            record_view(events.LIST_SHOWN, Outcome.SHOWN, by="bench", list="accounts")
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
