"""Checks that the database runs on all lines of a file in its staging table: duplicates, unknown keys, changes that are
not allowed.

A check completes the statement `SELECT s.line FROM stage s …`. The lines that this statement returns are refused.
"""

# ruff: noqa: S608 - statements are built from the names in sheets.py, never from a cell

from dataclasses import dataclass

from access.models.place import ORDER
from exchange.portfolio import sheets
from exchange.portfolio.sheet import Sheet

_LEVELS = "ARRAY['" + "', '".join(ORDER) + "']"


@dataclass(frozen=True)
class Check:
    column: str
    reason: str
    rows: str


def keyed(kind: str, column: str, alias: str = "k") -> str:
    """Return the SQL of a LEFT JOIN with the table of imported keys. The column `target` of this table is the id of the
    row with the key; it is NULL for an unknown key."""
    return f" LEFT JOIN tenants_sourcekey {alias} ON {alias}.kind = '{kind}' AND {alias}.key = s.{column}"


def same(column: str) -> str:
    """Return SQL that normalises a stored text in the same way as the cells of a file, so that the two can be
    compared."""
    return f"normalize(translate({column}, U&'\\00A0\\202F', '  '), NFC)"


def _unknown(kind: str, column: str) -> Check:
    return Check(column, "unknown", f"{keyed(kind, column)} WHERE s.{column} IS NOT NULL AND k.target IS NULL")


def _unknown_place(column: str = "code_lieu") -> Check:
    rows = f" LEFT JOIN access_place p ON p.code = s.{column} WHERE s.{column} IS NOT NULL AND p.id IS NULL"
    return Check(column, "unknown", rows)


def _must_be_building(column: str = "code_lieu") -> Check:
    return Check(column, "not_building", f" JOIN access_place p ON p.code = s.{column} WHERE p.level <> 'building'")


_NO_PERSON = Check(  # machine clients are not people: a file cannot give them assignments
    "courriel",
    "unknown",
    " LEFT JOIN access_person x ON lower(x.email) = s.courriel AND NOT x.is_machine WHERE x.id IS NULL",
)


def _crossing(stage: str, keys: str) -> Check:
    """Return the check that refuses a line whose period overlaps the period of an earlier line. Only lines with equal
    values in `keys` are compared."""
    rows = f""" JOIN (SELECT w.line, max(coalesce(w.dernier_jour, 'infinity')) OVER (PARTITION BY {keys}
              ORDER BY w.premier_jour, w.line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy
              FROM {stage} w) b ON b.line = s.line WHERE b.busy >= s.premier_jour"""
    return Check("premier_jour", "overlap", rows)


_CROSSES = "daterange(o.first_day, o.last_day, '[]') && daterange(s.premier_jour, s.dernier_jour, '[]')"


