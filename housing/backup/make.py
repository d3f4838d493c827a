"""Makes a backup: a dump of the database, and a description of the database's state, with which a restore is compared.
Dump and state are read in one snapshot, so both describe the same moment."""

import json
import os
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
from django.conf import settings
from psycopg2.extensions import parse_dsn

from audit import events
from audit.events import Outcome
from audit.record import record_view
from housing.backup import archive
from housing.backup.roles import roles_of
from housing.backup.state import NOT_COPIED, state_of
from housing.database.postgres_binaries import Refusal, client_programs

_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def make_backup(url: str, target: Path, recipient: str = "") -> int:
    """Write a backup and return its number of rows.

    The audit event is written before the file gets its final name, so that no backup exists without an event.
    """
    with archive.workshop(target.parent) as parts, closing(psycopg2.connect(url)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            [(snapshot_id,)] = cursor.fetchall()
            snapshot, dump = f"--snapshot={snapshot_id}", f"--file={parts / archive.DUMP}"
            left_out = [f"--exclude-table-data={name}" for name in NOT_COPIED]
            postgres(url, "pg_dump", "--format=custom", snapshot, dump, *left_out)
            state = state_of(cursor)
            roles = roles_of(cursor, f"{settings.INSTANCE}_", connection.server_version)
        (parts / archive.ROLES).write_text(json.dumps(roles), encoding="utf-8")
        rows = sum(int(count_and_sum.split()[0]) for count_and_sum in state["rows"].values())
        record_view(events.BACKUP_TAKEN, Outcome.SHOWN, by="backup", count=rows, encrypted=int(bool(recipient)))
        manifest = {
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "instance": settings.INSTANCE,
            "database": connection.info.dbname,
            "server": connection.server_version,
            "state": state,
        }
        archive.write(target, parts, manifest, recipient)
    if settings.BACKUP_STAMP:
        Path(settings.BACKUP_STAMP).touch()
    return rows


def postgres(url: str, program: str, *arguments: str) -> None:
    """Run a PostgreSQL program. The password is passed in the environment, because anybody can read command lines."""
    parts = parse_dsn(url)
    given = {_VARIABLES.get(name, f"PG{name.upper()}"): value for name, value in parts.items()}
    with closing(psycopg2.connect(url)) as connection:
        path = client_programs(os.environ, connection.server_version // 10_000) / program
    done = subprocess.run(  # noqa: S603 - no shell, and no argument comes from a request
        [path, *arguments],
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Refusal(f"{program} : {' '.join(done.stderr.strip().splitlines()[-2:])}")
