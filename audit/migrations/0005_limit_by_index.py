"""The count for the hourly limit uses the index also while a month has few events."""

from django.db import migrations

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_only_codes")]
    operations = [load_sql("audit", "limits")]
