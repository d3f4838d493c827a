"""Imports ledger entries, up to millions in a file.

SQL statements find the account of each entry and the entry that it reverses. Checks run on the result, then new entries
are inserted. Stored entries never change.
"""

# ruff: noqa: S608 - statements are built from the names in sheets.py, never from a cell

from exchange.portfolio.loading import Load, new_keys, of
from formats.bulk_copy import Copying

FOUND = "stage_entries_found"
# The ids of new entries ascend with the line numbers, so that PostgreSQL appends to its indexes, which is faster.
_ID = (
    "(lpad(to_hex(extract(epoch FROM now())::bigint), 8, '0') || lpad(to_hex(s.line), 8, '0')"
    " || substr(md5(gen_random_uuid()::text), 1, 16))::uuid"
)
_RESOLVED = (
    f"CREATE TEMPORARY TABLE {FOUND} ON COMMIT DROP AS SELECT s.line, s.cle, s.nature, s.libelle, s.origine, s.motif,"
    " s.annule, coalesce(s.debit, -s.credit) AS cents, s.date_effet,"
    " coalesce(s.date_comptable, s.date_effet) AS date_comptable,"
    " coalesce(s.periode, date_trunc('month', s.date_effet)::date) AS periode,"
    " coalesce(a.id, b.id) AS account, coalesce(a.building_id, b.building_id) AS building,"
    " coalesce(a.opened_on, b.opened_on) AS opened_on, coalesce(a.settled_on, b.settled_on) AS settled_on,"
    f" f.id IS NOT NULL AS fresh, k.target AS known, coalesce(k.target, {_ID}) AS id, NULL::uuid AS reverses"
    " FROM stage_entries s LEFT JOIN tenants_sourcekey l ON l.kind = 'lease' AND l.key = s.bail"
    " LEFT JOIN tenants_account a ON a.lease_id = l.target LEFT JOIN tenants_account b ON b.reference = s.compte"
    " LEFT JOIN fresh_leases f ON f.id = coalesce(a.lease_id, b.lease_id)"
    " LEFT JOIN tenants_sourcekey k ON k.kind = 'entry' AND k.key = s.cle"
)
_REVERSED = (
    f"UPDATE {FOUND} s SET reverses = u.id FROM {FOUND} u WHERE u.cle = s.annule",
    f"UPDATE {FOUND} s SET reverses = k.target FROM tenants_sourcekey k"
    " WHERE s.reverses IS NULL AND k.kind = 'entry' AND k.key = s.annule",
)
# Moves payments for unknown or settled accounts to the staging table of receipts (payments without an account).
# Payments that an earlier import stored as receipts are also moved to the staging table of receipts.
_WAITING = (
    f"WITH waiting AS (DELETE FROM {FOUND} s USING stage_entries t WHERE t.line = s.line AND s.known IS NULL"
    " AND t.nature = 'payment' AND t.credit IS NOT NULL AND t.libelle = ANY (%s)"
    " AND (s.account IS NULL OR s.settled_on IS NOT NULL OR EXISTS (SELECT FROM tenants_sourcekey k"
    " WHERE k.kind = 'receipt' AND k.key = s.cle))"
    " RETURNING t.line, t.cle, t.agence, t.libelle, t.origine, t.credit, t.date_effet, t.date_comptable)"
    " INSERT INTO stage_receipts (line, cle, agence, libelle, origine, credit, date_effet, date_comptable, ecritures)"
    " SELECT line, cle, agence, libelle, origine, credit, date_effet, date_comptable, '' FROM waiting"
)
ENTRIES = (
    Load(
        f"INSERT INTO tenants_sourcekey (kind, key, target) SELECT 'entry', s.cle, s.id FROM {FOUND} s"
        " WHERE s.known IS NULL ORDER BY s.line"
    ),
    Load(
        "INSERT INTO ledger_entry (id, account_id, building_id, kind, label, source, reason, amount_cents,"
        " effective_on, booked_on, booked_at, period, reverses_id) SELECT s.id, s.account, s.building, s.nature,"
        " s.libelle, s.origine, s.motif, s.cents, s.date_effet, s.date_comptable,"
        # `booked_at` includes the line number as microseconds, so that entries of one day stay in the file's order.
        " (s.date_comptable + time '05:30') AT TIME ZONE 'UTC' + s.line * interval '1 microsecond',"
        f" s.periode, s.reverses FROM {FOUND} s WHERE s.known IS NULL ORDER BY s.line",
        "entries",
    ),
)
RECEIPTS = (
    new_keys("receipt", "stage_receipts"),
    Load(
        "INSERT INTO ledger_receipt (id, agency_id, source_key, label, source, amount_cents, received_on, booked_on)"
        " SELECT k.target, coalesce(p.id, (SELECT o.id FROM access_place o WHERE o.parent_id IS NULL)), s.cle,"
        " s.libelle, s.origine, s.credit, s.date_effet, coalesce(s.date_comptable, s.date_effet)"
        f" FROM stage_receipts s{of('receipt', 'cle')} LEFT JOIN access_place p ON p.code = s.agence"
        " WHERE NOT EXISTS (SELECT FROM ledger_receipt r WHERE r.id = k.target)",
        "receipts",
    ),
    Load(
        "INSERT INTO ledger_clearing (id, receipt_id, entry_id, cleared_at)"
        f" SELECT gen_random_uuid(), k.target, e.target, now() FROM stage_receipts s{of('receipt', 'cle')}"
        " CROSS JOIN unnest(string_to_array(s.ecritures, ' ')) told"
        " JOIN tenants_sourcekey e ON e.kind = 'entry' AND e.key = told"
        " WHERE NOT EXISTS (SELECT FROM ledger_clearing c WHERE c.entry_id = e.target)"
    ),
)


def resolve(copying: Copying) -> None:
    """Build the temporary table FOUND: each entry of the file, its account, its id and the entry that it reverses."""
    copying.run(_RESOLVED)
    copying.run(f"ANALYZE {FOUND}")
    for statement in _REVERSED:
        copying.run(statement)


def set_waiting_aside(copying: Copying, labels: list[str]) -> None:
    """Move payments for unknown or settled accounts to the staging table of receipts (payments without an account).
    `labels` are the entry labels of incoming payments."""
    copying.run(_WAITING, labels)
