"""SQL statements that copy lines from staging tables into the database's tables: inserts for new keys, updates where
changes are allowed."""

# ruff: noqa: S608 - statements are built from the names in sheets.py, never from a cell

from dataclasses import dataclass
from typing import Any

from access.models.place import ORDER
from exchange.portfolio import sheets
from exchange.portfolio.checks import same
from exchange.portfolio.sheet import Sheet


@dataclass(frozen=True)
class Load:
    """One SQL statement of an import. `counts` is the kind of rows that it writes, or "" if the report omits them."""

    sql: str
    counts: str = ""
    params: tuple[Any, ...] = ()


def new_keys(kind: str, stage: str) -> Load:
    """Return the statement that assigns a new id to each key in the staging table that no earlier import has stored."""
    return Load(
        f"INSERT INTO tenants_sourcekey (kind, key, target) SELECT '{kind}', s.cle, gen_random_uuid() FROM {stage} s"
        f" WHERE NOT EXISTS (SELECT FROM tenants_sourcekey k WHERE k.kind = '{kind}' AND k.key = s.cle)"
    )


def of(kind: str, column: str, alias: str = "k") -> str:
    """Return the SQL of a JOIN with the table of imported keys. The column `target` of this table is the id of the row
    whose key is in `column`."""
    return f" JOIN tenants_sourcekey {alias} ON {alias}.kind = '{kind}' AND {alias}.key = s.{column}"


_PLACES = tuple(
    Load(
        "INSERT INTO access_place (id, level, parent_id, name, code, phone, email, path)"
        " SELECT gen_random_uuid(), s.niveau, p.id, s.nom, s.code, s.telephone, s.courriel, '' FROM stage_places s"
        " LEFT JOIN access_place p ON p.code = s.code_parent WHERE s.niveau = %s"
        " AND (s.code_parent IS NULL OR p.id IS NOT NULL)"
        " AND NOT EXISTS (SELECT FROM access_place k WHERE k.code = s.code)",
        "places",
        (level.value,),
    )
    for level in ORDER  # places are inserted from the top level down, because a place refers to its parent place
)
_AS_STAGED = "(t.title, t.last_name, t.first_name, t.channel, t.phone, t.email, t.contact_name)"
_STAGED = "(s.civilite, s.nom, s.prenom, s.contact, s.telephone, s.courriel, s.personne_choisie)"
_UNIT = "(u.rpls_id, u.type, u.surface_m2, u.staircase, u.floor, u.door)"
_STAGED_UNIT = "(s.rpls, s.type, s.surface_m2, s.escalier, s.etage, s.porte)"
# Columns of a dwelling's letting terms. _STAGED_TERMS has the SQL expression for each of them, in the same order.
_TERMS = "financing, zone, qpv, qpv_on, rent_cents, charges_cents, equipment, first_letting"
_TERMS_OF_UNIT = ", ".join(f"t.{column}" for column in _TERMS.split(", "))
_STAGED_TERMS = (
    "s.financement, s.zone, s.qpv, s.liste_qpv_du, s.loyer, coalesce(s.charges, 0),"
    " string_to_array(coalesce(s.equipements, ''), ' ')::varchar[], coalesce(s.premiere_location, false)"
)
_NEW_TERMS = (
    f"INSERT INTO buildings_unitterms (unit_id, building_id, {_TERMS}) SELECT u.id, u.building_id, {_STAGED_TERMS}"
    f" FROM stage_units s{of('unit', 'cle')} JOIN buildings_unit u ON u.id = k.target WHERE s.financement IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM buildings_unitterms t WHERE t.unit_id = u.id)"
)

# An empty cell does not erase the stored position or id of an address.
_POSITION = "ban_id, latitude, longitude"
_STAGED_POSITION = (
    "coalesce(nullif(s.ban, ''), a.ban_id), coalesce(s.latitude, a.latitude), coalesce(s.longitude, a.longitude)"
)

