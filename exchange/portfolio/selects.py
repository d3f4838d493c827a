"""SQL queries that export the database as portfolio files, one query per file.

Rows are sorted by exported values and not by database ids, so that the order survives an export and import.
"""

# ruff: noqa: S608 - statements are built from the names in sheets.py, never from a cell

from exchange.portfolio import sheets
from exchange.portfolio.sheet import Sheet


def _key(kind: str, target: str, alias: str) -> str:
    return f" JOIN tenants_sourcekey {alias} ON {alias}.kind = '{kind}' AND {alias}.target = {target}"


# The tables whose rows have a key in the files. A later import recognises a row by this key.
# A row that was not imported from a file gets its key at the first export.
KEYS = {
    "unit": "buildings_unit",
    "tenant": "tenants_tenant",
    "lease": "tenants_lease",
    "entry": "ledger_entry",
    "receipt": "ledger_receipt",
}


def give_key(kind: str) -> str:
    return (
        f"INSERT INTO tenants_sourcekey (kind, key, target) SELECT '{kind}', 'loge-' || t.id, t.id FROM {KEYS[kind]} t"
        f" WHERE NOT EXISTS (SELECT FROM tenants_sourcekey k WHERE k.kind = '{kind}' AND k.target = t.id)"
    )


# Each query returns the columns of its file in order. The query of tenants returns IBAN and holder still encrypted.
# The query of tenants also returns the id of the bank details, which is needed to decrypt IBAN and holder.
SELECTS: dict[Sheet, str] = {
    sheets.PLACES: (
        "SELECT p.code, p.level, q.code, p.name, p.phone, p.email FROM access_place p"
        " LEFT JOIN access_place q ON q.id = p.parent_id"
        ' ORDER BY p.code COLLATE "C"'
    ),
    sheets.ADDRESSES: (
        "SELECT p.code, a.number, a.street, a.postcode, a.city, a.ban_id, a.latitude, a.longitude"
        " FROM buildings_address a"
        ' JOIN access_place p ON p.id = a.building_id ORDER BY p.code COLLATE "C", a.street COLLATE "C",'
        ' a.number COLLATE "C"'
    ),
    sheets.UNITS: (
        "SELECT k.key, p.code, u.kind, u.rpls_id, u.type, u.surface_m2, u.staircase, u.floor, u.door, t.financing,"
        " t.zone, t.qpv, t.qpv_on, t.rent_cents, nullif(t.charges_cents, 0), array_to_string(t.equipment, ' '),"
        f" t.first_letting FROM buildings_unit u{_key('unit', 'u.id', 'k')}"
        " JOIN access_place p ON p.id = u.building_id LEFT JOIN buildings_unitterms t ON t.unit_id = u.id"
        " ORDER BY k.key"
    ),
    sheets.PEOPLE: (
        "SELECT lower(x.email), x.name, p.code, x.is_active FROM access_person x"
        " JOIN access_place p ON p.id = x.employed_at_id WHERE NOT x.is_machine"
        ' ORDER BY lower(x.email) COLLATE "C"'
    ),
    sheets.ASSIGNMENTS: (
        "SELECT lower(x.email), a.role, p.code, a.first_day, a.last_day, a.reason, a.ended_on, a.end_reason"
        " FROM access_assignment a JOIN access_person x ON x.id = a.person_id JOIN access_place p ON p.id = a.place_id"
        " WHERE NOT x.is_machine AND a.from_hour IS NULL"
        ' ORDER BY lower(x.email) COLLATE "C", a.first_day, p.code COLLATE "C", a.role'
    ),
    sheets.TENANTS: (
        "SELECT k.key, t.title, t.last_name, t.first_name, t.channel, t.phone, t.email, t.contact_name, i.birth_date,"
        f" b.iban, b.holder, b.id FROM tenants_tenant t{_key('tenant', 't.id', 'k')}"
        " LEFT JOIN tenants_identity i ON i.tenant_id = t.id LEFT JOIN ledger_bankdetail b ON b.tenant_id = t.id"
        " ORDER BY k.key"
    ),
    sheets.LEASES: (
        "SELECT k.key, u.key, l.signed_on, l.starts_on, l.notice_on, l.ends_on, a.reference, a.opened_on, a.settled_on"
        f" FROM tenants_lease l{_key('lease', 'l.id', 'k')}{_key('unit', 'l.main_unit_id', 'u')}"
        " LEFT JOIN tenants_account a ON a.lease_id = l.id ORDER BY k.key"
    ),
    sheets.LETTINGS: (
        "SELECT l.key, u.key, o.first_day, o.last_day"
        f" FROM tenants_leaseunit o{_key('lease', 'o.lease_id', 'l')}{_key('unit', 'o.unit_id', 'u')}"
        " ORDER BY l.key, o.first_day, u.key"
    ),
    sheets.PARTIES: (
        "SELECT l.key, t.key, o.capacity, o.first_day, o.last_day"
        f" FROM tenants_leaseparty o{_key('lease', 'o.lease_id', 'l')}{_key('tenant', 'o.tenant_id', 't')}"
        " ORDER BY l.key, o.first_day, t.key"
    ),
    sheets.RESIDENCES: (
        "SELECT l.key, t.key, u.key, o.moved_in, o.moved_out, o.transferred"
        f" FROM tenants_residence o{_key('lease', 'o.lease_id', 'l')}{_key('tenant', 'o.tenant_id', 't')}"
        f"{_key('unit', 'o.unit_id', 'u')} ORDER BY l.key, o.moved_in, t.key"
    ),
    sheets.REPRESENTATIVES: (
        "SELECT t.key, o.name, o.phone, o.first_day, o.last_day"
        f" FROM tenants_representative o{_key('tenant', 'o.tenant_id', 't')}"
        ' ORDER BY t.key, o.first_day, o.name COLLATE "C"'
    ),
    sheets.HELP: (
        "SELECT t.key, o.code, o.asked_by, o.asked_on, o.renew_by, o.ended_on"
        f" FROM tenants_helpcode o{_key('tenant', 'o.tenant_id', 't')} ORDER BY t.key, o.asked_on, o.code"
    ),
    sheets.DISCREET: (
        "SELECT l.key, o.first_day, o.last_day, (SELECT string_agg(lower(x.email), ' ' ORDER BY"
        ' lower(x.email) COLLATE "C") FROM tenants_discreetname n JOIN access_person x ON x.id = n.person_id'
        f" WHERE n.mark_id = o.id) FROM tenants_discreetmark o{_key('lease', 'o.lease_id', 'l')}"
        # A discreet mark (which hides a household from employees) is not exported if it was cancelled before it began.
        " WHERE o.last_day >= o.first_day ORDER BY l.key, o.first_day"
    ),
    sheets.ENTRIES: (
        "SELECT k.key, l.key, NULL, e.kind, e.label, e.source, e.reason, greatest(e.amount_cents, 0),"
        " greatest(-e.amount_cents, 0), e.effective_on, e.booked_on, e.period, r.key"
        f" FROM ledger_entry e{_key('entry', 'e.id', 'k')} JOIN tenants_account a ON a.id = e.account_id"
        f"{_key('lease', 'a.lease_id', 'l')}"
        " LEFT JOIN tenants_sourcekey r ON r.kind = 'entry' AND r.target = e.reverses_id"
        " ORDER BY l.key, e.effective_on, e.booked_on, k.key"
    ),
    sheets.RECEIPTS: (
        "SELECT k.key, CASE WHEN p.parent_id IS NOT NULL THEN p.code END, o.label, o.source, o.amount_cents,"
        " o.received_on, o.booked_on, (SELECT string_agg(e.key, ' ' ORDER BY e.key)"
        f" FROM ledger_clearing c{_key('entry', 'c.entry_id', 'e')} WHERE c.receipt_id = o.id)"
        f" FROM ledger_receipt o{_key('receipt', 'o.id', 'k')} JOIN access_place p ON p.id = o.agency_id"
        " ORDER BY k.key"
    ),
}
