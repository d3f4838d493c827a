"""Documents the tables, row policies and triggers of a provisioned server, as text files in docs/database."""

import re
from collections import defaultdict
from collections.abc import Iterable

from housing.documentation.text import WRITTEN, app_of, query, short_role, wrap

# The documentation leaves out monthly partitions: each month adds a partition with the same columns as its table.
_TABLES = """SELECT c.oid, c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relnamespace IN ('public'::regnamespace, to_regnamespace('masked')) AND c.relkind IN ('r', 'p', 'v')
      AND NOT (c.relispartition AND c.relname ~ '_[0-9]{6}$')"""
_KINDS = f"""SELECT name, CASE WHEN c.relkind = 'v' THEN 'view' || CASE
            WHEN 'security_invoker=true' = ANY (c.reloptions) THEN ', reads with the rights of its reader'
            ELSE ', reads as its owner' END
        WHEN c.relkind = 'p' THEN 'partitioned by ' || pg_get_partkeydef(c.oid)
        WHEN c.relispartition THEN 'partition ' || pg_get_expr(c.relpartbound, c.oid) ELSE '' END
    FROM ({_TABLES}) t JOIN pg_class c USING (oid)"""  # noqa: S608 - constants
_COLUMNS = f"""SELECT name, concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'not null' END, CASE WHEN a.attidentity <> '' THEN 'identity' END,
        CASE WHEN a.attgenerated <> '' THEN 'generated ' || pg_get_expr(d.adbin, d.adrelid)
            ELSE 'default ' || pg_get_expr(d.adbin, d.adrelid) END)
    FROM ({_TABLES}) t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum ORDER BY name, a.attnum"""  # noqa: S608 - constants
_CONSTRAINTS = f"""SELECT name, conname || ': ' || pg_get_constraintdef(k.oid)
    FROM ({_TABLES}) t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype <> 'n'
    ORDER BY name, k.contype, conname COLLATE "C" """  # noqa: S608 - constants
_INDEXES = f"""SELECT name, regexp_replace(pg_get_indexdef(i.indexrelid), ' ON (ONLY )?(public\\.)?[a-z_]+', '')
    FROM ({_TABLES}) t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class x ON x.oid = i.indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))
    ORDER BY name, x.relname COLLATE "C" """  # noqa: S608 - constants
_POLICIES = f"""SELECT name, CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
            WHEN 'd' THEN 'DELETE' ELSE 'ALL' END || CASE WHEN polpermissive THEN '' ELSE ' (restrictive)' END,
        ARRAY (SELECT rolname::text FROM pg_roles WHERE oid = ANY (polroles) ORDER BY 1),
        pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    FROM ({_TABLES}) t JOIN pg_policy p ON p.polrelid = t.oid"""  # noqa: S608 - constants
_TRIGGERS = f"""SELECT name, tgname,
        CASE tgenabled WHEN 'A' THEN ', always' WHEN 'O' THEN '' ELSE ', ' || tgenabled::text END,
        pg_get_triggerdef(g.oid)
    FROM ({_TABLES}) t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT tgisinternal
    ORDER BY name, tgname COLLATE "C" """  # noqa: S608 - constants


def render_tables() -> dict[str, str]:
    """List, for each app, its tables and views with their columns, constraints and indexes."""
    parts: dict[str, list[str]] = defaultdict(list)
    for statement, title in ((_COLUMNS, ""), (_CONSTRAINTS, "constraint "), (_INDEXES, "")):
        for table, text in query(statement):
            parts[table].append(wrap(f"{title}{text}", "  "))
    tables = ((table, f"{table}{f' ({kind})' if kind else ''}") for table, kind in sorted(query(_KINDS)))
    return _by_app("tables", "Tables and views", ((table, [head, *parts[table]]) for table, head in tables))


def render_policies() -> dict[str, str]:
    """List, for each app, the row policies of its tables: who may do what to which rows."""
    roles_by_rule: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for table, verb, roles, using, check in query(_POLICIES):
        roles_by_rule[table, verb, using or "", check or ""].update(map(short_role, roles or ["PUBLIC"]))
    parts: dict[str, list[str]] = defaultdict(list)
    for (table, verb, using, check), names in sorted(roles_by_rule.items()):
        parts[table].append(wrap(f"{verb} to {', '.join(sorted(names))}", "  "))
        parts[table] += [wrap(f"using {_readable(using)}", "      ")] if using else []
        parts[table] += [wrap(f"check {_readable(check)}", "      ")] if check and check != using else []
    return _by_app("policies", "Row policies", ((table, [table, *lines]) for table, lines in sorted(parts.items())))


def _readable(condition: str) -> str:
    """Shorten the condition of a row policy for the documentation: remove the casts to text and the column names
    (`f(x) AS f`) that PostgreSQL adds."""
    return re.sub(r"\b(\w+)(\([^()]*\)) AS \1\b", r"\1\2", condition.replace("::text", ""))


def render_triggers() -> dict[str, str]:
    """List the triggers of each table. The word "always" marks triggers that fire even if a session sets
    session_replication_role to replica, which disables ordinary triggers."""
    parts: dict[str, list[str]] = defaultdict(list)
    for table, name, always, definition in query(_TRIGGERS):
        when = re.sub(r"^CREATE TRIGGER \w+ (.*?) ON \S+", r"\1", definition, flags=re.DOTALL)
        parts[table].append(wrap(f"{name}{always}: {when}", "  "))
    blocks = ("\n".join([table, *lines]) for table, lines in sorted(parts.items()))
    return {"triggers.txt": "\n\n".join([_head("Triggers"), *blocks]) + "\n"}


def _by_app(folder: str, title: str, blocks: Iterable[tuple[str, list[str]]]) -> dict[str, str]:
    texts: dict[str, list[str]] = defaultdict(list)
    for table, lines in blocks:
        texts[app_of(table)].append("\n".join(lines))
    return {f"{folder}/{app}.txt": "\n\n".join([_head(f"{title}: {app}"), *texts[app]]) + "\n" for app in texts}


def _head(title: str) -> str:
    return f"# {title}\n# {WRITTEN}, from a provisioned server."