LOADS: dict[Sheet, tuple[Load, ...]] = {
    sheets.PLACES: (
        *_PLACES,
        Load(
            "INSERT INTO buildings_building (place_id) SELECT p.id FROM access_place p"
            " JOIN stage_places s ON s.code = p.code WHERE p.level = 'building'"
            " AND NOT EXISTS (SELECT FROM buildings_building b WHERE b.place_id = p.id)"
        ),
    ),
    sheets.ADDRESSES: (
        Load(
            "UPDATE buildings_address a SET postcode = s.code_postal, city = s.commune, search_key = s.search_key,"
            f" ({_POSITION}) = ROW ({_STAGED_POSITION})"
            " FROM stage_addresses s JOIN access_place p ON p.code = s.code_lieu WHERE a.building_id = p.id"
            f" AND a.number = s.numero AND {same('a.street')} = s.voie"
            f" AND (a.postcode, {same('a.city')}, a.ban_id, a.latitude, a.longitude)"
            f" IS DISTINCT FROM (s.code_postal, s.commune, {_STAGED_POSITION})",
            "changed",
        ),
        Load(
            f"INSERT INTO buildings_address (building_id, number, street, postcode, city, search_key, {_POSITION})"
            " SELECT p.id, s.numero, s.voie, s.code_postal, s.commune, s.search_key, s.ban, s.latitude, s.longitude"
            " FROM stage_addresses s"
            " JOIN access_place p ON p.code = s.code_lieu WHERE NOT EXISTS (SELECT FROM buildings_address a"
            f" WHERE a.building_id = p.id AND a.number = s.numero AND {same('a.street')} = s.voie)"
        ),
    ),
    sheets.UNITS: (
        new_keys("unit", "stage_units"),
        Load(
            "UPDATE buildings_unit u SET rpls_id = s.rpls, type = s.type, surface_m2 = s.surface_m2,"
            f" staircase = s.escalier, floor = s.etage, door = s.porte FROM stage_units s{of('unit', 'cle')}"
            f" WHERE u.id = k.target AND {_UNIT} IS DISTINCT FROM {_STAGED_UNIT}",
            "changed",
        ),
        Load(
            f"UPDATE buildings_unitterms t SET ({_TERMS}) = ROW ({_STAGED_TERMS}) FROM stage_units s{of('unit', 'cle')}"
            f" WHERE t.unit_id = k.target AND s.financement IS NOT NULL AND ({_TERMS_OF_UNIT})"
            f" IS DISTINCT FROM ({_STAGED_TERMS})",
            "changed",
        ),
        # Letting terms that are added to a stored dwelling count as a change. Terms of a new dwelling are not counted.
        Load(_NEW_TERMS, "changed"),
        Load(
            "INSERT INTO buildings_unit (id, building_id, kind, rpls_id, type, surface_m2, staircase, floor, door)"
            f" SELECT k.target, p.id, s.nature, s.rpls, s.type, s.surface_m2, s.escalier, s.etage, s.porte"
            f" FROM stage_units s{of('unit', 'cle')} JOIN access_place p ON p.code = s.code_lieu"
            " WHERE NOT EXISTS (SELECT FROM buildings_unit u WHERE u.id = k.target)",
            "dwellings",
        ),
        Load(_NEW_TERMS),
    ),
    sheets.PEOPLE: (
        # New people get a stored password that begins with "!" and never matches. They set their own through an e-mail.
        Load(
            "INSERT INTO access_person (id, email, name, employed_at_id, is_active, joined_at, password)"
            " SELECT gen_random_uuid(), s.courriel, s.nom, p.id, s.ouvert, now(), '!' || gen_random_uuid()"
            " FROM stage_people s JOIN access_place p ON p.code = s.code_lieu"
            " WHERE NOT EXISTS (SELECT FROM access_person x WHERE lower(x.email) = s.courriel)",
            "people",
        ),
    ),
    sheets.ASSIGNMENTS: (
        Load(
            "WITH given AS (INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, reason,"
            " given_at, ended_on, end_reason) SELECT gen_random_uuid(), x.id, s.role, p.id, s.premier_jour,"
            " s.dernier_jour, s.motif, now(), s.fin_le, s.motif_fin FROM stage_assignments s"
            " JOIN access_person x ON lower(x.email) = s.courriel JOIN access_place p ON p.code = s.code_lieu"
            " WHERE NOT EXISTS (SELECT FROM access_assignment a WHERE a.person_id = x.id AND a.place_id = p.id"
            " AND a.role = s.role AND a.first_day = s.premier_jour) RETURNING id)"
            " INSERT INTO fresh_assignments SELECT id FROM given",
            "assignments",
        ),
    ),
    sheets.TENANTS: (
        new_keys("tenant", "stage_tenants"),
        Load(
            "UPDATE tenants_tenant t SET title = s.civilite, last_name = s.nom, first_name = s.prenom,"
            " name_key = s.name_key, channel = s.contact, phone = s.telephone, email = s.courriel,"
            f" contact_name = s.personne_choisie FROM stage_tenants s{of('tenant', 'cle')}"
            f" WHERE t.id = k.target AND {_AS_STAGED} IS DISTINCT FROM {_STAGED}",
            "changed",
        ),
        Load(
            "INSERT INTO tenants_tenant (id, title, last_name, first_name, name_key, channel, phone, email,"
            " contact_name) SELECT k.target, s.civilite, s.nom, s.prenom, s.name_key, s.contact, s.telephone,"
            f" s.courriel, s.personne_choisie FROM stage_tenants s{of('tenant', 'cle')}"
            " WHERE NOT EXISTS (SELECT FROM tenants_tenant t WHERE t.id = k.target)",
            "tenants",
        ),
        Load(
            "UPDATE tenants_identity i SET birth_date = s.naissance"
            f" FROM stage_tenants s{of('tenant', 'cle')} WHERE i.tenant_id = k.target AND i.birth_date <> s.naissance",
            "changed",
        ),
        Load(
            "INSERT INTO tenants_identity (tenant_id, birth_date) SELECT k.target, s.naissance"
            f" FROM stage_tenants s{of('tenant', 'cle')} WHERE s.naissance IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM tenants_identity i WHERE i.tenant_id = k.target)"
        ),
    ),
    sheets.LEASES: (
        new_keys("lease", "stage_leases"),
        Load(
            "WITH told AS (UPDATE tenants_lease l SET notice_on = coalesce(s.conge_le, l.notice_on),"
            f" ends_on = coalesce(s.fin, l.ends_on) FROM stage_leases s{of('lease', 'cle')} WHERE l.id = k.target"
            " AND (l.notice_on, l.ends_on) IS DISTINCT FROM (coalesce(s.conge_le, l.notice_on),"
            " coalesce(s.fin, l.ends_on)) RETURNING l.id) INSERT INTO ended_leases SELECT id FROM told",
            "changed",
        ),
        Load(
            "WITH signed AS (INSERT INTO tenants_lease (id, main_unit_id, building_id, signed_on, starts_on, notice_on,"
            " ends_on) SELECT k.target, u.id, u.building_id, s.signe_le, s.debut, s.conge_le, s.fin"
            f" FROM stage_leases s{of('lease', 'cle')}{of('unit', 'logement', 'h')} JOIN buildings_unit u"
            " ON u.id = h.target WHERE NOT EXISTS (SELECT FROM tenants_lease l WHERE l.id = k.target) RETURNING id)"
            " INSERT INTO fresh_leases SELECT id FROM signed",
            "leases",
        ),
        Load(
            "INSERT INTO tenants_account (id, lease_id, building_id, reference, opened_on, settled_on)"
            " SELECT gen_random_uuid(), l.id, l.building_id, s.drawn, coalesce(s.ouvert_le, s.debut), s.solde_le"
            f" FROM stage_leases s{of('lease', 'cle')} JOIN fresh_leases f ON f.id = k.target"
            " JOIN tenants_lease l ON l.id = f.id"
        ),
    ),
    sheets.LETTINGS: (
        Load(
            "UPDATE tenants_leaseunit o SET last_day = s.dernier_jour"
            f" FROM stage_lettings s{of('lease', 'bail')}{of('unit', 'logement', 'u')} WHERE o.lease_id = k.target"
            " AND o.unit_id = u.target AND o.first_day = s.premier_jour AND s.dernier_jour IS NOT NULL"
            " AND o.last_day IS DISTINCT FROM s.dernier_jour",
            "changed",
        ),
        Load(
            "INSERT INTO tenants_leaseunit (id, lease_id, unit_id, building_id, first_day, last_day)"
            " SELECT gen_random_uuid(), k.target, u.target, b.building_id, s.premier_jour, s.dernier_jour"
            f" FROM stage_lettings s{of('lease', 'bail')}{of('unit', 'logement', 'u')}"
            " JOIN buildings_unit b ON b.id = u.target WHERE NOT EXISTS (SELECT FROM tenants_leaseunit o"
            " WHERE o.lease_id = k.target AND o.unit_id = u.target AND o.first_day = s.premier_jour)"
        ),
    ),
    sheets.PARTIES: (
        Load(
            "UPDATE tenants_leaseparty o SET last_day = s.dernier_jour"
            f" FROM stage_parties s{of('lease', 'bail')}{of('tenant', 'locataire', 't')} WHERE o.lease_id = k.target"
            " AND o.tenant_id = t.target AND o.first_day = s.premier_jour AND s.dernier_jour IS NOT NULL"
            " AND o.last_day IS DISTINCT FROM s.dernier_jour",
            "changed",
        ),
        Load(
            "INSERT INTO tenants_leaseparty (id, lease_id, tenant_id, name_key, building_id, capacity, first_day,"
            " last_day) SELECT gen_random_uuid(), l.id, t.id, t.name_key, l.building_id, s.qualite, s.premier_jour,"
            f" s.dernier_jour FROM stage_parties s{of('lease', 'bail')}{of('tenant', 'locataire', 'w')}"
            " JOIN tenants_tenant t ON t.id = w.target JOIN tenants_lease l ON l.id = k.target"
            " WHERE NOT EXISTS (SELECT FROM tenants_leaseparty o"
            " WHERE o.lease_id = l.id AND o.tenant_id = t.id AND o.first_day = s.premier_jour)"
        ),
    ),
    sheets.RESIDENCES: (
        Load(
            "UPDATE tenants_residence o SET moved_out = coalesce(s.dernier_jour, o.moved_out), transferred = s.mutation"
            f" FROM stage_residences s{of('lease', 'bail')}{of('tenant', 'locataire', 't')}"
            " WHERE o.lease_id = k.target AND o.tenant_id = t.target AND o.moved_in = s.premier_jour"
            " AND (o.moved_out, o.transferred) IS DISTINCT FROM (coalesce(s.dernier_jour, o.moved_out), s.mutation)",
            "changed",
        ),
        Load(
            "INSERT INTO tenants_residence (id, tenant_id, name_key, lease_id, unit_id, building_id, moved_in,"
            " moved_out, transferred) SELECT gen_random_uuid(), t.id, t.name_key, k.target, u.id, u.building_id,"
            f" s.premier_jour, s.dernier_jour, s.mutation FROM stage_residences s{of('lease', 'bail')}"
            f"{of('tenant', 'locataire', 'w')}{of('unit', 'logement', 'h')} JOIN tenants_tenant t ON t.id = w.target"
            " JOIN buildings_unit u ON u.id = h.target WHERE NOT EXISTS (SELECT FROM tenants_residence o"
            " WHERE o.lease_id = k.target AND o.tenant_id = t.id AND o.moved_in = s.premier_jour)"
        ),
    ),
    sheets.REPRESENTATIVES: (
        Load(
            "UPDATE tenants_representative o SET phone = s.telephone, last_day = coalesce(s.dernier_jour, o.last_day)"
            f" FROM stage_representatives s{of('tenant', 'locataire')} WHERE o.tenant_id = k.target"
            f" AND {same('o.name')} = s.nom AND o.first_day = s.premier_jour"
            " AND (o.phone, o.last_day) IS DISTINCT FROM (s.telephone, coalesce(s.dernier_jour, o.last_day))",
            "changed",
        ),
        Load(
            "INSERT INTO tenants_representative (id, tenant_id, name, phone, first_day, last_day)"
            " SELECT gen_random_uuid(), k.target, s.nom, s.telephone, s.premier_jour, s.dernier_jour"
            f" FROM stage_representatives s{of('tenant', 'locataire')} WHERE NOT EXISTS (SELECT"
            f" FROM tenants_representative o WHERE o.tenant_id = k.target AND {same('o.name')} = s.nom"
            " AND o.first_day = s.premier_jour)"
        ),
    ),
    sheets.HELP: (
        Load(
            "UPDATE tenants_helpcode o SET ended_on = s.retiree_le"
            f" FROM stage_help s{of('tenant', 'locataire')} WHERE o.tenant_id = k.target AND o.code = s.aide"
            " AND o.asked_on = s.demandee_le AND s.retiree_le IS NOT NULL"
            " AND o.ended_on IS DISTINCT FROM s.retiree_le",
            "changed",
        ),
        Load(
            "INSERT INTO tenants_helpcode (id, tenant_id, code, asked_by, asked_on, renew_by, ended_on)"
            " SELECT gen_random_uuid(), k.target, s.aide, s.demandee_par, s.demandee_le, s.a_redemander, s.retiree_le"
            f" FROM stage_help s{of('tenant', 'locataire')} WHERE NOT EXISTS (SELECT FROM tenants_helpcode o"
            " WHERE o.tenant_id = k.target AND o.code = s.aide AND o.asked_on = s.demandee_le)"
        ),
    ),
    sheets.DISCREET: (
        Load(
            "UPDATE tenants_discreetmark o SET last_day = s.dernier_jour"
            f" FROM stage_discreet s{of('lease', 'bail')} WHERE o.lease_id = k.target"
            " AND o.first_day = s.premier_jour AND o.last_day <> s.dernier_jour",
            "changed",
        ),
        Load(
            "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
            " SELECT gen_random_uuid(), l.id, l.building_id, s.premier_jour, s.dernier_jour"
            f" FROM stage_discreet s{of('lease', 'bail')} JOIN tenants_lease l ON l.id = k.target WHERE NOT EXISTS"
            " (SELECT FROM tenants_discreetmark o WHERE o.lease_id = l.id AND o.first_day = s.premier_jour)"
        ),
        Load(
            "INSERT INTO tenants_discreetname (mark_id, person_id) SELECT o.id, x.id"
            f" FROM stage_discreet s{of('lease', 'bail')} JOIN tenants_discreetmark o ON o.lease_id = k.target"
            " AND o.first_day = s.premier_jour CROSS JOIN unnest(string_to_array(s.personnes, ' ')) told"
            " JOIN access_person x ON lower(x.email) = told WHERE NOT EXISTS"
            " (SELECT FROM tenants_discreetname n WHERE n.mark_id = o.id AND n.person_id = x.id)"
        ),
    ),
}
# If an import ends a lease, the units, parties and residences that have no last day get the last day of the lease.
ENDINGS = (
    Load(
        "UPDATE tenants_leaseunit o SET last_day = l.ends_on FROM tenants_lease l JOIN ended_leases e ON e.id = l.id"
        " WHERE o.lease_id = l.id AND o.last_day IS NULL AND l.ends_on >= o.first_day"
    ),
    Load(
        "UPDATE tenants_leaseparty o SET last_day = l.ends_on FROM tenants_lease l JOIN ended_leases e ON e.id = l.id"
        " WHERE o.lease_id = l.id AND o.last_day IS NULL AND l.ends_on >= o.first_day"
    ),
    Load(
        "UPDATE tenants_residence o SET moved_out = l.ends_on FROM tenants_lease l JOIN ended_leases e ON e.id = l.id"
        " WHERE o.lease_id = l.id AND o.moved_out IS NULL AND l.ends_on >= o.moved_in"
    ),
)
SCRATCH = (
    "CREATE TEMPORARY TABLE fresh_leases (id uuid) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE ended_leases (id uuid) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE fresh_assignments (id uuid) ON COMMIT DROP",
)
# If a file is missing, its lines are derived from another file: {missing kind of file: (kind of the other file, SQL)}.
IN_ITS_PLACE: dict[Sheet, tuple[Sheet, str]] = {
    sheets.LETTINGS: (
        sheets.LEASES,
        "INSERT INTO stage_lettings (line, bail, logement, premier_jour, dernier_jour)"
        f" SELECT s.line, s.cle, s.logement, s.debut, s.fin FROM stage_leases s{of('lease', 'cle')}"
        " JOIN fresh_leases f ON f.id = k.target",
    ),
    sheets.RESIDENCES: (
        sheets.PARTIES,
        "INSERT INTO stage_residences (line, bail, locataire, logement, premier_jour, dernier_jour, mutation)"
        " SELECT s.line, s.bail, s.locataire, l.logement, s.premier_jour, s.dernier_jour, false FROM stage_parties s"
        f" JOIN stage_leases l ON l.cle = s.bail{of('lease', 'bail')} JOIN fresh_leases f ON f.id = k.target"
        " JOIN tenants_lease b ON b.id = f.id JOIN buildings_unit u ON u.id = b.main_unit_id"
        " WHERE u.kind = 'dwelling' AND s.qualite <> 'guarantor'",
    ),
}
