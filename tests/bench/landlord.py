"""A landlord large enough for a wrong plan to show: one caretaker's 100 residents among 200,000, made by SQL."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.core.management import call_command

from access.models import Level, Person
from tenants.models import Account
from tests.builders import OWNER, assign, make_person, make_place, post, run
from tests.conftest import run_as_super, stand_on

BUILDINGS, DOORS = 2_000, 100
HERS, OFFICERS = 8, 10  # buildings of the caretaker, and of the officer
ENTRIES = 36  # of one account
_CROWD = f"""
INSERT INTO access_place (id, level, parent_id, name, code, path)
    SELECT gen_random_uuid(), 'building', p.id, 'Foule ' || n, 'foule-' || n, ''
    FROM generate_series(1, {BUILDINGS}) n
    JOIN access_place p ON p.code = CASE WHEN n <= {OFFICERS} THEN 'secteur-proche' ELSE 'secteur-foule' END;
INSERT INTO buildings_building (place_id) SELECT id FROM access_place WHERE level = 'building';
INSERT INTO buildings_unit (id, building_id, kind, type, staircase, door, floor)
    SELECT gen_random_uuid(), b.place_id, 'dwelling', 'T3', 'A', n::text, n / 10
    FROM buildings_building b, generate_series(1, {DOORS}) n;
INSERT INTO tenants_tenant (id, title, last_name, first_name, name_key, channel, phone, email, contact_name)
    SELECT id, '', 'Foule', '', chr(97 + (random() * 25)::int) || chr(97 + (random() * 25)::int) || ' ' || id, 'phone',
           '', '', ''
    FROM buildings_unit;
INSERT INTO tenants_lease (id, main_unit_id, building_id, starts_on)
    SELECT id, id, building_id, '2020-01-01' FROM buildings_unit;
INSERT INTO tenants_residence (id, tenant_id, name_key, lease_id, unit_id, building_id, moved_in, transferred)
    SELECT t.id, t.id, t.name_key, t.id, t.id, u.building_id, '2020-01-01', false
    FROM tenants_tenant t JOIN buildings_unit u ON u.id = t.id;
"""
# What only her buildings need: the rest of the crowd is there to be passed over.
_HERS = f"""
CREATE TEMPORARY TABLE hers AS SELECT b.id FROM access_place b JOIN access_place p ON p.id = b.parent_id
    WHERE p.code = 'secteur-proche' ORDER BY b.code LIMIT {HERS};
INSERT INTO tenants_leaseunit (id, lease_id, unit_id, building_id, first_day)
    SELECT id, id, id, building_id, starts_on FROM tenants_lease WHERE building_id IN (SELECT id FROM hers);
INSERT INTO tenants_leaseparty (id, lease_id, tenant_id, building_id, first_day, capacity)
    SELECT id, id, id, building_id, starts_on, 'holder' FROM tenants_lease WHERE building_id IN (SELECT id FROM hers);
INSERT INTO tenants_account (id, lease_id, reference, building_id, opened_on)
    SELECT id, id, upper(substr(md5(id::text), 1, 4) || '-' || substr(md5(id::text), 5, 4) || '-'
           || substr(md5(id::text), 9, 4)), building_id, starts_on
    FROM tenants_lease WHERE building_id IN (SELECT id FROM hers);
INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, reason, end_reason, given_at)
    SELECT gen_random_uuid(), %s, 'caretaker', id, loge_today() - 30, loge_today() + 200, 'posting', '', now()
    FROM hers;
"""


@dataclass(frozen=True)
class Landlord:
    caretaker: Person
    officer: Person
    building: UUID
    residence: UUID
    account: Account


@contextmanager
def large_landlord() -> Iterator[Landlord]:
    """In a database of its own, dropped afterwards."""
    name = f"{settings.INSTANCE}_bench_{uuid4().hex[:8]}"
    stand_on(name)
    try:
        call_command("provision", verbosity=0, stdout=io.StringIO())
        yield _fill()
    finally:
        stand_on("postgres")
        run_as_super(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _fill() -> Landlord:
    top = make_place(Level.ORGANISATION, "Office")
    sector = make_place(Level.SECTOR, "Secteur Proche", top)
    make_place(Level.SECTOR, "Secteur Foule", top)
    caretaker, officer = make_person("Awa Banc", sector), make_person("Élise Banc", sector)
    assign(officer, "officer", sector)
    run(_CROWD)
    run(_HERS, caretaker.pk)
    account = Account.objects.using(OWNER).order_by("building__place__code", "pk")[0]
    for number in range(ENTRIES):
        post(account, 61_500, day=-30 * number)
    run("ANALYZE")
    return Landlord(caretaker, officer, account.building_id, account.lease_id, account)
