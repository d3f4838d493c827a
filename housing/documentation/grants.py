"""Describes what each database role may do, as read from a provisioned server: one text file for each role."""

from collections import defaultdict

from django.conf import settings
from django.db import connections

from access.database.recipients import policies_by_table, roles_reading
from housing.documentation.text import query, short_role, wrap
from oversight.register import dictionary

HEAD = """# {title}
# Written by `./dev docs`, from a provisioned server. A changed line is a changed right: review it.
"""
PUBLIC = "PUBLIC"

# SQL condition on the oid of a schema: true for every schema except those of PostgreSQL itself.
_OURS = "IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')"
_ROLES = """SELECT rolname, concat_ws(', ', CASE WHEN rolcanlogin THEN 'LOGIN' END,
        CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolinherit THEN 'INHERIT' END,
        CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
        CASE WHEN rolreplication THEN 'REPLICATION' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END)
    FROM pg_roles WHERE starts_with(rolname, %s) ORDER BY 1"""
_SETTINGS = """SELECT coalesce(r.rolname, 'PUBLIC'), unnest(s.setconfig) FROM pg_db_role_setting s
    LEFT JOIN pg_roles r ON r.oid = s.setrole
    WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = %s))"""
# Query for the memberships of each role. PostgreSQL 15 has no inherit_option, so the result has no "(inherited)".
_MEMBERSHIPS = """SELECT m.rolname, r.rolname,
        CASE WHEN (to_jsonb(a) ->> 'inherit_option')::boolean THEN ' (inherited)' END,
        CASE WHEN admin_option THEN ' (as administrator)' END
    FROM pg_auth_members a JOIN pg_roles m ON m.oid = member JOIN pg_roles r ON r.oid = roleid"""
# SQL expression for the name of the role that has a privilege. Queries leave out the owner, who has every privilege.
_GRANTEE = "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END"
_RELATIONS = f"""SELECT {_GRANTEE}, c.oid::regclass::text, a.privilege_type, NULL::name
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace {_OURS} AND a.grantee <> c.relowner
    UNION ALL SELECT {_GRANTEE}, c.oid::regclass::text, a.privilege_type, t.attname
    FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
    WHERE c.relnamespace {_OURS} AND a.grantee <> c.relowner"""  # noqa: S608 - constants
_COLUMNS = f"""SELECT c.oid::regclass::text, t.attname FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid
    WHERE c.relnamespace {_OURS} AND attnum > 0 AND NOT attisdropped"""  # noqa: S608 - constants
_POLICIES = """SELECT CASE r.oid WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r.oid) END, c.oid::regclass::text,
        CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END,
        concat_ws(' ', CASE WHEN NOT polpermissive THEN 'RESTRICTIVE' END,
            'USING ' || pg_get_expr(polqual, polrelid), 'WITH CHECK ' || pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy p JOIN pg_class c ON c.oid = polrelid, unnest(polroles) AS r (oid)"""
_FUNCTIONS = f"""SELECT {_GRANTEE}, p.oid::regprocedure::text, CASE WHEN prosecdef THEN ' as its owner' END
    FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE p.pronamespace {_OURS} AND a.grantee <> p.proowner
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype IN ('e', 'i'))"""  # noqa: S608 - constants
_CONTAINERS = f"""SELECT {_GRANTEE}, a.privilege_type, ' on schema ', n.nspname
    FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.oid {_OURS} AND a.grantee <> n.nspowner
    UNION ALL SELECT {_GRANTEE}, a.privilege_type, ' on the database', ''
    FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    WHERE d.datname = %s AND a.grantee <> d.datdba"""  # noqa: S608 - constants
# Query for notes in the documentation of the role `owner`, for example about tables without row-level security.
_UNGUARDED = f"""SELECT %s, 'table without row security: ', oid::regclass::text FROM pg_class
    WHERE relnamespace {_OURS} AND relkind IN ('r', 'p') AND NOT relispartition
      AND NOT (relrowsecurity AND relforcerowsecurity)
    UNION ALL SELECT %s, 'view that reads as its owner: ', oid::regclass::text FROM pg_class
    WHERE relnamespace {_OURS} AND relkind IN ('v', 'm')
      AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
    UNION ALL SELECT %s, 'belongs to another role: ', oid::regclass::text FROM pg_class
    WHERE relnamespace {_OURS} AND pg_get_userbyid(relowner) <> %s
    UNION ALL SELECT %s, 'rights on what will be made: ', defaclacl::text FROM pg_default_acl
    UNION ALL SELECT %s, 'no longer everybody''s: ', p.oid::regprocedure::text FROM pg_proc p
    WHERE pronamespace = 'pg_catalog'::regnamespace AND proacl IS DISTINCT FROM (SELECT initprivs FROM pg_init_privs i
        WHERE i.objoid = p.oid AND i.classoid = 'pg_proc'::regclass AND i.objsubid = 0)"""  # noqa: S608 - constants


