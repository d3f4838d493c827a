"""A landlord with real buildings and invented tenants, for tests/e2e/test_main_job.py.

`House` contains the employees and tenants whom this test follows."""

import io
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command

from access.models import Person
from buildings.models import Building
from tenants.models import Account, Residence
from tests.builders import OWNER, run

PASSWORD = "une-loge-et-mille-portes"
LEASES, MONTHS = 2_000, 3

# SQL that selects a caretaker, and a current tenant with a telephone number in one of the caretaker's buildings.
_CARETAKER = """
    SELECT a.person_id, r.id FROM access_assignment a
    JOIN tenants_residence r ON r.building_id = a.place_id
    JOIN tenants_tenant t ON t.id = r.tenant_id
    WHERE a.role = 'caretaker' AND t.channel = 'phone' AND t.phone <> ''
      AND r.moved_in <= loge_today() AND r.moved_out IS NULL ORDER BY r.id LIMIT 1
"""
# SQL that selects a tenant. A given officer may open the tenant's account; a given caretaker may not see the tenant.
# Tests search pages for this tenant's last name, so no employee and no tenant of the caretaker may have the same name.
_NEIGHBOUR = """
    SELECT r.id FROM tenants_residence r JOIN tenants_tenant t ON t.id = r.tenant_id
    WHERE r.moved_in <= loge_today() AND r.moved_out IS NULL
      AND r.building_id IN (SELECT access_reach(%s, 'account', loge_today()))
      AND r.building_id NOT IN (SELECT access_reach(%s, 'card', loge_today()))
      AND NOT EXISTS (SELECT FROM tenants_residence o JOIN tenants_tenant u ON u.id = o.tenant_id
                      WHERE (u.last_name ILIKE t.last_name || '%%' OR u.first_name ILIKE t.last_name || '%%')
                        AND o.building_id IN (SELECT access_reach(%s, 'card', loge_today())))
      AND length(t.last_name) > 5
      AND NOT EXISTS (SELECT FROM access_person p WHERE p.name ILIKE '%%' || t.last_name || '%%')
    ORDER BY r.id LIMIT 1
"""
_HOLDER = """
    SELECT a.person_id FROM access_assignment a JOIN access_place p ON p.id = a.place_id
    JOIN access_place b ON b.id = %s AND b.path LIKE p.path || '%%' WHERE a.role = %s ORDER BY a.id LIMIT 1
"""


@dataclass(frozen=True)
class House:
    caretaker: Person
    officer: Person
    administrator: Person
    dpo: Person
    resident: Residence
    neighbour: Residence
    account: Account


def real_house(programmes: Path) -> House:
    """Import housing programmes from open data with the real management command, then create thousands of leases."""
    call_command("import_programmes", str(programmes), stdout=io.StringIO(), stderr=io.StringIO())
    call_command("populate", leases=LEASES, months=MONTHS, stdout=io.StringIO(), stderr=io.StringIO())
    run("ANALYZE")
    [(caretaker, home)] = run(_CARETAKER)
    resident = _residence(home)
    held = {role: _holder(resident.building_id, role) for role in ("officer", "access_administrator", "dpo")}
    [(next_door,)] = run(_NEIGHBOUR, held["officer"].pk, caretaker, caretaker)
    return House(
        caretaker=_with_password(caretaker),
        officer=held["officer"],
        administrator=held["access_administrator"],
        dpo=held["dpo"],
        resident=resident,
        neighbour=_residence(next_door),
        account=Account.objects.using(OWNER).get(lease=resident.lease_id),
    )


def building_name(residence: Residence) -> str:
    return Building.objects.using(OWNER).select_related("place").get(pk=residence.building_id).place.name


def place_code(residence: Residence) -> str:
    return Building.objects.using(OWNER).select_related("place").get(pk=residence.building_id).place.code


def owed(account: Account) -> int:
    [(cents,)] = run(
        "SELECT coalesce(sum(amount_cents), 0)::bigint FROM ledger_entry WHERE account_id = %s", account.pk
    )
    return int(cents)


def _residence(key: object) -> Residence:
    return Residence.objects.using(OWNER).select_related("tenant").get(pk=key)


def _holder(building: object, role: str) -> Person:
    return _with_password(run(_HOLDER, building, role)[0][0])


def _with_password(key: object) -> Person:
    person = Person.objects.using(OWNER).get(pk=key)
    person.set_password(PASSWORD)
    person.save(using=OWNER)
    return person
