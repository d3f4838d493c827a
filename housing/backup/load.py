"""The way back: into a server without a database of that name, compared line by line with what was copied."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from access.provision import make_database
from housing.backup import archive
from housing.backup.again import do_again, read_lists
from housing.backup.make import postgres
from housing.backup.roles import make_roles
from housing.backup.state import differences, state_of
from housing.programs import Refusal


class Unlike(Exception):
    """What was loaded differs from what was copied; one line a difference."""


def restore(super_url: str, source: Path, identity: Path | None = None) -> dict[str, Any]:
    """The manifest of the copy that now stands there."""
    lists = read_lists()
    with archive.workshop(source.parent) as parts:
        manifest = archive.read(source, parts, identity)
        _refuse_another_house(manifest)
        name = settings.DATABASES["owner"]["NAME"]
        _prepare(super_url, name, json.loads((parts / archive.ROLES).read_text(encoding="utf-8")))
        url = make_dsn(super_url, dbname=name)
        with _gone_if_it_fails(super_url, name):
            copied = str(parts / archive.DUMP)
            postgres(url, "pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={name}", copied)
    if found := differences(_under(manifest["state"], name), _state_at(url)):
        raise Unlike("\n".join(found))
    forgotten, withdrawn = do_again(url, lists)
    return {**manifest, "forgotten": forgotten, "withdrawn": withdrawn}


@contextmanager
def _gone_if_it_fails(super_url: str, name: str) -> Iterator[None]:
    """What was made a moment ago and holds nothing would forbid the next try."""
    try:
        yield
    except Refusal:
        with closing(psycopg2.connect(super_url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        raise


def _refuse_another_house(manifest: dict[str, Any]) -> None:
    if manifest["instance"] != settings.INSTANCE:
        raise archive.NotACopy(
            f"La copie est celle de « {manifest['instance']} » : LOGE_INSTANCE={manifest['instance']} la restaure."
        )


def _prepare(super_url: str, name: str, roles: dict[str, Any]) -> None:
    with closing(psycopg2.connect(super_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                raise archive.NotACopy(f"La base {name} existe déjà sur ce serveur : une restauration n’écrase rien.")
            make_roles(cursor, roles, connection.server_version)
    make_database(super_url, lambda said: None)


def _state_at(url: str) -> dict[str, dict[str, str]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        return state_of(cursor)


def _under(state: dict[str, dict[str, str]], name: str) -> dict[str, dict[str, str]]:
    """The copy may stand under another name than the original: its privileges stay the same."""
    privileges = state["database privilege"].values()
    return {**state, "database privilege": dict.fromkeys([name], next(iter(privileges)))}