CHECKS: dict[Sheet, tuple[Check, ...]] = {}
CHECKS[sheets.PLACES] = (
    Check(
        "code_parent",
        "unknown",
        " LEFT JOIN access_place p ON p.code = s.code_parent LEFT JOIN stage_places t ON t.code = s.code_parent"
        " WHERE s.code_parent IS NOT NULL AND p.id IS NULL AND t.line IS NULL",
    ),
    Check(
        "niveau",
        "level",
        " LEFT JOIN access_place p ON p.code = s.code_parent LEFT JOIN stage_places t ON t.code = s.code_parent"
        f" WHERE array_position({_LEVELS}, s.niveau) <= array_position({_LEVELS}, coalesce(p.level, t.niveau))",
    ),
    Check(
        "niveau",
        "second_top",
        " WHERE s.niveau = 'organisation' AND (EXISTS (SELECT FROM access_place p WHERE p.parent_id IS NULL"
        " AND p.code <> s.code) OR EXISTS (SELECT FROM stage_places t WHERE t.niveau = 'organisation'"
        " AND t.line <> s.line))",
    ),
    Check(
        "code",
        "changed",
        " JOIN access_place p ON p.code = s.code LEFT JOIN access_place q ON q.id = p.parent_id"
        f" WHERE (p.level, {same('p.name')}, q.code) IS DISTINCT FROM (s.niveau, s.nom, s.code_parent)",
    ),
)
CHECKS[sheets.ADDRESSES] = (_unknown_place(), _must_be_building())
CHECKS[sheets.UNITS] = (
    _unknown_place(),
    _must_be_building(),
    Check(
        "cle",
        "changed",
        f"{keyed('unit', 'cle')} JOIN buildings_unit u ON u.id = k.target JOIN access_place p ON p.id = u.building_id"
        " WHERE (p.code, u.kind) IS DISTINCT FROM (s.code_lieu, s.nature)",
    ),
    Check(
        "rpls",
        "taken",
        f"{keyed('unit', 'cle')} JOIN buildings_unit u ON u.rpls_id = s.rpls AND u.id IS DISTINCT FROM k.target",
    ),
    Check("rpls", "twice", " JOIN stage_units t ON t.rpls = s.rpls AND t.line <> s.line"),
    Check("liste_qpv_du", "future", " WHERE s.liste_qpv_du > loge_today()"),
)
CHECKS[sheets.PEOPLE] = (
    _unknown_place(),
    Check(
        "courriel",
        "changed",
        " JOIN access_person x ON lower(x.email) = s.courriel JOIN access_place p ON p.id = x.employed_at_id"
        " WHERE x.is_machine"
        f" OR ({same('x.name')}, p.code, x.is_active) IS DISTINCT FROM (s.nom, s.code_lieu, s.ouvert)",
    ),
)
_ASSIGNED = (
    " JOIN access_person x ON lower(x.email) = s.courriel JOIN access_place p ON p.code = s.code_lieu"
    " JOIN access_assignment a ON a.person_id = x.id AND a.place_id = p.id AND a.role = s.role"
)
_DAYS = "access_days(s.premier_jour, s.dernier_jour, s.fin_le)"
CHECKS[sheets.ASSIGNMENTS] = (
    _NO_PERSON,
    _unknown_place(),
    Check(
        "courriel",
        "changed",
        f"{_ASSIGNED} AND a.first_day = s.premier_jour WHERE (a.last_day, a.reason, a.ended_on, a.end_reason)"
        " IS DISTINCT FROM (s.dernier_jour, s.motif, s.fin_le, s.motif_fin)",
    ),
    Check(
        "premier_jour",
        "overlap",
        f"{_ASSIGNED} AND a.first_day <> s.premier_jour"
        f" WHERE access_days(a.first_day, a.last_day, a.ended_on) && {_DAYS}",
    ),
    Check(
        "premier_jour",
        "overlap",
        " JOIN stage_assignments t ON (t.courriel, t.role, t.code_lieu) = (s.courriel, s.role, s.code_lieu)"
        f" AND t.line <> s.line AND access_days(t.premier_jour, t.dernier_jour, t.fin_le) && {_DAYS}",
    ),
)
CHECKS[sheets.TENANTS] = ()
CHECKS[sheets.LEASES] = (
    _unknown("unit", "logement"),
    Check(
        "cle",
        "changed",
        f"{keyed('lease', 'cle')}{keyed('unit', 'logement', 'u')} JOIN tenants_lease l ON l.id = k.target"
        " JOIN tenants_account a ON a.lease_id = l.id"
        " WHERE (l.main_unit_id, l.signed_on, l.starts_on) IS DISTINCT FROM (u.target, s.signe_le, s.debut)"
        " OR a.reference <> coalesce(s.compte, a.reference) OR a.opened_on <> coalesce(s.ouvert_le, a.opened_on)"
        " OR a.settled_on IS DISTINCT FROM coalesce(s.solde_le, a.settled_on)",
    ),
    Check(
        "compte",
        "taken",
        f"{keyed('lease', 'cle')} JOIN tenants_account a ON a.reference = s.compte"
        " AND a.lease_id IS DISTINCT FROM k.target",
    ),
    Check("compte", "twice", " JOIN stage_leases t ON t.compte = s.compte AND t.line <> s.line"),
    Check(
        "fin",
        "order",
        f"{keyed('lease', 'cle')} JOIN tenants_lease l ON l.id = k.target WHERE s.fin < l.starts_on",
    ),
)
CHECKS[sheets.LETTINGS] = (
    _unknown("lease", "bail"),
    _unknown("unit", "logement"),
    _crossing("stage_lettings", "logement"),
    Check(
        "premier_jour",
        "overlap",
        f"{keyed('lease', 'bail')}{keyed('unit', 'logement', 'u')} JOIN tenants_leaseunit o ON o.unit_id = u.target"
        f" AND (o.lease_id, o.first_day) IS DISTINCT FROM (k.target, s.premier_jour) AND {_CROSSES}",
    ),
)
CHECKS[sheets.PARTIES] = (
    _unknown("lease", "bail"),
    _unknown("tenant", "locataire"),
    Check(
        "qualite",
        "changed",
        f"{keyed('lease', 'bail')}{keyed('tenant', 'locataire', 't')} JOIN tenants_leaseparty o"
        " ON o.lease_id = k.target AND o.tenant_id = t.target AND o.first_day = s.premier_jour"
        " WHERE o.capacity <> s.qualite",
    ),
    _crossing("stage_parties", "bail, locataire"),
    Check(
        "premier_jour",
        "overlap",
        f"{keyed('lease', 'bail')}{keyed('tenant', 'locataire', 't')} JOIN tenants_leaseparty o"
        f" ON o.lease_id = k.target AND o.tenant_id = t.target AND o.first_day <> s.premier_jour AND {_CROSSES}",
    ),
)
CHECKS[sheets.RESIDENCES] = (
    _unknown("lease", "bail"),
    _unknown("tenant", "locataire"),
    _unknown("unit", "logement"),
    Check(
        "logement",
        "other_house",
        f"{keyed('lease', 'bail')}{keyed('unit', 'logement', 'u')} WHERE k.target IS NOT NULL AND u.target IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM tenants_leaseunit o WHERE o.lease_id = k.target AND o.unit_id = u.target)",
    ),
    Check(
        "logement",
        "changed",
        f"{keyed('lease', 'bail')}{keyed('tenant', 'locataire', 't')}{keyed('unit', 'logement', 'u')}"
        " JOIN tenants_residence o ON o.lease_id = k.target AND o.tenant_id = t.target AND o.moved_in = s.premier_jour"
        " WHERE o.unit_id <> u.target",
    ),
)
CHECKS[sheets.REPRESENTATIVES] = (_unknown("tenant", "locataire"),)
CHECKS[sheets.HELP] = (
    _unknown("tenant", "locataire"),
    Check(
        "aide",
        "changed",
        f"{keyed('tenant', 'locataire')} JOIN tenants_helpcode o"
        " ON o.tenant_id = k.target AND o.code = s.aide AND o.asked_on = s.demandee_le"
        " WHERE (o.asked_by, o.renew_by) IS DISTINCT FROM (s.demandee_par, s.a_redemander)",
    ),
    Check(
        "aide",
        "overlap",
        f"{keyed('tenant', 'locataire')} JOIN tenants_helpcode o ON o.tenant_id = k.target AND o.code = s.aide"
        " AND o.asked_on <> s.demandee_le AND o.ended_on IS NULL WHERE s.retiree_le IS NULL",
    ),
    Check(
        "aide",
        "overlap",
        " JOIN stage_help t ON t.locataire = s.locataire AND t.aide = s.aide AND t.line <> s.line"
        " AND t.retiree_le IS NULL WHERE s.retiree_le IS NULL",
    ),
)
CHECKS[sheets.DISCREET] = (
    _unknown("lease", "bail"),
    Check(
        "personnes",
        "unknown",
        " WHERE EXISTS (SELECT FROM unnest(string_to_array(s.personnes, ' ')) told"
        " WHERE NOT EXISTS (SELECT FROM access_person x WHERE lower(x.email) = told))",
    ),
)
# In a subquery, the function is called once. Otherwise PostgreSQL would call it for each of millions of lines.
_TODAY = "(SELECT loge_today())"
# Checks of ledger entries run on the table that `entries.resolve` builds, with each entry's account and reversed entry.
_REVERSED = (
    " LEFT JOIN stage_entries_found u ON u.cle = s.annule LEFT JOIN ledger_entry e ON e.id = s.reverses"
    " WHERE s.annule IS NOT NULL"
)
CHECKS[sheets.ENTRIES] = (
    Check("cle", "taken", f"{keyed('receipt', 'cle')} WHERE k.target IS NOT NULL"),
    Check("bail", "unknown", " WHERE s.account IS NULL"),
    Check("date_effet", "before", " WHERE s.date_effet < s.opened_on"),
    Check("date_effet", "ahead", f" WHERE s.date_effet > {_TODAY} + 31"),
    # An empty booking date (`date_comptable`) or month (`periode`) was filled from the effective date (`date_effet`).
    # `date_comptable` and `periode` may be as late as `date_effet`, because `date_effet` has a check of its own.
    Check("date_comptable", "ahead", f" WHERE s.date_comptable > greatest(s.date_effet, {_TODAY} + 31)"),
    Check("periode", "ahead", f" WHERE s.periode > greatest(s.date_effet, {_TODAY} + 31)"),
    Check("compte", "settled", " WHERE s.settled_on IS NOT NULL AND s.known IS NULL AND NOT s.fresh"),
    Check(
        "cle",
        "entry_changed",
        " JOIN ledger_entry e ON e.id = s.known WHERE (e.account_id, e.kind, e.label, e.source, e.reason,"
        " e.amount_cents, e.effective_on, e.booked_on, e.period, e.reverses_id)"
        " IS DISTINCT FROM (s.account, s.nature, s.libelle,"
        " s.origine, s.motif, s.cents, s.date_effet, s.date_comptable, s.periode, s.reverses)",
    ),
    Check("annule", "unknown", f"{_REVERSED} AND u.line IS NULL AND e.id IS NULL"),
    Check(
        "annule",
        "not_opposite",
        f"{_REVERSED} AND (coalesce(u.account, e.account_id), coalesce(u.cents, e.amount_cents))"
        " IS DISTINCT FROM (s.account, -s.cents) AND (u.line IS NOT NULL OR e.id IS NOT NULL)",
    ),
    Check(
        "annule",
        "not_opposite",
        " JOIN ledger_entry o ON o.reverses_id = s.reverses AND o.id IS DISTINCT FROM s.known",
    ),
    Check(
        "annule",
        "not_opposite",
        " JOIN stage_entries_found o ON o.annule = s.annule AND o.line <> s.line",
    ),
)
CHECKS[sheets.RECEIPTS] = (
    _unknown_place("agence"),
    # A payment dated over 31 days ahead is refused: it cannot be assigned before its date, and the date is final.
    Check("date_effet", "ahead", " WHERE s.date_effet > loge_today() + 31"),
    Check("date_comptable", "ahead", " WHERE s.date_comptable > loge_today() + 31"),
    Check(
        "agence",
        "desk",
        " JOIN access_place p ON p.code = s.agence WHERE p.level IN ('estate', 'building')",
    ),
    Check(
        "agence",
        "no_top",
        " WHERE s.agence IS NULL AND (SELECT count(*) FROM access_place p WHERE p.parent_id IS NULL) <> 1",
    ),
    Check("cle", "taken", f"{keyed('entry', 'cle')} WHERE k.target IS NOT NULL"),
    Check(
        "cle",
        "entry_changed",
        f"{keyed('receipt', 'cle')} JOIN ledger_receipt r ON r.id = k.target JOIN access_place p ON p.id = r.agency_id"
        " WHERE (r.label, r.source, r.amount_cents, r.received_on, r.booked_on)"
        " IS DISTINCT FROM (s.libelle, s.origine, s.credit, s.date_effet, coalesce(s.date_comptable, s.date_effet))"
        " OR (p.code <> s.agence)",
    ),
    Check(
        "ecritures",
        "other_receipt",
        " WHERE EXISTS (SELECT FROM unnest(string_to_array(s.ecritures, ' ')) told LEFT JOIN tenants_sourcekey e"
        " ON e.kind = 'entry' AND e.key = told LEFT JOIN ledger_entry o ON o.id = e.target"
        " WHERE o.id IS NULL OR o.kind <> 'payment' OR o.amount_cents <> -s.credit)",
    ),
)
# AT_THE_END checks new leases, and accounts that a file closes as settled, after all files are loaded.
AT_THE_END = (
    Check(
        "cle",
        "no_party",
        f"{keyed('lease', 'cle')} WHERE EXISTS (SELECT FROM fresh_leases f WHERE f.id = k.target)"
        " AND NOT EXISTS (SELECT FROM tenants_leaseparty o WHERE o.lease_id = k.target)",
    ),
    Check(
        "logement",
        "main_unit",
        f"{keyed('lease', 'cle')}{keyed('unit', 'logement', 'u')} WHERE NOT EXISTS"
        " (SELECT FROM tenants_leaseunit o WHERE o.lease_id = k.target AND o.unit_id = u.target)",
    ),
    Check(
        "solde_le",
        "not_settled",
        f"{keyed('lease', 'cle')} JOIN tenants_lease l ON l.id = k.target JOIN tenants_account a ON a.lease_id = l.id"
        " WHERE s.solde_le IS NOT NULL AND (l.ends_on IS NULL"
        " OR (SELECT coalesce(sum(e.amount_cents), 0) FROM ledger_entry e WHERE e.account_id = a.id) <> 0)",
    ),
)
