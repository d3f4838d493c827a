"""Bulk loads fill the search keys of tenants at their end."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_in_credit"),
        ("tenants", "0006_search_keys"),
    ]

    operations = [load_sql("ledger", "bulk_load")]
