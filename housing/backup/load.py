"""Restores a backup into a server that does not have the database yet, and compares the result with the backup."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from access.database.provision import make_database
from housing.backup import archive
from housing.backup.again import do_again, read_lists
from housing.backup.make import postgres
from housing.backup.roles import make_roles
from housing.backup.state import differences, state_of
from housing.database.postgres_binaries import Refusal


class Unlike(Exception):
    """Raised if the restored database differs from the backup. The message has one line for each difference."""


def restore(super_url: str, source: Path, identity: Path | None = None) -> dict[str, Any]:
    """Restore a backup, compare the restored database with the backup, and return the backup's manifest.

    Raises NotACopy for an unusable file, ListRefused for a missing list of erasures or revocations, Refusal if a
    program of PostgreSQL fails, and Unlike if the restored database differs from the backup.
    """
    lists = read_lists()
    with archive.workshop(source.parent) as parts:
        manifest = archive.unpack(source, parts, identity)
        if manifest["instance"] != settings.INSTANCE:
            raise archive.NotACopy(
                f"La copie est celle de « {manifest['instance']} » : LOGE_INSTANCE={manifest['instance']} la restaure."
            )
        name = settings.DATABASES["owner"]["NAME"]
        _prepare(super_url, name, json.loads((parts / archive.ROLES).read_text(encoding="utf-8")))
        url = make_dsn(super_url, dbname=name)
        try:
            dump = str(parts / archive.DUMP)
            postgres(url, "pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={name}", dump)
        # After a failed pg_restore, drop the new, empty database: the next attempt would refuse an existing database.
        except Refusal:
            with closing(psycopg2.connect(super_url)) as connection:
                connection.autocommit = True
                connection.cursor().execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
            raise
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        actual = state_of(cursor)
    # The restored database may have another name than in the manifest: expect database privileges under the new name.
    privileges = next(iter(manifest["state"]["database privilege"].values()))
    expected = {**manifest["state"], "database privilege": {name: privileges}}
    if lines := differences(expected, actual):
        raise Unlike("\n".join(lines))
    forgotten, withdrawn = do_again(url, lists)
    return {**manifest, "forgotten": forgotten, "withdrawn": withdrawn}


def _prepare(super_url: str, name: str, roles: dict[str, Any]) -> None:
    with closing(psycopg2.connect(super_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                raise archive.NotACopy(f"La base {name} existe déjà sur ce serveur : une restauration n’écrase rien.")
            make_roles(cursor, roles, connection.server_version)
    make_database(super_url, lambda message: None)
