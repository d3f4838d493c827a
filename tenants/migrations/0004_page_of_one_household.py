"""The page of an account looks up whether its own household is hidden, not which households are."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0003_count_application_files"),
        ("access", "0007_narrowed_reach"),
    ]

    operations = [load_sql("tenants", "walls")]
