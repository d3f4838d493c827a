"""Applies the declared table policies without downtime: each table in a transaction of its own.

A concurrent query sees either the former or the new policies of a table. Each transaction locks one table only, so
deadlocks cannot abort the transactions of users. Policies that have not changed are not applied again, because this
would make readers of the table wait.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import md5
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import connections

from access.policies import Grant, TablePolicy, all_policies
from audit.lock_timeouts import patiently

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('loge provision'))"
_OWN_TABLES = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p', 'v') AND pg_has_role(relowner, 'USAGE')"""
# _STANDING selects each policy of a table with its comment and a hash of its definition, to detect manual changes.
_STANDING = """SELECT polname, obj_description(oid, 'pg_policy'), md5(concat_ws('|', polcmd, polpermissive,
        ARRAY (SELECT rolname FROM pg_roles WHERE oid = ANY (polroles) ORDER BY 1),
        pg_get_expr(polqual, polrelid), '', pg_get_expr(polwithcheck, polrelid)))
    FROM pg_policy WHERE polrelid = %s::regclass"""


def apply_policies(roles: Sequence[str], say: Any) -> None:
    """Give `roles` exactly the privileges that the apps declare in policies.py, and revoke all others.

    `say` is called with a message for the operator. Raises RuntimeError if another transaction keeps a table locked.
    """
    policies = {policy.table: policy for policy in all_policies()}
    functions = list(_declared("FUNCTIONS"))
    _at_once(replace_figures)
    _at_once(lambda cursor: _open_schema(cursor, roles, functions))
    with connections["owner"].cursor() as cursor:
        cursor.execute(_OWN_TABLES)
        existing = {name for (name,) in cursor.fetchall()}
    for table in sorted(existing | policies.keys()):
        policy = policies.get(table, TablePolicy(table, (), view=True))
        _at_once(lambda cursor, policy=policy: apply_policy(cursor, policy, roles))
    say(f"{len(policies)} tables verrouillées, {len(functions)} fonctions ouvertes à qui les appelle")


def _at_once(change: Any) -> None:
    patiently(change, using="owner", first=_ONE_AT_A_TIME)


def _open_schema(cursor: Any, roles: Sequence[str], functions: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Set the privileges on sequences and functions of the schema.

    Functions with the rights of their owner (SECURITY DEFINER) are revoked from PUBLIC and granted to the declared
    roles only.
    """
    named = ", ".join(f'"{role}"' for role in roles)
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {named}")
    cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {named}")
    cursor.execute(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {named}")
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prosecdef AND pg_has_role(proowner, 'USAGE')"
    )
    for (signature,) in cursor.fetchall():
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    for signature, callers in functions:
        for caller in callers:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {Grant(caller).roles}")


def replace_figures(cursor: Any) -> None:
    """Create or replace the SQL functions that return settings, for use in policies.

    The database login of the web process can call these functions but not change them.
    """
    for signature, figure in _declared("FIGURES"):
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {signature} RETURNS bigint LANGUAGE sql STABLE"
            f" SET search_path = pg_catalog, pg_temp AS $$SELECT {int(figure())}::bigint$$"
        )


def _declared(name: str) -> Iterator[tuple[str, Any]]:
    """Yields the items of the list called `name` in the policies.py of every app.

    `name` is FUNCTIONS (who may execute which SQL function) or FIGURES (SQL functions that return a setting).
    """
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.policies"):
            yield from getattr(import_module(f"{config.name}.policies"), name, ())


def apply_policy(cursor: Any, policy: TablePolicy, roles: Sequence[str]) -> None:
    """Set the privileges of the database roles on one table, and the table's row-level security policies."""
    named = ", ".join(f'"{role}"' for role in roles)
    cursor.execute(f"REVOKE ALL ON {policy.table} FROM PUBLIC, {named}")
    for grant in policy.grants:
        columns = f" ({grant.columns})" if grant.columns else ""
        for verb in grant.verbs:
            cursor.execute(f"GRANT {verb}{columns} ON {policy.table} TO {grant.roles}")
    if not policy.view:
        cursor.execute(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [policy.table]
        )
        if cursor.fetchone() != (True,):
            cursor.execute(f"ALTER TABLE {policy.table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        _set_policies(cursor, policy)


def _set_policies(cursor: Any, policy: TablePolicy) -> None:
    """Create, replace or drop the policies of a table that differ from the declaration.

    The comment of each policy stores two hashes: that of the declared SQL, and that of the policy as PostgreSQL prints
    it. If both hashes still match, the policy is not touched.
    """
    wanted = dict(policies_of(policy))
    standing = {
        name: comment == f"{_digest(wanted.get(name, ''))} {server_hash}"
        for name, comment, server_hash in _read(cursor, policy.table)
    }
    for name in standing:
        if not standing[name]:
            cursor.execute(f'DROP POLICY "{name}" ON {policy.table}')
    made = [name for name in wanted if not standing.get(name)]
    for name in made:
        cursor.execute(wanted[name])
    for name, _comment, server_hash in _read(cursor, policy.table) if made else ():
        if name in made:
            cursor.execute(
                f'COMMENT ON POLICY "{name}" ON {policy.table} IS %s', [f"{_digest(wanted[name])} {server_hash}"]
            )


def _read(cursor: Any, table: str) -> list[tuple[str, str | None, str]]:
    cursor.execute(_STANDING, [table])
    return list(cursor.fetchall())


def policies_of(policy: TablePolicy) -> Iterator[tuple[str, str]]:
    """Yields (name, CREATE statement) for each policy of the table."""
    for number, grant in enumerate(policy.grants):
        for verb in grant.verbs:
            name = f"{grant.to}_{verb.lower()}_{number}"
            using = "" if verb == "INSERT" else f" USING ({grant.using})"
            check = f" WITH CHECK ({grant.check or grant.using})" if verb in {"INSERT", "UPDATE"} else ""
            yield name, f'CREATE POLICY "{name}" ON {policy.table} FOR {verb} TO {grant.roles}{using}{check}'


def _digest(words: str) -> str:
    return md5(words.encode(), usedforsecurity=False).hexdigest()
