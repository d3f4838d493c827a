"""Exhibit E1: the record of processing activities. Exhibit E3: access rules as the database enforces them.

E3 shows which compartments (kinds of data) a role may open, and the database grants of each compartment.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from access.compartments import Compartment
from access.grants.wording import COMPARTMENTS
from access.guard.context import AccessContext
from access.models import RoleCompartment
from access.roles import ROLES, enforced, version
from inspection.exhibits.question import Question
from inspection.exhibits.shape import Row, Table
from oversight.register import file_rows
from privacy.encryption.signing import canonical

# PACKAGES: the folders whose code is hashed in exhibit E3 (all apps, and the package `formats`).
PACKAGES = sorted([*settings.OWN_APPS, "formats"])

# _GRANTS selects which tables, verbs, columns and rows the database role of each compartment (kind of data) may access.
# In the rows that _GRANTS returns, an empty list of columns means all columns, and an empty condition means all rows.
_GRANTS = """
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


def register(access: AccessContext, question: Question) -> list[Table]:
    rows = file_rows()
    return [Table(_("Donnée par donnée"), list(rows[0]), [list(row.values()) for row in rows], as_cards=True)]


def matrix(access: AccessContext, question: Question) -> list[Table]:
    stored = {(row.role, row.compartment) for row in access.rows(RoleCompartment)}
    rights = compartment_grants()
    roles: list[Row] = [
        [str(role.name), str(COMPARTMENTS[compartment])]
        for role in ROLES.values()
        for compartment in Compartment
        if (role.code, compartment.value) in stored
    ]
    note = _("Un rôle n’ouvre que les compartiments de ses lignes. Le serveur refuse tous les autres.")
    return [
        Table(_("Permissions de chaque rôle"), [_("Rôle"), _("Compartiment ouvert")], roles, note),
        Table(
            _("Droits de chaque compartiment dans la base"),
            [_("Compartiment"), _("Table"), _("Opération"), _("Colonnes"), _("Lignes")],
            rights,
            _(
                "D’après les privilèges et les règles du serveur. Une cellule vide signifie toutes les "
                "colonnes, ou toutes les lignes."
            ),
        ),
        table_of_fingerprints(stored, rights),
    ]


def compartment_grants() -> list[list[str]]:
    """Return one list for each privilege that is in force: compartment (kind of data), table, verb, columns, row-level
    condition."""
    names = {compartment.database_role: str(COMPARTMENTS[compartment]) for compartment in Compartment}
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, [list(names)])
        return [[names[role], *rest] for role, *rest, _forced in cursor.fetchall()]


def table_of_fingerprints(stored: set[tuple[str, str]], rights: Sequence[Row]) -> Table:
    """Return the table of hashes over the access rules and the code. Servers with the same rules and code have the same
    hashes."""
    figures: list[Row] = [
        [_("La base et le programme ont les mêmes règles"), _("oui") if stored == enforced() else _("NON")],
        [_("Version de la table des rôles"), version()],
        [_("Règles de la base (SHA-256 de la table ci-dessus)"), digest([list(row) for row in rights])],
        [_("Programme (SHA-256 de ses fichiers)"), code_digest()],
        [_("Dernières migrations"), ", ".join(newest_migrations())],
    ]
    return Table(_("Empreintes"), [_("Élément"), _("Valeur")], figures)


def digest(rows: list[Any]) -> str:
    return sha256(canonical({"rows": rows})).hexdigest()


@cache
def code_digest() -> str:
    """Return the SHA-256 over all Python and SQL files of `PACKAGES`: the same on all machines with the same code."""
    root, whole = Path(settings.BASE_DIR), sha256()
    files = (path for name in PACKAGES for path in (root / name).rglob("*") if path.suffix in (".py", ".sql"))
    for path in sorted(files):
        whole.update(f"{path.relative_to(root)} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def newest_migrations() -> list[str]:
    """Name of the newest migration file of each app. Start-up has checked that the database has applied all of them."""
    root = Path(settings.BASE_DIR)
    migrations = (sorted((root / name / "migrations").glob("0*.py")) for name in PACKAGES)
    return [f"{files[-1].parent.parent.name} {files[-1].stem}" for files in migrations if files]