def render_grants(database: str = "") -> dict[str, str]:
    """Return the generated files about privileges: file name -> text. There is a file for each database role, one for
    PUBLIC, and readers.txt.

    `database` is the database whose CONNECT privileges are read. Tests pass the template database, because PostgreSQL
    does not copy these privileges to a test's own copy.
    """
    server = _Server(database or str(connections["owner"].settings_dict["NAME"]))
    roles = {f"grants/{short_role(role).lower()}.txt": server.text_of(role) for role in (*server.attributes, PUBLIC)}
    return {**roles, "readers.txt": render_readers()}


def render_readers() -> str:
    """Render readers.txt. For each column of the database, the file lists the roles of employees who can see the column
    on a page. The GDPR register calls these employees the recipients."""
    policies, columns = policies_by_table(), defaultdict(list)
    for line in dictionary():
        table, _dot, column = line.column.partition(".")
        roles = ", ".join(role.code for role in roles_reading(line.entry, policies))
        columns[table, roles or "nobody"].append(column)
    blocks = [wrap(f"{table}: {roles}: {', '.join(names)}") for (table, roles), names in sorted(columns.items())]
    return "\n".join([HEAD.format(title="Which roles of people read which columns, by the register"), *blocks, ""])


class _Server:
    """All privileges of all database roles on a server. The method `text_of` renders the privileges of one role."""

    def __init__(self, database: str) -> None:
        owner = f"{settings.INSTANCE}_owner"
        self.attributes = dict(query(_ROLES, f"{settings.INSTANCE}_"))
        self._functions = self._by_role(_FUNCTIONS)
        self._others = {
            "set": self._by_role(_SETTINGS, database),
            "may become": self._by_role(_MEMBERSHIPS),
            "has": self._by_role(_CONTAINERS, database),
            "note": self._by_role(_UNGUARDED, *[owner] * 6),
        }
        self._columns = self._by_role(_COLUMNS)
        self._privileges: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for role, relation, privilege, column in query(_RELATIONS):
            columns = {column or ""}
            if not column and privilege in ("SELECT", "INSERT", "UPDATE"):
                # A privilege on a whole table is documented as a list of columns, so that a diff shows each new column.
                columns = set(self._columns[relation])
            self._privileges[role, relation][privilege] |= columns
        self._policies: dict[tuple[str, str], list[str]] = defaultdict(list)
        for role, relation, verb, rule in sorted(query(_POLICIES)):
            self._policies[role, relation].append(f"{verb} {rule}")

    def _by_role(self, statement: str, *parameters: str) -> dict[str, list[str]]:
        """Run a query whose first column is a role. Return role -> texts. A text joins the other columns of one row."""
        texts: dict[str, list[str]] = defaultdict(list)
        for role, *words in sorted(query(statement, *parameters), key=str):
            texts[role].append("".join(word or "" for word in words))
        return texts

    def text_of(self, role: str) -> str:
        lines = [f"role: {self.attributes.get(role, '') or 'no attribute'}"]
        lines += [f"{title}: {short_role(text)}" for title, texts in self._others.items() for text in texts[role]]
        lines += ["", *(f"calls {function}" for function in self._functions[role])]
        tables = sorted({table for whose, table in self._privileges.keys() | self._policies.keys() if whose == role})
        for table in tables:
            lines += ["", table]
            privileges = sorted(self._privileges[role, table].items())
            lines += [wrap(f"{verb} {', '.join(sorted(names))}", "  ") for verb, names in privileges]
            lines += [wrap(f"where {rule}", "  ") for rule in self._policies[role, table]]
        return "\n".join([HEAD.format(title=f"What {short_role(role)} may do"), *lines, ""])
