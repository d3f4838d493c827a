"""Creates the two landlords of the benchmark. They differ in size only: the small one has ten thousand leases, the
large one as many as requested.

The people who open pages, their buildings and their residents have the same ids in both databases, so that one URL and
one session work in both. The rows are inserted as superuser without triggers and foreign key checks, because they are
valid by construction.
"""

import io
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg2
from django.conf import settings
from django.core.management import call_command
from psycopg2.extensions import make_dsn
from tqdm import tqdm

from access.models import Level, Person
from tenants.models import Account, Residence
from tests.bench.serving import session_of
from tests.builders import assign, make_person, make_place, run
from tests.clones import run_as_super, stand_on
from tests.resident_tables import PREFIXES

# Number of occupied dwellings in each building.
DOORS = 100
SMALL = 10_000
# How many buildings the caretaker can open, and how many the officers can open.
CARETAKER_BUILDINGS, OFFICER_BUILDINGS = 8, 10
# Many officers take turns in opening accounts, because each may open only a limited number of accounts per hour.
OFFICER_COUNT = 40
# How many ledger entries an account of the officers' buildings has, and how many any other account has.
ENTRIES, OTHERS = 36, 2

# One INSERT statement per table, for the buildings with the numbers from %(first)s to %(last)s.
_STEPS = """
INSERT INTO access_place (id, level, parent_id, name, code, path)
    SELECT id, 'building', parent, 'Foule ' || n, 'foule-' || n, path || id || '/'
    FROM (SELECT gen_random_uuid() AS id, n, p.id AS parent, p.path
          FROM generate_series(%(first)s, %(last)s) n
          JOIN access_place p ON p.code = CASE WHEN n <= {officers} THEN 'secteur-proche' ELSE 'secteur-foule' END) q;
INSERT INTO buildings_building (place_id)
    SELECT id FROM access_place WHERE level = 'building' AND id NOT IN (SELECT place_id FROM buildings_building);
INSERT INTO buildings_address (building_id, number, street, postcode, city, search_key)
    SELECT id, substr(code, 7), 'allée des Glycines', '75019', 'Paris',
           substr(code, 7) || ' allee des glycines 75019 paris'
    FROM {new} b;
INSERT INTO buildings_unit (id, building_id, kind, type, staircase, door, floor)
    SELECT gen_random_uuid(), b.id, 'dwelling', 'T3', chr(65 + door %% 2), door::text, door / 10
    FROM {new} b, generate_series(1, {doors}) door;
INSERT INTO tenants_tenant (id, title, last_name, first_name, name_key, channel, phone, email, contact_name)
    SELECT u.id, 'mrs', initcap(k), 'Jeanne', k || ' jeanne', 'phone', '+33639981234', '', ''
    FROM buildings_unit u JOIN {new} b ON b.id = u.building_id
    CROSS JOIN LATERAL (SELECT translate(substr(md5(u.id::text), 1, 9), '0123456789', 'ghijklmnop') AS k) name;
INSERT INTO tenants_lease (id, main_unit_id, building_id, starts_on)
    SELECT u.id, u.id, u.building_id, '2020-01-01' FROM buildings_unit u JOIN {new} b ON b.id = u.building_id;
INSERT INTO tenants_leaseunit (id, lease_id, unit_id, building_id, first_day)
    SELECT l.id, l.id, l.id, l.building_id, l.starts_on FROM tenants_lease l JOIN {new} b ON b.id = l.building_id;
INSERT INTO tenants_leaseparty (id, lease_id, tenant_id, name_key, building_id, first_day, capacity)
    SELECT l.id, l.id, t.id, t.name_key, l.building_id, l.starts_on, 'holder'
    FROM tenants_lease l JOIN {new} b ON b.id = l.building_id JOIN tenants_tenant t ON t.id = l.id;
INSERT INTO tenants_residence (id, tenant_id, name_key, lease_id, unit_id, building_id, moved_in, transferred)
    SELECT t.id, t.id, t.name_key, t.id, t.id, l.building_id, l.starts_on, false
    FROM tenants_lease l JOIN {new} b ON b.id = l.building_id JOIN tenants_tenant t ON t.id = l.id;
INSERT INTO tenants_account (id, lease_id, reference, building_id, opened_on)
    SELECT l.id, l.id, regexp_replace(signs, '(....)(....)(....)', '\\1-\\2-\\3'), l.building_id, l.starts_on
    FROM tenants_lease l JOIN {new} b ON b.id = l.building_id
    CROSS JOIN LATERAL (SELECT translate(upper(substr(md5(l.id::text), 21, 12)), '01', 'GH') AS signs) reference;
INSERT INTO ledger_entry (id, account_id, building_id, kind, label, source, reason, amount_cents, effective_on,
                           booked_on, booked_at, period)
    SELECT gen_random_uuid(), a.id, a.building_id, CASE e %% 2 WHEN 0 THEN 'charge' ELSE 'payment' END,
           CASE e %% 2 WHEN 0 THEN 'rent' ELSE 'bank_transfer' END,
           CASE e %% 2 WHEN 0 THEN 'rent_run' ELSE 'bank' END, '',
           CASE e %% 2 WHEN 0 THEN 61500 ELSE -61500 END, day, day, day, date_trunc('month', day)
    FROM tenants_account a JOIN {new} b ON b.id = a.building_id
    CROSS JOIN LATERAL generate_series(1, CASE WHEN b.n <= {officers} THEN {entries} ELSE {others} END) e
    CROSS JOIN LATERAL (SELECT (loge_today() - 15 * e)::timestamp AS day) d
"""
_NEW = """(SELECT id, code, n FROM access_place CROSS JOIN LATERAL
               (SELECT CASE level WHEN 'building' THEN substr(code, 7)::int END AS n) number
           WHERE n BETWEEN %(first)s AND %(last)s)"""
