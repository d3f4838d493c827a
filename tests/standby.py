"""Runs a hot standby of the test server: a copy made by pg_basebackup, which then streams every change."""

import dataclasses
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from housing.database.embedded import FAST_SETTINGS, MEMORY, SETTINGS, Cluster, find_cluster, memory_serves
from housing.database.postgres_binaries import Refusal, execute, reachable_programs
from tests.clones import run_as_super

# The primary's replication slot of the standby.
SLOT = "loge_test_standby"
# Longest time, in seconds, until the standby has replayed what the primary has written.
CATCH_UP = 30


@dataclasses.dataclass
class Standby:
    """A running standby. `folder` has its data and its socket."""

    cluster: Cluster
    programs: Path
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def ask(self, statement: str, *params: Any) -> Any:
        """Run a statement on the standby as superuser, and return the first column of its first row."""
        url = make_dsn(os.environ["LOGE_SUPER_URL"], host=str(self.folder))
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, params)
            [(value, *_others)] = cursor.fetchall()
            return value

    def catch_up(self) -> None:
        """Wait until the standby has replayed all that the primary has written until now."""
        position = written()
        end = time.monotonic() + CATCH_UP
        while not self.ask("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position):
            assert time.monotonic() < end, "the standby does not follow"
            time.sleep(0.02)

    def pause(self) -> None:
        self.catch_up()
        self.ask("SELECT pg_wal_replay_pause()")
        while self.ask("SELECT pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.01)

    def resume(self) -> None:
        self.ask("SELECT pg_wal_replay_resume()")

    def start(self) -> None:
        settings = {**SETTINGS, **FAST_SETTINGS, "unix_socket_directories": str(self.folder)}
        options = shlex.join([word for name, value in settings.items() for word in ("-c", f"{name}={value}")])
        self._control("start", "-w", "-l", self.folder / "log", "-o", options)

    def kill(self) -> None:
        self._control("stop", "-m", "immediate", "-w")

    def is_running(self) -> bool:
        with suppress(Refusal):
            self._control("status")
            return True
        return False

    def _control(self, verb: str, *words: str | Path) -> None:
        execute([self.programs / "pg_ctl", verb, "-s", "-D", self.data, *words], self.cluster.account)


def written() -> str:
    """Make the primary write all of its log to the disk, and return the position up to which it has written."""
    with closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"])) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SET synchronous_commit = on")
        cursor.execute("SELECT pg_logical_emit_message(true, 'loge', '')")
        cursor.execute("SELECT pg_current_wal_flush_lsn()::text")
        [(position,)] = cursor.fetchall()
        return str(position)


@contextmanager
def running_standby() -> Iterator[Standby]:
    """Copy the test server and start the copy as a standby. Fails if PostgreSQL's programs are missing."""
    cluster = find_cluster(os.environ, fast=True)
    programs = reachable_programs(cluster.programs, cluster.account, cluster.home)
    folder = Path(tempfile.mkdtemp(prefix="loge-standby-", dir=MEMORY if memory_serves() else "/tmp"))
    shutil.chown(folder, cluster.account.pw_uid, cluster.account.pw_gid)
    standby = Standby(cluster, programs, folder)
    source = make_dsn(**{**parse_dsn(os.environ["LOGE_SUPER_URL"]), "dbname": "postgres"})
    try:
        # With a slot, the primary keeps the log that the standby still has to read, however much other tests write.
        copy: list[str | Path] = [programs / "pg_basebackup", "-D", standby.data, "-d", source, "-C", "-S", SLOT]
        execute([*copy, "--checkpoint=fast", "--write-recovery-conf", "--no-sync"], cluster.account)
        standby.start()
        yield standby
    finally:
        if standby.is_running():
            standby.kill()
        shutil.rmtree(folder, ignore_errors=True)
        # The copy may have failed before it created the slot. The primary may not have noticed yet that the standby has
        # ended, and an active slot cannot be dropped.
        slot = f"FROM pg_replication_slots WHERE slot_name = '{SLOT}'"
        run_as_super(f"SELECT pg_terminate_backend(active_pid, 5000) {slot} AND active_pid IS NOT NULL")
        run_as_super(f"SELECT pg_drop_replication_slot(slot_name) {slot}")
