"""Measures how fast `populate` creates an invented landlord in bulk, compared with two other ways.

The first is a plain COPY of the same rows into tables with all their indexes. The second is `populate` in the usual
way, which does not drop the indexes first.
"""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from demo.populate import filling
from demo.populate.filling import populate
from tests.bench.measure import Finding, Times, milliseconds, show
from tests.clones import run_as_super, stand_on

AIM = 3
# With a million leases, `populate` took 31 minutes in the usual way, and shall take ten minutes in bulk.
# With few leases, whose indexes fit in memory, bulk loading may take BULK_AIM times as long as the usual way.
BULK_AIM = 0.6


def against_copy(leases: int, rounds: int) -> list[Finding]:
    durations: dict[str, list[float]] = {"a plain COPY": [], "the usual way": [], "populate": []}
    with empty_database() as empty, tempfile.TemporaryDirectory() as folder:
        for _round in range(rounds):
            with cloned(empty):
                start = milliseconds(lambda: populate(leases, 1, by="bench"))
                durations["populate"].append(start)
                tables = _dump_tables(Path(folder))
            with cloned(empty), patch.object(filling, "BULK_LEASES", leases + 1):
                durations["the usual way"].append(milliseconds(lambda: populate(leases, 1, by="bench")))
            with cloned(empty):
                durations["a plain COPY"].append(milliseconds(partial(_copy, Path(folder), tables)))
    times = {name: Times(rounds) for name, rounds in durations.items()}
    if rounds > 1:
        show(f"Populate {leases:,} leases", times, rounds)
    ratio = times["populate"].ratio(times["a plain COPY"])
    seconds = times["populate"].median / 1000
    usual = times["the usual way"]
    return [
        Finding(
            "Populate, relative to a plain COPY of its rows", ratio, AIM, note=f"{leases:,} leases in {seconds:.1f} s"
        ),
        Finding(
            "Populate an empty landlord, relative to the same with its indexes",
            times["populate"].ratio(usual),
            BULK_AIM,
            note=f"{leases:,} leases in {usual.median / 1000:.1f} s with its indexes",
        ),
    ]


@contextmanager
def empty_database() -> Iterator[str]:
    name = f"{settings.INSTANCE}_bench_{uuid4().hex[:8]}_empty"
    stand_on(name)
    try:
        call_command("provision", verbosity=0, stdout=io.StringIO())
        yield name
    finally:
        stand_on("postgres")
        run_as_super(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def cloned(template: str) -> Iterator[str]:
    """Copy a database, use the copy inside the `with` block, and drop it on exit. Yields the name of the copy."""
    name = f"{template}_{uuid4().hex[:4]}"
    stand_on("postgres")
    run_as_super(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {settings.INSTANCE}_owner STRATEGY FILE_COPY")
    stand_on(name)
    try:
        yield name
    finally:
        stand_on("postgres")
        run_as_super(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _dump_tables(folder: Path) -> list[str]:
    """Write each non-empty table to a file. Returns the tables' names in the order that foreign keys require."""
    tables = [table for table in _ORDER if _rows(table)]
    with connections["owner"].cursor() as cursor:
        for table in tables:
            with (folder / table).open("w") as file:
                cursor.cursor.copy_expert(f"COPY {table} TO STDOUT", file)
    return tables


_ORDER = (
    "access_place",
    "access_person",
    "access_assignment",
    "buildings_building",
    "buildings_address",
    "buildings_unit",
    "tenants_tenant",
    "tenants_identity",
    "tenants_helpcode",
    "tenants_lease",
    "tenants_leaseunit",
    "tenants_leaseparty",
    "tenants_residence",
    "tenants_account",
    "tenants_discreetmark",
    "tenants_discreetname",
    "ledger_bankdetail",
    "ledger_entry",
)


def _rows(table: str) -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        return bool(cursor.fetchone()[0])


def _copy(folder: Path, tables: list[str]) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in tables:
            with (folder / table).open() as file:
                cursor.cursor.copy_expert(f"COPY {table} FROM STDIN", file)
