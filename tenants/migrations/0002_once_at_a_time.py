"""Exclusion constraints over the days of lettings and lease parties.

A migration of its own, because Django creates unique indexes at the end of a migration: of two constraints that refuse
a row, PostgreSQL names the one that was created first.
"""

from django.db import migrations

# A stay is the range from (id, first day) to (id, last day) in bytes, which sort like its parts: stays of different ids
# never overlap, those of one id overlap when their days do. One range in a tree of disjoint ranges is five times quicker
# to add than one range a column in GiST, whose pages all overlap because ids are random.
STAY = """byterange({0} || int4send(first_day - date '0001-01-01'),
    {0} || int4send(coalesce(last_day, '9999-12-31') - date '0001-01-01'), '[]')"""
ONCE_AT_A_TIME = f"""
CREATE TYPE byterange AS RANGE (subtype = bytea);
ALTER TABLE tenants_leaseunit ADD CONSTRAINT letting_once_at_a_time
    EXCLUDE USING spgist ({STAY.format("uuid_send(unit_id)")} WITH &&);
ALTER TABLE tenants_leaseparty ADD CONSTRAINT party_once_at_a_time
    EXCLUDE USING spgist ({STAY.format("uuid_send(lease_id) || uuid_send(tenant_id)")} WITH &&);
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_tables")]
    operations = [migrations.RunSQL(ONCE_AT_A_TIME)]