_WORDS = {
    "new": _NEW,
    "officers": OFFICER_BUILDINGS,
    "doors": DOORS,
    "entries": ENTRIES,
    "others": OTHERS,
}
# The beginning of the names of two or more residents within the caretaker's reach. If a search finds only one resident,
# it redirects to the resident's page.
_SHARED_BEGINNING = """SELECT left(r.name_key, 3) FROM tenants_residence r
    JOIN access_assignment a ON a.place_id = r.building_id WHERE a.person_id = %s
    GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1"""

_FILL = (
    # Without its primary key, the table of search keys is filled several times as fast.
    "ALTER TABLE tenants_searchkey DROP CONSTRAINT tenants_searchkey_pkey",
    "SELECT tenants_fill_search_keys(), tenants_keep_search_keys()",
    "ALTER TABLE tenants_searchkey ADD PRIMARY KEY (key, building_id, tenant_id)",
    "SELECT ledger_fill_balances(), ledger_keep_balances()",
)


@dataclass(frozen=True)
class Landlord:
    """What the benchmark uses: two landlords' databases, and the people, buildings and accounts that exist in both.

    `small` and `large` are the names of the databases, which are on the same server.
    """

    small: str
    large: str
    leases: int
    caretaker: Person
    officers: list[Person]
    sessions: dict[UUID, str]
    building: UUID
    residence: UUID
    name: str
    accounts: list[Account]

    @property
    def officer(self) -> Person:
        return self.officers[0]

    @property
    def account(self) -> Account:
        return self.accounts[0]


