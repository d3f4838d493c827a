"""Whether a household is hidden is looked up in one query."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_first_rows"), ("access", "0004_reach_of_one_building")]
    operations = [load_sql("tenants", "walls", "leases")]
