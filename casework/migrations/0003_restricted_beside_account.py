"""One function says what the panel of an account's page must read, and whether the account is restricted."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_first_to_contact"), ("ledger", "0005_former_names_by_tenant")]
    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS casework_beside_account(uuid, uuid, text)"),
        load_sql("casework", "facts"),
    ]
