"""Reads the database roles of this installation for a backup, without passwords, and creates them on another server for
a restore."""

from typing import Any

from psycopg2 import sql

_ATTRIBUTES = ("super", "createrole", "createdb", "inherit", "canlogin", "replication", "bypassrls")
_WORDS = {"super": "SUPERUSER", "canlogin": "LOGIN"}
_ROLES = (
    f"SELECT rolname, {', '.join('rol' + name for name in _ATTRIBUTES)} FROM pg_roles WHERE starts_with(rolname, %s)"  # noqa: S608 - the names above
)
_MEMBERS = """SELECT roleid::regrole::text, member::regrole::text, {} FROM pg_auth_members
    WHERE starts_with(member::regrole::text, %s) ORDER BY 1, 2"""
_HOW = "CASE WHEN inherit_option THEN 'INHERIT TRUE' ELSE 'INHERIT FALSE' END"
Roles = dict[str, Any]
# From this server version (PostgreSQL 16), GRANT of a role has the options INHERIT and SET, which a backup contains.
GRANT_OPTIONS = 160000


def roles_of(cursor: Any, prefix: str, version: int) -> Roles:
    cursor.execute(_ROLES, [prefix])
    roles = {name: [bool(value) for value in values] for name, *values in cursor.fetchall()}
    cursor.execute(_MEMBERS.format(_HOW if version >= GRANT_OPTIONS else "''"), [prefix])
    return {"roles": dict(sorted(roles.items())), "members": [list(row) for row in cursor.fetchall()]}


def make_roles(cursor: Any, wanted: Roles, version: int) -> None:
    """Create the database roles of a backup that are missing on this server, and set the attributes and memberships of
    all roles. No passwords are set, because a backup contains none."""
    for name, values in wanted["roles"].items():
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        words = " ".join(
            ("" if given else "NO") + _WORDS.get(attribute, attribute.upper())
            for attribute, given in zip(_ATTRIBUTES, values, strict=True)
        )
        cursor.execute(sql.SQL(f"{verb} ROLE {{}} WITH {words}").format(sql.Identifier(name)))
    for role, member, how in wanted["members"]:
        options = f" WITH {how}, SET TRUE" if how and version >= GRANT_OPTIONS else ""
        cursor.execute(sql.SQL(f"GRANT {{}} TO {{}}{options}").format(sql.Identifier(role), sql.Identifier(member)))
