"""The first accounts to contact are found without reading all late accounts."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_reach_of_rows"),
        ("casework", "0001_tables"),
        ("ledger", "0003_first_rows"),
    ]
    operations = [load_sql("casework", "contact_attempts")]
