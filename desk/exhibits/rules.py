"""E1 and E3: what is held and why, and who may reach it, read from the database that enforces it."""

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from access.compartments import Compartment
from access.look import Look
from access.models import RoleCompartment
from access.roles import ROLES, enforced, version
from access.wording import COMPARTMENTS
from desk.exhibits.question import Question
from desk.exhibits.shape import Row, Table
from desk.register import file_rows
from privacy.signing import canonical

STEPS = ("housing", "desk", "tenants", "buildings", "access", "privacy", "audit")

# What the server itself holds: each compartment's role, table by table and verb by verb, with the columns where only
# some are given, and the rows that a policy lets through. A table without policies has no private rows.
_HELD = """
WITH roles AS (SELECT oid, rolname FROM pg_roles WHERE rolname = ANY (%s)),
tables AS (
    SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relacl FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
),
given AS (
    SELECT t.oid AS tab, a.grantee, a.privilege_type AS verb, NULL::text AS columns
    FROM tables t, aclexplode(t.relacl) a
    UNION ALL
    SELECT t.oid, a.grantee, a.privilege_type, string_agg(col.attname, ', ' ORDER BY col.attnum)
    FROM tables t JOIN pg_attribute col ON col.attrelid = t.oid AND col.attacl IS NOT NULL, aclexplode(col.attacl) a
    GROUP BY 1, 2, 3
)
SELECT r.rolname, t.relname, g.verb, coalesce(g.columns, ''),
    CASE WHEN NOT t.relrowsecurity THEN ''
         ELSE coalesce(string_agg(DISTINCT pg_get_expr(coalesce(p.polqual, p.polwithcheck), p.polrelid), ' OR '),
                       'false') END,
    t.relrowsecurity AND t.relforcerowsecurity
FROM given g
JOIN roles r ON r.oid = g.grantee
JOIN tables t ON t.oid = g.tab
LEFT JOIN pg_policy p ON p.polrelid = t.oid AND r.oid = ANY (p.polroles)
    AND (p.polcmd = '*' OR p.polcmd = CASE g.verb WHEN 'SELECT' THEN 'r' WHEN 'INSERT' THEN 'a' WHEN 'UPDATE' THEN 'w'
                                       WHEN 'DELETE' THEN 'd' END)
GROUP BY r.rolname, t.relname, g.verb, g.columns, t.relrowsecurity, t.relforcerowsecurity
ORDER BY r.rolname, t.relname, g.verb
"""


def register(look: Look, question: Question) -> list[Table]:
    rows = file_rows()
    return [Table(_("Donnée par donnée"), list(rows[0]), [list(row.values()) for row in rows])]


def matrix(look: Look, question: Question) -> list[Table]:
    held = {(row.role, row.compartment) for row in look.rows(RoleCompartment)}
    rights = held_by_compartments()
    return [
        Table(_("Ce qui s’ouvre à chaque rôle"), _role_columns(), list(_roles(held))),
        Table(
            _("Ce que la base donne à chaque compartiment"),
            [_("Compartiment"), _("Table"), _("Verbe"), _("Colonnes"), _("Lignes")],
            rights,
            _("Lu dans les privilèges et les règles du serveur. Colonnes vides : toutes ; lignes vides : toutes."),
        ),
        Table(_("Empreintes"), [_("Quoi"), _("Valeur")], list(_prints(held, rights))),
    ]


def _role_columns() -> list[str]:
    return [_("Rôle"), *(str(COMPARTMENTS[one]) for one in Compartment)]


def _roles(held: set[tuple[str, str]]) -> Iterable[Row]:
    for role in ROLES.values():
        opens = [_("oui") if (role.code, one.value) in held else "" for one in Compartment]
        yield [str(role.name), *opens]


def held_by_compartments() -> list[list[str]]:
    """[compartment, table, verb, columns, rows], as the server holds them."""
    names = {one.database_role: str(COMPARTMENTS[one]) for one in Compartment}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(names)])
        return [[names[role], *rest] for role, *rest, _forced in cursor.fetchall()]


def _prints(held: set[tuple[str, str]], rights: Sequence[Row]) -> Iterable[Row]:
    same = _("oui") if held == enforced() else _("NON")
    yield [_("La base et le programme disent la même chose"), same]
    yield [_("Version de la table des rôles"), version()]
    yield [_("Règles de la base (SHA-256 de la table ci-dessus)"), digest([list(one) for one in rights])]
    yield [_("Programme (SHA-256 de ses fichiers)"), code_digest()]
    yield [_("Dernières migrations"), ", ".join(_migrations())]


def digest(said: list[Any]) -> str:
    return sha256(canonical({"rows": said})).hexdigest()


@cache
def code_digest() -> str:
    """Of every module that runs, in the order of their names: two machines with the same code say the same."""
    root, whole = Path(settings.BASE_DIR), sha256()
    for path in sorted(one for step in STEPS for one in (root / step).rglob("*.py")):
        whole.update(f"{path.relative_to(root)} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _migrations() -> list[str]:
    """The files that the code holds: start-up has compared them with those that the base has had."""
    root = Path(settings.BASE_DIR)
    newest = (sorted((root / step / "migrations").glob("0*.py")) for step in STEPS)
    return [f"{found[-1].parent.parent.name} {found[-1].stem}" for found in newest if found]
