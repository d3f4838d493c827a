"""Upgrades Loge while clients use it, as docs/operations/running.md says, and moves the primary to another node."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.nightly.cluster.assembled import Cluster
from tests.nightly.cluster.load import Load
from tests.nightly.cluster.machines import KINDS, Machine, until

EXPAND = "ALTER TABLE tenants_account ADD COLUMN IF NOT EXISTS next_release text"
SWITCH_LIMIT = 15


@dataclass(frozen=True)
class Step:
    """A step of an upgrade, and how clients were answered during it.

    `refused` counts answers other than success. If `allowed`, answers with status 503 are accepted for some seconds.
    """

    name: str
    seconds: float
    answered: int
    refused: int
    failed: int
    allowed: bool = False

    @property
    def passed(self) -> bool:
        return not self.failed and (self.allowed or not self.refused)


def upgrade(cluster: Cluster, load: Load) -> list[Step]:
    return [
        measure(load, "migration: a new column, then `provision`", lambda: migrate(cluster)),
        measure(load, "the six web processes reloaded in turn", lambda: reload_all(cluster)),
        measure(load, "each web machine's processes stopped and started", lambda: restart_machines(cluster)),
        measure(load, "the primary moved with `patronictl switchover`", lambda: switch_over(cluster), allowed=True),
    ]


def measure(load: Load, name: str, act: Callable[[], None], *, allowed: bool = False) -> Step:
    """Carry out a step, and count the answers that clients got until each client was served again."""
    start = time.monotonic()
    act()
    end = time.monotonic()
    until(lambda: load.all_served(end), 60, f"service after: {name}")
    refused = load.refused(start)
    failed = [answer for answer in refused if answer.status != 503 or not answer.retry]
    if allowed:
        failed += [answer for answer in refused if answer.came - start > SWITCH_LIMIT]
    away = max((answer.came - start for answer in refused), default=0.0)
    seconds = away if allowed else end - start
    return Step(name, seconds, len(load.since(start)), len(refused), len(failed), allowed)


def migrate(cluster: Cluster) -> None:
    cluster.ask(EXPAND)
    cluster.manage("provision")


def workers(master: int) -> set[int]:
    return {int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()}


def reload_process(machine: Machine, kind: str) -> None:
    """Reload a web process as systemd does, and wait until no worker of the old code is left."""
    master = machine.processes[kind].pid
    before = workers(master)
    os.kill(master, signal.SIGHUP)
    until(lambda: workers(master) and not workers(master) & before, 120, "new workers")


def reload_all(cluster: Cluster) -> None:
    for web in cluster.webs.values():
        for kind in KINDS:
            reload_process(web, kind)
        until(cluster.is_served, 120, "an answer of each web process")


def restart_machines(cluster: Cluster) -> None:
    """Stop and start the web processes of one machine after the other, as when each machine is rebooted."""
    for web in cluster.webs.values():
        for kind in KINDS:
            web.processes[kind].terminate()
        for kind in KINDS:
            web.processes.pop(kind).wait(60)
            web.start_web(kind)
        until(cluster.is_served, 120, "an answer of each web process")


def switch_over(cluster: Cluster) -> None:
    until(cluster.is_whole, 120, "a cluster with all its nodes")
    old = cluster.primary()
    candidate = next(name for name, (role, _state) in cluster.members().items() if role == "sync_standby")
    words = ("switchover", "--leader", old.name, "--candidate", candidate, "--force")
    old.run("patronictl", "-c", f"{old.folder}/patroni.yml", *words)
    until(cluster.is_whole, 120, "the return of the old primary")
