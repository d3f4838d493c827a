"""Creates the tables of the comparison application (tests/bench/stock) in the current database, copies Loge's data into
them, and grants permissions to the officers.

Usage: python -m tests.bench.stock.fill
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.stock.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (needs the apps)
from django.db import connection  # noqa: E402

_FILL = """
INSERT INTO stock_building (id, name) SELECT id, name FROM access_place WHERE level = 'building';
INSERT INTO stock_unit (id, building_id, kind, type, surface_m2, staircase, floor, door)
    SELECT id, building_id, kind, type, surface_m2, staircase, floor, door FROM buildings_unit;
INSERT INTO stock_tenant (id, first_name, last_name) SELECT id, first_name, last_name FROM tenants_tenant;
INSERT INTO stock_lease (id, main_unit_id, starts_on, ends_on)
    SELECT id, main_unit_id, starts_on, ends_on FROM tenants_lease;
INSERT INTO stock_party (id, lease_id, tenant_id, capacity, last_day)
    SELECT id, lease_id, tenant_id, capacity, last_day FROM tenants_leaseparty;
INSERT INTO stock_letting (id, lease_id, unit_id, first_day)
    SELECT id, lease_id, unit_id, first_day FROM tenants_leaseunit;
INSERT INTO stock_account (id, lease_id, reference, opened_on, settled_on)
    SELECT id, lease_id, reference, opened_on, settled_on FROM tenants_account;
INSERT INTO stock_entry (id, account_id, kind, label, source, amount_cents, effective_on, booked_at, reverses_id)
    SELECT id, account_id, kind, label, source, amount_cents, effective_on, booked_at, reverses_id FROM ledger_entry;
INSERT INTO guardian_userobjectpermission (permission_id, content_type_id, object_pk, user_id)
    SELECT p.id, p.content_type_id, c.id::text, a.person_id
    FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
    CROSS JOIN access_assignment a JOIN access_place q ON q.id = a.place_id
    JOIN access_place b ON b.path LIKE q.path || '%' JOIN tenants_account c ON c.building_id = b.id
    WHERE t.app_label = 'stock' AND p.codename IN ('view_account', 'change_account') AND a.role = 'officer';
ANALYZE
"""


def main() -> None:
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.cursor() as cursor:
        for statement in _FILL.split(";\n"):
            cursor.execute(statement)


main()