@contextmanager
def landlords(leases: int) -> Iterator[Landlord]:
    """Create the small and the large landlord, each in a database of its own, and drop the databases on exit.

    Inside the `with` block, this process is connected to the database of the small landlord.
    """
    tag = uuid4().hex[:8]
    small, large = (f"{settings.INSTANCE}_bench_{tag}_{size}" for size in ("small", "large"))
    try:
        stand_on(small)
        call_command("provision", verbosity=0, stdout=io.StringIO())
        caretaker, officers = _hire()
        grow(small, 1, SMALL // DOORS)
        _post(small, caretaker)
        stand_on("postgres")
        run_as_super(f"CREATE DATABASE {large} TEMPLATE {small} OWNER {settings.INSTANCE}_owner STRATEGY FILE_COPY")
        grow(large, SMALL // DOORS + 1, leases // DOORS)
        sessions = _sign_in(small, large, [caretaker, *officers])
        accounts = list(Account.objects.using("owner").filter(building__place__parent__code="secteur-proche"))
        building = Account.objects.using("owner").order_by("building__place__code")[0].building_id
        residence = Residence.objects.using("owner").filter(building=building).order_by("name_key")[0]
        [(name,)] = run(_SHARED_BEGINNING, caretaker.pk)
        # The door narrows the page of an account only if its URL contains a well-formed reference.
        assert all(Account.REFERENCE.fullmatch(account.reference) for account in accounts)
        yield Landlord(small, large, leases, caretaker, officers, sessions, building, residence.pk, name, accounts)
    finally:
        stand_on("postgres")
        run_as_super(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in (small, large)))


def _hire() -> tuple[Person, list[Person]]:
    top = make_place(Level.ORGANISATION, "Office")
    sector = make_place(Level.SECTOR, "Secteur Proche", top)
    make_place(Level.SECTOR, "Secteur Foule", top)
    officers = [make_person(f"Élise Banc {number}", sector) for number in range(OFFICER_COUNT)]
    for officer in officers:
        assign(officer, "officer", sector)
    return make_person("Awa Banc", sector), officers


def _sign_in(small: str, large: str, people: list[Person]) -> dict[UUID, str]:
    """Create a session for each person, valid in both databases.

    This is the last step of the preparation, because a session is locked when nobody uses it for some minutes.
    """
    stand_on(small)
    sessions = {person.pk: session_of(person) for person in people}
    rows = run("SELECT session_key, session_data, expire_date, person_id FROM access_session")
    stand_on(large)
    for row in rows:
        run(
            "INSERT INTO access_session (session_key, session_data, expire_date, person_id) VALUES (%s, %s, %s, %s)",
            *row,
        )
    stand_on(small)
    return sessions


def grow(database: str, first: int, last: int) -> None:
    """Insert buildings numbered from `first` to `last`, with all dwellings occupied, and update planner statistics."""
    with closing(psycopg2.connect(make_dsn(os.environ["LOGE_SUPER_URL"], dbname=database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
            cursor.execute("SET synchronous_commit = off; SET work_mem = '128MB'")
            # With their triggers, search keys and balances would be computed row by row.
            cursor.execute("DROP TRIGGER tenants_search_keys ON tenants_residence")
            cursor.execute("DROP TRIGGER tenants_search_keys ON tenants_leaseparty")
            cursor.execute("DROP TRIGGER ledger_balances ON ledger_entry")
            recreate = _drop_indexes(cursor)
            steps = [step.format(**_WORDS) for step in _STEPS.split(";\n")]
            last_steps = [*recreate, "VACUUM ANALYZE", *_FILL, "VACUUM ANALYZE"]
            for step in tqdm([*steps, *last_steps], desc=f"{last * DOORS:,} leases", leave=False, disable=None):
                cursor.execute(step, {"first": first, "last": last} if step in steps else None)
            cursor.execute("CHECKPOINT")


def grow_ledger(database: str, account: Account, years: int) -> None:
    """Add `years` years of entries to an account, before its other entries: one charge and one payment each month."""
    with closing(psycopg2.connect(make_dsn(os.environ["LOGE_SUPER_URL"], dbname=database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "INSERT INTO ledger_entry (id, account_id, building_id, kind, label, source, reason, amount_cents,"
                " effective_on, booked_on, booked_at, period)"
                " SELECT gen_random_uuid(), a.id, a.building_id, kind, label, source, '', cents, day, day, day, day"
                " FROM tenants_account a CROSS JOIN generate_series(19, 12 * %s) month"
                " CROSS JOIN (VALUES ('charge', 'rent', 'rent_run', 61500),"
                " ('payment', 'bank_transfer', 'bank', -61500)) AS e (kind, label, source, cents)"
                " CROSS JOIN LATERAL"
                " (SELECT date_trunc('month', loge_today() - make_interval(months => month)) AS day) d"
                " WHERE a.id = %s",
                [years, str(account.pk)],
            )
            cursor.execute("ANALYZE ledger_entry")


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop indexes and exclusion constraints, which are faster to rebuild after the inserts than to update.

    Returns the statements that recreate them.
    """
    cursor.execute(
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),"
        " format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))"
        f" FROM pg_constraint WHERE contype = 'x' AND conrelid::regclass::text ~ '^({'|'.join(PREFIXES)})'"
        " UNION ALL SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)"
        f" FROM pg_index WHERE indrelid::regclass::text ~ '^({'|'.join(PREFIXES)}|buildings_unit)' AND NOT indisunique"
        " AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)"
    )
    statements = cursor.fetchall()
    for drop, _again in statements:
        cursor.execute(drop)
    return [recreate for _drop, recreate in statements]


def _post(database: str, caretaker: Person) -> None:
    """Assign the caretaker to eight buildings of the sector where the officers work."""
    with closing(psycopg2.connect(make_dsn(os.environ["LOGE_SUPER_URL"], dbname=database))) as connection:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO access_assignment"
                " (id, person_id, role, place_id, first_day, last_day, reason, end_reason, given_at)"
                " SELECT gen_random_uuid(), %s, 'caretaker', b.id, loge_today() - 30, loge_today() + 200, 'posting',"
                " '', now()"
                " FROM access_place b JOIN access_place p ON p.id = b.parent_id WHERE p.code = 'secteur-proche'"
                " ORDER BY b.code LIMIT %s",
                [str(caretaker.pk), CARETAKER_BUILDINGS],
            )
        connection.commit()
