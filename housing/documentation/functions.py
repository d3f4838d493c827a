"""Lists the SQL functions by file for the documentation: the purpose of each function, whether the function runs with
the rights of its owner or its caller, and which database roles may call the function."""

import re
from pathlib import Path

from django.conf import settings

from housing.documentation.text import WRITTEN, code, markdown_table, query, short_role

_DEFINED = re.compile(r"((?:^--[^\n]*\n)*)^CREATE OR REPLACE FUNCTION (?:masked\.)?(\w+)", re.MULTILINE)
_FUNCTIONS = """SELECT proname::text, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
        prosecdef, ARRAY (
            SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(a.grantee)::text END
            FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE a.grantee <> p.proowner ORDER BY 1)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE nspname IN ('public', 'masked')"""
HEAD = f"""# Functions

{WRITTEN}, from a provisioned server and `<app>/sql/*.sql`, which hold their text. Functions that run as their owner
see every row: their callers are listed. Functions without a caller are called by others, by triggers or by policies.
"""


def render_functions() -> dict[str, str]:
    facts = {row[0]: row[1:] for row in query(_FUNCTIONS)}
    blocks = [HEAD]
    for path in sorted(Path(settings.BASE_DIR).glob("*/sql/*.sql")):
        rows = []
        for comment, name in _DEFINED.findall(path.read_text(encoding="utf-8")):
            arguments, result, definer, callers = facts[name]
            purpose = re.sub(r"\s*\n-- ", " ", comment.removeprefix("-- ")).strip()
            who = ", ".join(map(short_role, callers))
            rows.append((code(f"{name}({arguments})"), code(result), "owner" if definer else "caller", who, purpose))
        table = markdown_table(("function", "returns", "runs as", "callers", "purpose"), rows)
        blocks += [f"## {path.relative_to(settings.BASE_DIR).as_posix()}\n\n{table}"] if rows else []
    return {"functions.md": "\n".join(blocks)}
