"""Adds the names of saved filters to the view of all texts."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0005_board"),
        ("ledger", "0007_saved_filters"),
    ]

    operations = [load_sql("oversight", "texts")]
