"""Creates or updates what Loge needs on a database server: roles, database, tables, table policies."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command
from psycopg2 import sql
from psycopg2.extensions import make_dsn, parse_dsn

from access.compartments import Compartment
from access.database.apply_policies import apply_policies
from access.database.timeouts import TIMEOUTS
from access.database.web_logins import SWITCHING_LOGINS
from access.models import RoleCompartment
from access.roles import enforced

Say = Callable[[str], None]
OLDEST = 150000  # Loge requires PostgreSQL 15 or later, because of views with the option security_invoker.
# LOGINS maps database logins to role attributes. No web process uses a login that bypasses row-level security.
LOGINS = {
    "owner": "BYPASSRLS CREATEDB",
    **{login.name: "NOINHERIT NOBYPASSRLS" for login in SWITCHING_LOGINS},
    "trace": "NOINHERIT NOBYPASSRLS",
    "jobs": "BYPASSRLS",
    "prune": "NOINHERIT NOBYPASSRLS",
    "seal": "NOINHERIT NOBYPASSRLS",
    "backup": "BYPASSRLS",
    "cache": "NOINHERIT NOBYPASSRLS",
}
_OPEN_TO_ALL = """SELECT oid::regprocedure::text FROM pg_proc p
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND (proname ~ '^lo_' OR proname IN ('loread', 'lowrite', 'pg_terminate_backend', 'pg_cancel_backend'))
      AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
    ORDER BY 1"""
_ALIASES = {"web": "default"}  # The login "web" has the alias "default" in settings.DATABASES, not its own name.

LOCK_TIMEOUT = "1min"


def provision(super_url: str, say: Say) -> None:
    """Create or update roles, database, tables and policies.

    `super_url` is the database URL of a login that may create roles. The password of each login that Loge uses comes
    from the login's own database URL. Raises RuntimeError if the server is too old.
    """
    with psycopg2.connect(super_url) as connection:
        if connection.server_version < OLDEST:
            raise RuntimeError("PostgreSQL 15 ou plus récent est nécessaire.")
        make_roles(connection, say)
    make_database(super_url, say)
    close_server_functions(super_url, say)
    call_command("migrate", database="owner", verbosity=0)
    roles = [login_name(login) for login in LOGINS if login != "owner"]
    apply_policies([*roles, *(compartment.database_role for compartment in Compartment)], say)
    sync_roles(say)


def login_name(login: str) -> str:
    return f"{settings.INSTANCE}_{login}"


def make_roles(connection: Any, say: Say) -> None:
    with connection.cursor() as cursor:
        # An advisory lock makes two Loge instances on one database server change its roles one after the other.
        # Waiting for the advisory lock has a timeout, because any database login can take the lock and keep it.
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('loge roles'))")
        for login, attributes in LOGINS.items():
            _ensure_role(cursor, login_name(login), f"LOGIN NOSUPERUSER NOCREATEROLE {attributes}", say)
            if login in settings.OTHER_LOGINS:
                password = parse_dsn(settings.OTHER_LOGINS[login]).get("password")
            else:
                password = settings.DATABASES[_ALIASES.get(login, login)].get("PASSWORD")
            if password:
                statement = sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(login_name(login)))
                cursor.execute(statement, [str(password)])
            for name, limit in TIMEOUTS[login]._asdict().items() if login in TIMEOUTS else ():
                cursor.execute(f'ALTER ROLE "{login_name(login)}" SET {name} = %s', [limit])
        for compartment in Compartment:
            _ensure_role(cursor, compartment.database_role, "NOLOGIN NOSUPERUSER NOBYPASSRLS", say)
        cursor.execute(f'GRANT pg_read_all_data TO "{login_name("backup")}"')
        # A login gets a compartment's rights only after SET ROLE. PostgreSQL 15 needs NOINHERIT on the login for this.
        how = " WITH INHERIT FALSE, SET TRUE" if connection.server_version >= 160000 else ""
        for web_login in SWITCHING_LOGINS:
            for compartment in web_login.compartments:
                cursor.execute(f'GRANT "{compartment.database_role}" TO "{login_name(web_login.name)}"{how}')
            # Revoke role memberships that SWITCHING_LOGINS does not list, for example those that were granted by hand.
            for compartment in set(Compartment).difference(web_login.compartments):
                cursor.execute(f'REVOKE "{compartment.database_role}" FROM "{login_name(web_login.name)}"')


def make_database(super_url: str, say: Say) -> None:
    name, owner = settings.DATABASES["owner"]["NAME"], sql.Identifier(login_name("owner"))
    connection = psycopg2.connect(super_url)
    connection.autocommit = True  # Autocommit is required because CREATE DATABASE cannot run in a transaction.
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                        sql.Identifier(name), owner
                    )
                )
                say(f"base {name} créée")
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            for login in LOGINS:
                cursor.execute(
                    sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                        sql.Identifier(name), sql.Identifier(login_name(login))
                    )
                )
            # Imports first fill temporary tables, so the two database roles that import files may create such tables.
            for loader in (login_name("jobs"), Compartment.INTAKE.database_role):
                cursor.execute(
                    sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(loader))
                )
    finally:
        connection.close()


def close_server_functions(super_url: str, say: Say) -> None:
    """Revoke from PUBLIC built-in PostgreSQL functions that Loge does not use: those for large objects, which no policy
    covers, and those that terminate other connections of the same login.

    Also revoke CREATE on the schema, which databases made by older PostgreSQL versions still grant to PUBLIC.
    """
    url = make_dsn(super_url, dbname=settings.DATABASES["owner"]["NAME"])
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute(_OPEN_TO_ALL)
        functions = [signature for (signature,) in cursor.fetchall()]
        for signature in functions:
            cursor.execute(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC")
        cursor.execute(_OPEN_TO_ALL)
        if left := len(cursor.fetchall()):
            say(f"{left} fonctions du serveur restent ouvertes à tous : seul son administrateur peut les fermer")
        elif functions:
            say(f"{len(functions)} fonctions du serveur fermées à tous")


def sync_roles(say: Say) -> None:
    """Make the database table of roles and compartments equal to access/roles.py."""
    rows = RoleCompartment.objects.using("owner")
    existing = {(row.role, row.compartment): row for row in rows}
    wanted = enforced()
    for pair in existing.keys() - wanted:
        existing[pair].delete(using="owner")
    missing = sorted(wanted - existing.keys())
    rows.bulk_create([RoleCompartment(role=role, compartment=compartment) for role, compartment in missing])
    say(f"table des rôles : {len(wanted)} lignes, {len(missing)} ajoutées, {len(existing.keys() - wanted)} retirées")


def _ensure_role(cursor: Any, name: str, attributes: str, say: Say) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(f'{verb} ROLE "{name}" WITH {attributes}')
    if verb == "CREATE":
        say(f"rôle {name} créé")
