"""Kills the primary under load, and measures how long the service is away and what was lost."""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.nightly.cluster.assembled import Cluster
from tests.nightly.cluster.books import Books, Faults
from tests.nightly.cluster.load import Load
from tests.nightly.cluster.machines import Node, send, until

LONGEST = 120  # If the service is away for this many seconds, the test fails.
QUIET = 3  # The service counts as back when it has refused no request for this many seconds.


@dataclass(frozen=True)
class Kind:
    """A way to kill the primary, and the number of seconds for which the service may then be away."""

    name: str
    kill: Callable[[Node], None]
    limit: int
    whole_node: bool


KINDS = (
    Kind("server process", Node.kill_server, 15, whole_node=False),
    Kind("node", Node.kill_all, 30, whole_node=True),
    Kind("node, silently", Node.freeze, 30, whole_node=True),
)


@dataclass(frozen=True)
class Kill:
    """The result of one kill: how long the service was away, and what was refused or lost.

    `seconds` is the time from the kill until the last refused request, or until the first success if none was refused.
    """

    kind: Kind
    seconds: float
    answered: int
    refused: int
    no_retry: int
    failed: int
    faults: Faults

    @property
    def passed(self) -> bool:
        return self.seconds <= self.kind.limit and not (self.no_retry or self.failed or self.faults)


def kill_primary(cluster: Cluster, load: Load, books: Books, kind: Kind) -> Kill:
    until(cluster.is_whole, 180, "a cluster with all its nodes")
    time.sleep(random.uniform(2, 6))
    victim, start = cluster.primary(), time.monotonic()
    kind.kill(victim)
    until(lambda: is_back(load, start), LONGEST, "service after the kill")
    if kind.whole_node:
        send(signal.SIGKILL, [*victim.pids(), *victim.server_pids()])
        for process in victim.processes.values():
            process.wait()
        victim.start_again()
    until(cluster.is_whole, 180, "the return of the node")
    return measure(load, books, kind, start)


def is_back(load: Load, start: float) -> bool:
    """Whether the service is back: each client was served since the kill, and none was refused for some seconds."""
    now = time.monotonic()
    return load.all_served(start) and not load.refused(max(start, now - QUIET)) and now > start + QUIET


def measure(load: Load, books: Books, kind: Kind, start: float) -> Kill:
    refused = load.refused(start)
    served = [answer.came for answer in load.since(start) if answer.status in (200, 201)]
    end = max([answer.came for answer in refused], default=min(served))
    return Kill(
        kind,
        end - start,
        len(load.since(start)),
        sum(1 for answer in refused if answer.status == 503),
        sum(1 for answer in refused if answer.status == 503 and not answer.retry),
        sum(1 for answer in refused if answer.status != 503),
        books.compare(load.paid()),
    )
