"""The front desk opens the card of a visitor who has no account reference by name, address and door."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0006_search_keys"),
        ("buildings", "0006_search_keys"),
    ]

    operations = [load_sql("tenants", "counter", "counter_doors")]
