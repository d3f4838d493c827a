"""Bulk loads fill the search keys of tenants at their end."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_balances"),
        ("tenants", "0005_search_keys"),
    ]

    operations = [load_sql("ledger", "bulk_load")]
