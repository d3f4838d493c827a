"""Creates the functions that load an empty landlord in bulk, and the table in which they note what they drop."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
        # The exclusion constraints of lettings and parties must exist, because a bulk load creates them again.
        ("tenants", "0002_once_at_a_time"),
    ]
    operations = [load_sql("ledger", "bulk_load")]
